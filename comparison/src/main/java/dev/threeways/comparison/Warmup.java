package dev.threeways.comparison;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a service is warm: when the CPU a request costs has stopped falling, and the compiler has little left to
 * do. Readings of the service's CPU time and of requests completed are cut into windows of at least {@link #WINDOW} and
 * {@link #WINDOW_REQUESTS}; the cost has stopped falling when the last window's is not more than
 * {@value #TOLERANCE_PERCENT} % below the mean of the two before it.
 *
 * <p>That alone is not enough: where many threads compete with the compiler's for two CPUs, the cost stands still at
 * three times what it will be, while methods wait to be compiled. So the compiler's threads may not use more than
 * {@value #COMPILER_PERCENT} % of the service's CPU in the last window. A floor of requests keeps a pause early on from
 * passing for the end, a limit keeps a service that never settles from eating the budget.
 */
final class Warmup {

    /** Long enough that one tick of the CPU clock (10 ms) is a third of a percent at one second of CPU. */
    static final Duration WINDOW = Duration.ofSeconds(4);

    static final int WINDOW_REQUESTS = 2_000;

    static final int TOLERANCE_PERCENT = 3;

    static final int COMPILER_PERCENT = 5;

    /** Why warm-up ended. */
    enum Ended {
        /** CPU per request has stopped falling, and the compiler is nearly idle. */
        SETTLED,
        /** The limit passed first; the figures may be those of a service that still compiles. */
        TIME_LIMIT
    }

    /**
     * @param atMillis since warm-up began, end of the window
     * @param compilerPercent of the service's CPU time in the window; 0 where it cannot be known
     */
    record Window(long atMillis, long requests, double cpuMillisPerRequest, double compilerPercent) {}

    private final long minRequests;

    private final Duration limit;

    private final List<Window> windows = new ArrayList<>();

    private long lastMillis;

    private long lastRequests;

    private long lastCpuMicros;

    private long lastCompilerMicros;

    /**
     * @param cpuMicros the service's CPU time when warm-up begins, after {@code requests} requests
     * @param compilerMicros its compiler threads' part of that
     */
    Warmup(long minRequests, Duration limit, long requests, long cpuMicros, long compilerMicros) {
        this.lastCompilerMicros = compilerMicros;
        this.minRequests = minRequests;
        this.limit = limit;
        this.lastRequests = requests;
        this.lastCpuMicros = cpuMicros;
    }

    /**
     * Takes one reading.
     *
     * @param millis since warm-up began
     * @param requests completed since the process began
     * @param cpuMicros used by the service since it began
     * @param compilerMicros its compiler threads' part of that; asked at the end of a window only, since finding them
     *     among many threads costs
     * @return null while warm-up should go on
     */
    @Nullable
    Ended read(long millis, long requests, long cpuMicros, LongSupplier compilerMicros) {
        long windowRequests = requests - lastRequests;
        if (millis - lastMillis >= WINDOW.toMillis() && windowRequests >= WINDOW_REQUESTS) {
            long windowCpuMicros = cpuMicros - lastCpuMicros;
            long compilerNow = compilerMicros.getAsLong();
            double compilerPercent = 100.0 * (compilerNow - lastCompilerMicros) / Math.max(1, windowCpuMicros);
            windows.add(new Window(millis, requests, windowCpuMicros / 1000.0 / windowRequests, compilerPercent));
            lastCompilerMicros = compilerNow;
            lastMillis = millis;
            lastRequests = requests;
            lastCpuMicros = cpuMicros;
            if (requests >= minRequests && hasSettled()) {
                return Ended.SETTLED;
            }
        }
        return millis >= limit.toMillis() ? Ended.TIME_LIMIT : null;
    }

    private boolean hasSettled() {
        int last = windows.size() - 1;
        if (last < 2) {
            return false;
        }
        double before = (cost(last - 1) + cost(last - 2)) / 2;
        return cost(last) >= before * (1 - TOLERANCE_PERCENT / 100.0)
                && windows.get(last).compilerPercent() <= COMPILER_PERCENT;
    }

    private double cost(int window) {
        return windows.get(window).cpuMillisPerRequest();
    }

    List<Window> windows() {
        return List.copyOf(windows);
    }
}
