package dev.threeways.comparison.run;

import dev.threeways.comparison.load.Generators;
import dev.threeways.comparison.load.LoadGenerator;
import dev.threeways.comparison.observe.Actuator;
import dev.threeways.comparison.observe.Probe;
import dev.threeways.comparison.observe.UsageSampler.Role;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.ServiceMeters;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Lets a generator warm a service up, as long as {@link Warmup} says. */
final class WarmUpPhase {

    /** The warm-up of a service that is measured cold. */
    static final Result.WarmUp NONE = new Result.WarmUp(0, 0, Result.WarmUp.Ended.LEFT_OUT, List.of());

    /** Payment latency in the first stage: few requests at once keep the service busy. */
    private static final Duration FIRST_STAGE_PAYMENT = Duration.ofMillis(2);

    private final Fork fork;

    private final LoadGenerator generator;

    private long startEpochMillis;

    WarmUpPhase(Fork fork, LoadGenerator generator) {
        this.fork = fork;
        this.generator = generator;
    }

    /** Sets how long payments and reads take at first, before the generator starts. */
    static void prepare(Fork fork) throws Exception {
        if (fork.hasFirstStage()) {
            fork.backends()
                    .setPaymentLatency(FIRST_STAGE_PAYMENT, FIRST_STAGE_PAYMENT, fork.scenario().answerBytes());
            fork.backends().setReadWait(Duration.ZERO);
        } else {
            fork.backends().setPaymentLatency(fork.settings());
            fork.backends().setReadWait(fork.readWait());
        }
    }

    Result.WarmUp run() throws Exception {
        ask();
        LoadGenerator.Progress now = awaitFirst();
        startEpochMillis = now.epochMillis();
        var warmup = new Warmup(fork.settings().plan().warmUpRequests(), fork.settings().plan().warmUpLimit(),
                fork.hasFirstStage() ? 1 : 2, reading(now));
        long lastEpochMillis = startEpochMillis;
        int asked = 0;
        while (true) {
            fork.requireAlive("while warming up");
            generator.requireAlive("while warming up");
            generator.awaitReport();
            LoadGenerator.Progress next = generator.progress();
            if (next == null || next.epochMillis() == lastEpochMillis) {
                continue;
            }
            lastEpochMillis = next.epochMillis();
            fork.progress().detail(String.format(Locale.ROOT, "%,d requests", next.completed()));
            if (warmup.windows().size() > asked) {
                asked = warmup.windows().size();
                ask();
            }
            switch (warmup.read(reading(next))) {
                case GO_ON -> {
                }
                case BEGIN_SECOND_STAGE -> {
                    fork.backends().setPaymentLatency(fork.settings());
                    fork.backends().setReadWait(fork.readWait());
                    generator.startAllUsers();
                }
                case END -> {
                    return new Result.WarmUp(next.completed(), (lastEpochMillis - startEpochMillis) / 1000.0,
                            warmup.ended(), warmup.windows());
                }
            }
        }
    }

    private LoadGenerator.Progress awaitFirst() throws Exception {
        long limitNanos = System.nanoTime() + Generators.START_LIMIT.toNanos();
        LoadGenerator.Progress first = generator.progress();
        while (first == null || first.completed() == 0) {
            fork.requireAlive("before the first request was answered");
            generator.requireAlive("before the first request was answered");
            if (System.nanoTime() - limitNanos > 0) {
                throw generator.process()
                        .failure("had no request answered within " + Generators.START_LIMIT.toSeconds() + " s");
            }
            generator.awaitReport();
            first = generator.progress();
        }
        return first;
    }

    /**
     * Queries the service as before and after the window. Actuator shares the handler's server and framework: the first
     * queries undo the compiler's assumptions, and the handler's code is compiled again.
     */
    private void ask() throws Exception {
        ServiceMeters _ = Actuator.read(fork.service().management());
        Probe.Snapshot _ = fork.probe().snapshot();
    }

    private Warmup.Reading reading(LoadGenerator.Progress now) {
        return new Warmup.Reading(now.epochMillis() - startEpochMillis, now.completed(),
                fork.sampler().now().cpuMicros(Role.SERVICE), fork::compilerMicros);
    }
}
