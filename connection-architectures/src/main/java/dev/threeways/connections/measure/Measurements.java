package dev.threeways.connections.measure;

import java.util.List;

/** Commands that measure. */
public final class Measurements {

    private Measurements() {}

    /** Returns subcommands of picocli's, each with its name. */
    public static List<Object> all() {
        return List.of(new Readiness(), new Threads(), new Idle(), new Accept(), new Balance(), new Blocked());
    }
}
