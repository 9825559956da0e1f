package dev.threeways.connections.measure;

import dev.threeways.connections.Architecture;
import java.util.Arrays;
import java.util.List;

/** Requests of clients, as {@link LoadWorker} reads them, and the servers they go to. */
public final class Requests {

    static final String ECHO = "GET /echo HTTP/1.1~Host: here~~";

    /** Requests a second during warm-up. */
    static final double WARM_UP_RATE = 1_000;

    private Requests() {}

    static String block(long millis) {
        return "GET /block/" + millis + " HTTP/1.1~Host: here~~";
    }

    static String compute(int micros) {
        return "GET /compute/" + micros + " HTTP/1.1~Host: here~~";
    }

    /** Returns all that can be run here. */
    static List<String> architectures() {
        return Arrays.stream(Architecture.values())
                .filter(architecture -> architecture.unavailable() == null)
                .map(Architecture::toString)
                .toList();
    }
}
