package dev.threeways.comparison.run;

import dev.threeways.comparison.ledger.Accounts;
import dev.threeways.comparison.load.LoadGenerator;
import dev.threeways.comparison.observe.Probe;
import dev.threeways.comparison.observe.TaskRoles;
import dev.threeways.comparison.observe.UsageSampler.Role;
import dev.threeways.comparison.observe.UsageSampler.Sample;
import dev.threeways.comparison.observe.UsageSampler;
import dev.threeways.comparison.result.Latencies;
import dev.threeways.comparison.result.Result.PerRequest;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.comparison.scenario.Turns;
import dev.threeways.gatling.RequestClass;
import dev.threeways.gatling.RequestLog;
import dev.threeways.gatling.RequestPhase;
import dev.threeways.gatling.RequestRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The figures of one run, computed from its request log and counters. */
final class RunFigures {

    private final Scenario scenario;

    private final Turns turns;

    private final RequestLog client;

    private final List<RequestRecord> measured;

    private final List<RequestRecord> ok;

    private final List<Result.Second> timeline;

    private final boolean quick;

    /**
     * @param client the request log of the generator whose schedule was measured
     * @param samples of the measured window
     * @param roles of the threads that were sampled
     * @param quick whether this is accounting only: then no second is left out because the generator lagged
     */
    RunFigures(Scenario scenario, Turns turns, RequestLog client, List<Sample> samples, TaskRoles roles,
            boolean quick) {
        this.scenario = scenario;
        this.quick = quick;
        this.turns = turns;
        this.client = client;
        this.measured = client.requests().stream().filter(request -> request.phase() == RequestPhase.MEASURE).toList();
        this.timeline = Timeline.of(client, turns, samples, roles);
        this.ok = measured.stream()
                .filter(request -> request.requestClass() == RequestClass.OK)
                .filter(request -> !isMarked(request))
                .toList();
    }

    /**
     * Whether the request was due in a second in which the generator lagged: its latency is the generator's. Never in a
     * quick run.
     */
    private boolean isMarked(RequestRecord request) {
        return Timeline.second(client, turns, request)
                .stream()
                .anyMatch(second -> second < timeline.size() && isLeftOut(timeline.get(second)));
    }

    private boolean isLeftOut(Result.Second second) {
        return !quick && second.generatorLate();
    }

    /** Returns requests answered as they should be, without those due in a second in which the generator lagged. */
    List<RequestRecord> ok() {
        return ok;
    }

    List<Result.Second> timeline() {
        return timeline;
    }

    /**
     * Counts requests that ended in the span. Refused ones never reached the service; those without an end may still be
     * running.
     */
    long completed(Sample from, Sample to) {
        double fromMicros = from.epochMillis() * 1000.0 - client.originEpochMicros();
        double toMicros = (to.epochMillis() + 1) * 1000.0 - client.originEpochMicros();
        return client.requests()
                .stream()
                .filter(request -> request.requestClass() != RequestClass.REFUSED)
                .flatMapToLong(request -> request.endMicros().stream())
                .filter(micros -> micros >= fromMicros && micros <= toMicros)
                .count();
    }

    Result.Client client(Result.MeasuredWindow window) {
        return new Result.Client(requests(), okPerSecond(window), latency(), lag());
    }

    Result.Requests requests() {
        Map<RequestClass, Long> classes = measured.stream()
                .collect(Collectors.groupingBy(RequestRecord::requestClass, TreeMap::new, Collectors.counting()));
        Map<Integer, Long> statuses = measured.stream()
                .filter(request -> request.status() != 0)
                .collect(Collectors.groupingBy(RequestRecord::status, TreeMap::new, Collectors.counting()));
        Map<String, Long> failed = new TreeMap<>();
        classes.forEach((requestClass, count) -> {
            if (requestClass != RequestClass.OK && requestClass != RequestClass.NEVER_SENT) {
                failed.put(requestClass.id(), count);
            }
        });
        long neverSent = classes.getOrDefault(RequestClass.NEVER_SENT, 0L);
        return new Result.Requests(measured.size(), measured.size() - neverSent,
                classes.getOrDefault(RequestClass.OK, 0L), failed, statuses, neverSent);
    }

    /**
     * Divides by the time until the last OK answer, if it came after the schedule's end: falling behind must not pay.
     */
    private double okPerSecond(Result.MeasuredWindow window) {
        List<RequestRecord> answered = measured.stream()
                .filter(request -> request.requestClass() == RequestClass.OK)
                .toList();
        double lastMillis = answered.stream()
                .flatMapToLong(request -> request.endMicros().stream())
                .max()
                .orElse(0) / 1000.0 + client.originEpochMicros() / 1000.0;
        return answered.size() * 1000.0
                / (scenario.duration().toMillis() + Math.max(0, lastMillis - window.endEpochMillis()));
    }

    Result.Latency latency() {
        Latencies latencies = new Latencies();
        ok.stream().flatMapToLong(request -> request.latencyMicros().stream()).forEach(latencies::record);
        Latencies.Summary summary = latencies.summary();
        return new Result.Latency(summary.count(), summary.p50(), summary.p90(), summary.p99(), summary.p999(),
                summary.max(), latencies.encoded());
    }

