package dev.threeways.connections.measure;

import java.util.List;

/** The commands that measure. */
public final class Measurements {

    private Measurements() {}

    /** Each a subcommand of picocli's, with its name. */
    public static List<Object> all() {
        return List.of(new Readiness(), new Threads(), new Idle(), new Accept(), new Balance(), new Blocked());
    }
}
