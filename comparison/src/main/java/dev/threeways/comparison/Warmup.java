package dev.threeways.comparison;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Decides how far a service is warm, in three stages. Readings of its CPU time and of requests completed are cut into
 * windows of at least {@link #WINDOW} and, at full speed, {@link #WINDOW_REQUESTS}. No stage ends while the compiler's
 * threads use more than {@value #COMPILER_PERCENT} % of the service's CPU.
 *
 * <p>In the first stage payments are fast and few requests in flight, so that many are served and the compiler, which
 * competes with the service's threads, is not kept from its work. It ends when enough requests were completed.
 *
 * <p>In the second, payments take as long as they will when measured, and many requests are in flight: pools grow,
 * threads wait, and code that was compiled on the belief that neither happens is compiled again. It ends when, besides,
 * the cost of a request has stopped falling: the last window's is not more than {@value #TOLERANCE_PERCENT} % below the
 * mean of the two before it.
 *
 * <p>In the third, requests come at the rate at which they will be measured. A service with time to spare lets its
 * compiler do what it put off under full load, a second of CPU time of it, which would else be in the figures.
 */
final class Warmup {

    /** Long enough that one tick of the CPU clock (10 ms) is a third of a percent at one second of CPU. */
    static final Duration WINDOW = Duration.ofSeconds(4);

    static final int WINDOW_REQUESTS = 2_000;

    static final int TOLERANCE_PERCENT = 3;

    static final int COMPILER_PERCENT = 5;

    /** One tick of the CPU clock: at a low rate it may be more than that part of a window. */
    private static final long TICK_MICROS = 10_000;

    /** Kept free of the limit for the second stage: four windows, one of which is the change. */
    static final Duration SECOND_STAGE = WINDOW.multipliedBy(4);

    /** And for the third: the first window is the change. */
    static final Duration THIRD_STAGE = WINDOW.multipliedBy(3);

    /** What to do after a reading. */
    enum Step {
        GO_ON,
        /** Let payments take as long as when measured, and call all users. */
        BEGIN_SECOND_STAGE,
        /** Let requests come at the rate at which they are measured. */
        BEGIN_THIRD_STAGE, END
    }

    /** Why warm-up ended. */
    enum Ended {
        /** CPU per request has stopped falling, and the compiler is nearly idle. */
        SETTLED,
        /** The limit passed first; the figures may be those of a service that still compiles. */
        TIME_LIMIT,
        /** There was none: the scenario is about that. */
        LEFT_OUT
    }

    /**
     * @param stage 1, 2 or 3
     * @param atMillis since warm-up began, end of the window
     * @param requests completed since the process began
     * @param compilerPercent of the service's CPU time in the window; 0 where it cannot be known
     */
    record Window(int stage, long atMillis, long requests, double cpuMillisPerRequest, double compilerPercent) {}

    /**
     * @param requests completed since the process began
     * @param cpuMicros used by the service since it began
     * @param compilerMicros its compiler threads' part of that; asked at the end of a window only, since finding them
     *     among many threads costs
     */
    record Reading(long millis, long requests, long cpuMicros, LongSupplier compilerMicros) {}

    private final long minRequests;

    private final Duration limit;

    private final List<Window> windows = new ArrayList<>();

    private final int lastStage;

    private int stage;

    private long lastMillis;

    private long lastRequests;

    private long lastCpuMicros;

    private long lastCompilerMicros;

    private boolean isCompilerNearlyIdle;

    private Ended ended = Ended.TIME_LIMIT;

    /**
     * @param minRequests no stage ends with fewer completed, unless its limit passes
     * @param limit of all stages together
     * @param firstStage to begin with
     * @param lastStage to end with
     * @param first when warm-up begins
     */
    Warmup(long minRequests, Duration limit, int firstStage, int lastStage, Reading first) {
        this.minRequests = minRequests;
        this.limit = limit;
        this.stage = firstStage;
        this.lastStage = lastStage;
        startWindow(first, first.compilerMicros().getAsLong());
    }

    Step read(Reading now) {
        long enough = stage == 3 ? 1 : WINDOW_REQUESTS;
        if (now.millis() - lastMillis >= WINDOW.toMillis() && now.requests() - lastRequests >= enough) {
            endWindow(now);
            if (now.requests() >= minRequests && isCompilerNearlyIdle && (stage != 2 || costStandsStill())) {
                return endStage(Ended.SETTLED);
            }
        }
        return now.millis() >= stageLimit().toMillis() ? endStage(Ended.TIME_LIMIT) : Step.GO_ON;
    }

    private Step endStage(Ended why) {
        if (stage == lastStage) {
            ended = why;
            return Step.END;
        }
        stage++;
        return stage == 2 ? Step.BEGIN_SECOND_STAGE : Step.BEGIN_THIRD_STAGE;
    }

    private Duration stageLimit() {
        Duration left = limit;
        if (stage < 3 && lastStage == 3) {
            left = left.minus(THIRD_STAGE);
        }
        return stage == 1 ? left.minus(SECOND_STAGE) : left;
    }

    private void endWindow(Reading now) {
        long requests = now.requests() - lastRequests;
        long cpuMicros = now.cpuMicros() - lastCpuMicros;
        long compiledUntilNow = now.compilerMicros().getAsLong();
        long compilerMicros = compiledUntilNow - lastCompilerMicros;
        isCompilerNearlyIdle = compilerMicros <= Math.max(TICK_MICROS, cpuMicros * COMPILER_PERCENT / 100);
        windows.add(new Window(stage, now.millis(), now.requests(), cpuMicros / 1000.0 / requests,
                100.0 * compilerMicros / Math.max(1, cpuMicros)));
        startWindow(now, compiledUntilNow);
    }

    private void startWindow(Reading now, long compilerMicros) {
        lastMillis = now.millis();
        lastRequests = now.requests();
        lastCpuMicros = now.cpuMicros();
        lastCompilerMicros = compilerMicros;
    }

    private boolean costStandsStill() {
        List<Double> costs = windows.stream().filter(window -> window.stage() == 2).map(Window::cpuMillisPerRequest)
                .toList();
        int last = costs.size() - 1;
        return last >= 2
                && costs.get(last) >= (costs.get(last - 1) + costs.get(last - 2)) / 2 * (1 - TOLERANCE_PERCENT / 100.0);
    }

    Ended ended() {
        return ended;
    }

    List<Window> windows() {
        return List.copyOf(windows);
    }
}