    private Latencies.Summary lag() {
        Latencies lags = new Latencies();
        measured.stream().filter(Accounts::isSent).forEach(request -> lags.record(request.lagMicros()));
        return lags.summary();
    }

    PerRequest perRequest(Result.MeasuredWindow span, Window window, UsageSampler sampler) {
        Sample from = window.from().sample();
        Sample to = window.to().sample();
        Probe.Snapshot first = window.opening().first();
        Probe.Snapshot last = window.last();
        double requests = Math.max(1, span.completed()); // a run without requests is invalid and says so
        double service = cpuMillis(Role.SERVICE, from, to) / requests;
        double compiler = service * span.compilerPercent() / 100;
        return new PerRequest(service - compiler, compiler,
                sampler.watches(Role.DATABASE) ? cpuMillis(Role.DATABASE, from, to) / requests : null,
                sampler.watches(Role.SIMULATOR) ? cpuMillis(Role.SIMULATOR, from, to) / requests : null,
                cpuMillis(Role.GENERATOR, from, to) / requests,
                per(requests, first.voluntarySwitches(), last.voluntarySwitches()),
                per(requests, first.involuntarySwitches(), last.involuntarySwitches()),
                (last.allocatedBytes() - first.allocatedBytes()) / requests);
    }

    private static double cpuMillis(Role role, Sample from, Sample to) {
        return (to.cpuMicros(role) - from.cpuMicros(role)) / 1000.0;
    }

    private static @Nullable Double per(double requests, @Nullable Long from, @Nullable Long to) {
        return from == null || to == null ? null : Double.valueOf((to - from) / requests);
    }

    /**
     * Returns seconds from the end of the disturbance until all was as before. For a cold start: from its beginning
     * until latency was near that of the end. Null if nothing was disturbed, or if it never recovered.
     */
    @Nullable
    Integer recoverySeconds() {
        OptionalInt seconds = scenario.disturbance()
                .map(span -> Timeline.recoverySeconds(timeline, (int) span.from().toSeconds(),
                        (int) span.to().toSeconds()))
                .orElseGet(() -> scenario.warm() ? OptionalInt.empty() : Timeline.steadyAfterSeconds(client));
        return seconds.isPresent() ? seconds.getAsInt() : null;
    }

    /**
     * Returns requests per second that were due while disturbed and met the objective. Seconds in which the generator
     * lagged are left out. Null if nothing was disturbed, or if no second is left.
     */
    @Nullable
    Double goodputPerSecond() {
        return scenario.disturbance().map(span -> {
            List<Result.Second> inTime = timeline.stream()
                    .filter(second -> isIn(second.second(), span))
                    .filter(second -> !isLeftOut(second))
                    .toList();
            long good = ok.stream()
                    .filter(request -> isDueIn(request, span))
                    .flatMapToLong(request -> request.latencyMicros().stream())
                    .filter(micros -> micros <= LoadGenerator.SLOW.toNanos() / 1000)
                    .count();
            return inTime.isEmpty() ? null : Double.valueOf((double) good / inTime.size());
        }).orElse(null);
    }

    private boolean isDueIn(RequestRecord request, Scenario.Span span) {
        return Timeline.second(client, turns, request).stream().anyMatch(second -> isIn(second, span));
    }

    private static boolean isIn(int second, Scenario.Span span) {
        return second >= span.from().toSeconds() && second < span.to().toSeconds();
    }

    List<String> warnings(Result.WarmUp warmUp, Result.MeasuredWindow window, Result.@Nullable Capacity capacity) {
        List<String> warnings = new ArrayList<>();
        if (!quick && warmUp.ended() == Result.WarmUp.Ended.TIME_LIMIT) {
            warnings.add(String.format(Locale.ROOT, "the warm-up was cut off after %.0f s; then the JIT compiler used "
                    + "%.1f %% of the CPU measured", warmUp.seconds(), window.compilerPercent()));
        } else if (!quick && scenario.warm() && window.compilerPercent() > Result.MeasuredWindow.MAX_COMPILER_PERCENT) {
            warnings.add(String.format(Locale.ROOT, "the service seemed warm, but the JIT compiler used %.1f %% of the "
                    + "CPU measured", window.compilerPercent()));
        }
        long late = timeline.stream().filter(Result.Second::generatorLate).count();
        if (late > 0) {
            warnings.add(
                    String.format(Locale.ROOT, "the generator was late in %d of %d s, p99 of its lag %.0f ms", late,
                            timeline.size(), lag().p99()) + (quick ? "" : ": what was due in them is in no latency"));
        }
        if (window.countersFromEpochMillis() > window.startEpochMillis()) {
            warnings.add("counters were first read " + (window.countersFromEpochMillis() - window.startEpochMillis())
                    + " ms after the window's begin");
        }
        if (capacity != null && !capacity.held()) {
            warnings.add(String.format(Locale.ROOT, "not one of %d holds met the objective: the highest rate is below "
                    + "%.0f requests/s", capacity.holds().size(), capacity.ratePerSecond()));
        }
        long failed = measured.stream()
                .filter(Accounts::isSent)
                .filter(request -> request.requestClass() != RequestClass.OK)
                .count();
        if (failed > 0) {
            warnings.add(failed + " requests failed: latency is that of the others");
        }
        return warnings;
    }
}
