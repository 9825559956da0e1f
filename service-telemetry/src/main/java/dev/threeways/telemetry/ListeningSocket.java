package dev.threeways.telemetry;

import java.util.function.IntSupplier;

/**
 * The socket that takes the service's connections. From its port, code that can ask the system learns how many wait
 * there.
 *
 * @param port that it listens on; 0 while it does not listen yet
 * @param acceptCount connections that may wait to be accepted, as the server asked for; the kernel may allow less
 */
public record ListeningSocket(IntSupplier port, int acceptCount) {}
