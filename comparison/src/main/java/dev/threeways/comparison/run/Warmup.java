package dev.threeways.comparison.run;

import dev.threeways.comparison.result.Result.WarmUp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Decides in two stages when a service is warm. Readings of its CPU time and of completed requests are cut into windows
 * of at least {@link #WINDOW} and {@link #WINDOW_REQUESTS}.
 *
 * <p>The first stage has fast payments and few requests in flight. Many are served, and the compiler, which competes
 * with the service's threads, is not kept from its work. The stage ends when enough requests were completed and the
 * compiler's threads used at most {@value #COMPILER_PERCENT} % of the service's CPU in the last window.
 *
 * <p>The second stage has payments as slow as when measured, and many requests in flight. Pools grow, threads wait, and
 * code compiled on the belief that neither happens is compiled again. The stage ends when, besides, a request's cost
 * has stopped falling: the last window's is at most {@value #TOLERANCE_PERCENT} % below the mean of the two before it.
 *
 * <p>Both stages share one limit. No warm-up ends in its first stage: the measurement would have fast payments, no
 * waiting reads and too few users. A second stage that began late, because nothing was read for long, still gets its
 * time.
 */
final class Warmup {

    /** Long enough that one tick of the CPU clock (10 ms) is 0.25 % of a window with one busy CPU. */
    static final Duration WINDOW = Duration.ofSeconds(4);

    static final int WINDOW_REQUESTS = 2_000;

    static final int TOLERANCE_PERCENT = 3;

    static final int COMPILER_PERCENT = 5;

    /** Part of the limit reserved for the second stage: four windows, one of which is the change. */
    static final Duration SECOND_STAGE = WINDOW.multipliedBy(4);

    /** What to do after a reading. */
    enum Step {
        GO_ON,
        /** Let payments and reads take as long as when measured, and start all users. */
        BEGIN_SECOND_STAGE,
        END
    }

    /**
     * @param requests completed since the process began
     * @param cpuMicros used by the service since it began
     * @param compilerMicros its compiler threads' part of {@code cpuMicros}; read at the end of a window only, since
     *     finding them among many threads costs
     */
    record Reading(long millis, long requests, long cpuMicros, LongSupplier compilerMicros) {}

    private final long minRequests;

    private final Duration limit;

    private final List<WarmUp.Window> windows = new ArrayList<>();

    private int stage;

    private long endMillis;

    private long lastMillis;

    private long lastRequests;

    private long lastCpuMicros;

    private long lastCompilerMicros;

    private WarmUp.Ended ended = WarmUp.Ended.TIME_LIMIT;

    /**
     * @param minRequests no stage ends with fewer completed, unless its limit passes
     * @param limit of both stages together; exceeded only by what {@link #SECOND_STAGE} would lack
     * @param stage to begin with
     * @param first reading, when warm-up begins
     */
    Warmup(long minRequests, Duration limit, int stage, Reading first) {
        this.minRequests = minRequests;
        this.limit = limit;
        this.stage = stage;
        this.endMillis = limit.toMillis();
        startWindow(first, first.compilerMicros().getAsLong());
    }

    Step read(Reading now) {
        if (now.millis() - lastMillis >= WINDOW.toMillis() && now.requests() - lastRequests >= WINDOW_REQUESTS) {
            endWindow(now);
            if (now.requests() >= minRequests && windows.getLast().compilerPercent() <= COMPILER_PERCENT) {
                if (stage == 1) {
                    return secondStage(now);
                }
                if (costStandsStill()) {
                    ended = WarmUp.Ended.SETTLED;
                    return Step.END;
                }
            }
        }
        if (stage == 1) {
            return now.millis() >= limit.minus(SECOND_STAGE).toMillis() ? secondStage(now) : Step.GO_ON;
        }
        return now.millis() >= endMillis ? Step.END : Step.GO_ON;
    }

    private Step secondStage(Reading now) {
        stage = 2;
        endMillis = Math.max(endMillis, now.millis() + SECOND_STAGE.toMillis());
        return Step.BEGIN_SECOND_STAGE;
    }

    private void endWindow(Reading now) {
        long requests = now.requests() - lastRequests;
        long cpuMicros = now.cpuMicros() - lastCpuMicros;
        long compilerMicros = now.compilerMicros().getAsLong();
        windows.add(new WarmUp.Window(stage, now.millis(), now.requests(), cpuMicros / 1000.0 / requests,
                100.0 * (compilerMicros - lastCompilerMicros) / Math.max(1, cpuMicros)));
        startWindow(now, compilerMicros);
    }

    private void startWindow(Reading now, long compilerMicros) {
        lastMillis = now.millis();
        lastRequests = now.requests();
        lastCpuMicros = now.cpuMicros();
        lastCompilerMicros = compilerMicros;
    }

    private boolean costStandsStill() {
        List<Double> costs = windows.stream()
                .filter(window -> window.stage() == 2)
                .map(WarmUp.Window::cpuMillisPerRequest)
                .toList();
        int last = costs.size() - 1;
        return last >= 2
                && costs.get(last) >= (costs.get(last - 1) + costs.get(last - 2)) / 2 * (1 - TOLERANCE_PERCENT / 100.0);
    }

    WarmUp.Ended ended() {
        return ended;
    }

    List<WarmUp.Window> windows() {
        return List.copyOf(windows);
    }
}
