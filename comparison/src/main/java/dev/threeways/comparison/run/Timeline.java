package dev.threeways.comparison.run;

import dev.threeways.comparison.ledger.Accounts;
import dev.threeways.comparison.observe.TaskRoles;
import dev.threeways.comparison.observe.UsageSampler.Role;
import dev.threeways.comparison.observe.UsageSampler.Sample;
import dev.threeways.comparison.result.Latencies;
import dev.threeways.comparison.result.Outcome;
import dev.threeways.comparison.result.Result.Second;
import dev.threeways.comparison.scenario.Turns;
import dev.threeways.gatling.RequestClass;
import dev.threeways.gatling.RequestLog;
import dev.threeways.gatling.RequestPhase;
import dev.threeways.gatling.RequestRecord;
import dev.threeways.lab.process.ProcessTasks.Task;
import dev.threeways.lab.process.ProcessUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/** A measured window second by second. */
final class Timeline {

    /** Equals the payment API's median latency; a warm, undisturbed generator lags an order of magnitude less. */
    private static final double MAX_LAG_MILLIS = 50;

    private static final long SECOND_MICROS = 1_000_000;

    /** Share of a second's requests that must be OK: one in a thousand may fail. */
    private static final double RECOVERED_OK = 0.999;

    /** A service has recovered when its 99th percentile is at most this multiple of what it was before. */
    private static final double RECOVERED_SLOWER = 2;

    private static final int STEADY_WINDOW_SECONDS = 5;

    private static final long FAILED_MICROS = 60 * SECOND_MICROS;

    private Timeline() {}

    /**
     * Groups requests by the second in which they were due, however late they ended. Counts only seconds in which this
     * service was loaded, not other stacks' turns.
     *
     * @param samples of the window and after it
     * @param roles of the threads that were sampled
     */
    static List<Second> of(RequestLog client, Turns turns, List<Sample> samples, TaskRoles roles) {
        long start = client.measureStartMicros().orElse(0);
        Map<Integer, List<RequestRecord>> due = new TreeMap<>();
        for (RequestRecord request : client.requests()) {
            if (request.phase() == RequestPhase.MEASURE && request.intendedMicros().isPresent()) {
                due.computeIfAbsent(second(client, turns, request).orElseThrow(), _ -> new ArrayList<>()).add(request);
            }
        }
        int seconds = (int) Math.ceilDiv(turns.loadedMicros(client.measureEndMicros().orElse(start) - start),
                SECOND_MICROS);
        int[] inFlight = inFlight(client, turns, start, seconds);
        List<Second> timeline = new ArrayList<>();
        for (int second = 0; second < seconds; second++) {
            timeline.add(second(second, due.getOrDefault(second, List.of()), inFlight[second],
                    usage(samples, roles,
                            client.originEpochMicros() + start + turns.sinceBeginMicros(second * SECOND_MICROS))));
        }
        return timeline;
    }

    /**
     * Counts the seconds of the schedule in which the generator lagged.
     *
     * @param from the first second that counts
     * @param to the first second that no longer counts
     */
    static long lateSeconds(RequestLog client, int from, int to) {
        return of(client, Turns.NONE, List.of(), new TaskRoles(Map.of(), 0)).stream()
                .filter(second -> second.second() >= from && second.second() < to)
                .filter(Second::generatorLate)
                .count();
    }

    /** Returns the second of the window in which a request of the schedule was due. */
    static OptionalInt second(RequestLog client, Turns turns, RequestRecord request) {
        long start = client.measureStartMicros().orElse(0);
        return request.intendedMicros().isEmpty()
                ? OptionalInt.empty()
                : OptionalInt
                        .of((int) (turns.loadedMicros(request.intendedMicros().getAsLong() - start) / SECOND_MICROS));
    }

    private static Second second(int number, List<RequestRecord> due, int inFlight, Usage usage) {
        Latencies latencies = new Latencies();
        Latencies lags = new Latencies();
        Map<String, Long> classes = new TreeMap<>();
        for (RequestRecord request : due) {
            classes.merge(Outcome.of(request).id(), 1L, Long::sum);
            if (request.requestClass() == RequestClass.OK) {
                request.latencyMicros().ifPresent(latencies::record);
            }
            if (Accounts.isSent(request)) {
                lags.record(request.lagMicros());
            }
        }
        Latencies.Summary latency = latencies.summary();
        double lag = lags.summary().p99();
        return new Second(number, due.size(), classes, latency.p50(), latency.p99(), latency.max(),
                lag, lag > MAX_LAG_MILLIS, inFlight, usage.cpus(), usage.residentBytes(), usage.threads(),
                usage.threadsByRole());
    }

    /** Returns the highest number of the schedule's requests in flight at once. */
    static int mostInFlight(RequestLog client) {
        TreeMap<Long, Integer> changes = new TreeMap<>();
        for (RequestRecord request : client.requests()) {
            if (request.phase() == RequestPhase.MEASURE && request.startMicros().isPresent()) {
                changes.merge(request.startMicros().getAsLong(), 1, Integer::sum);
                request.endMicros().ifPresent(end -> changes.merge(end, -1, Integer::sum));
            }
        }
        int now = 0;
        int most = 0;
        for (int change : changes.values()) {
            now += change;
            most = Math.max(most, now);
        }
        return most;
    }

    /** Returns the requests in flight at the end of each second. */
    private static int[] inFlight(RequestLog client, Turns turns, long start, int seconds) {
        int[] changes = new int[seconds + 1];
        for (RequestRecord request : client.requests()) {
            if (request.phase() == RequestPhase.MEASURE && request.startMicros().isPresent()) {
                changes[second(turns.loadedMicros(request.startMicros().getAsLong() - start), seconds)]++;
                if (request.endMicros().isPresent()) {
                    changes[second(turns.loadedMicros(request.endMicros().getAsLong() - start), seconds)]--;
                }
            }
        }
        int[] inFlight = new int[seconds];
        int now = 0;
        for (int second = 0; second < seconds; second++) {
            now += changes[second];
            inFlight[second] = now;
        }
        return inFlight;
    }

    private static int second(long micros, int seconds) {
        return Math.clamp(Math.floorDiv(micros, SECOND_MICROS), 0, seconds);
    }

    private record Usage(double cpus, long residentBytes, int threads, Map<String, Integer> threadsByRole) {}

    private static Usage usage(List<Sample> samples, TaskRoles roles, long fromEpochMicros) {
        long from = fromEpochMicros / 1000;
        List<Sample> within = samples.stream()
                .filter(sample -> sample.epochMillis() >= from && sample.epochMillis() <= from + 1_250)
                .toList();
        if (within.size() < 2) {
            return new Usage(0, 0, 0, Map.of());
        }
        Sample first = within.getFirst();
        Sample last = within.getLast();
        ProcessUsage service = last.usage().getOrDefault(Role.SERVICE, ProcessUsage.NONE);
        double micros = last.cpuMicros(Role.SERVICE) - first.cpuMicros(Role.SERVICE);
        List<Task> tasks = within.reversed()
                .stream()
                .map(Sample::tasks)
                .filter(look -> !look.isEmpty())
                .findFirst()
                .orElse(List.of());
        return new Usage(Math.max(0, micros / 1000 / (last.epochMillis() - first.epochMillis())),
                service.residentBytes(), service.threads(), roles.count(tasks));
    }

    /**
     * Returns how long after the disturbance requests were answered as before. Seconds in which the generator lagged
     * say nothing about the service, before or after.
     *
     * @param calm seconds before anything happened
     * @param over second in which the disturbance ended
     * @return seconds; empty if the service had not recovered by the end
     */
    static OptionalInt recoverySeconds(List<Second> timeline, int calm, int over) {
        double before = timeline.stream()
                .limit(calm)
                .filter(second -> !second.generatorLate())
                .mapToDouble(Second::latencyP99Millis)
                .max()
                .orElse(0);
        int recovered = timeline.size();
        while (recovered > over && isAsBefore(timeline.get(recovered - 1), before)) {
            recovered--;
        }
        return recovered == timeline.size() ? OptionalInt.empty() : OptionalInt.of(Math.max(0, recovered - over));
    }

    /**
     * Finds when a service that began cold is steady. From that second, {@value #STEADY_WINDOW_SECONDS} seconds have a
     * 99th percentile of at most {@value #RECOVERED_SLOWER} times that of the last third. One second alone has too few
     * requests for a percentile.
     *
     * @return empty if it never is
     */
    static OptionalInt steadyAfterSeconds(RequestLog client) {
        long start = client.measureStartMicros().orElse(0);
        int seconds = (int) ((client.measureEndMicros().orElse(start) - start) / SECOND_MICROS);
        double steady = p99(client, seconds * 2 / 3, seconds);
        for (int second = 0; second + STEADY_WINDOW_SECONDS <= seconds; second++) {
            if (p99(client, second, second + STEADY_WINDOW_SECONDS) <= RECOVERED_SLOWER * steady) {
                return OptionalInt.of(second);
            }
        }
        return OptionalInt.empty();
    }

    /**
     * Returns the p99 of requests due from second {@code from} to before second {@code to}. A failed request counts as
     * slower than any.
     */
    private static double p99(RequestLog client, int from, int to) {
        Latencies latencies = new Latencies();
        for (RequestRecord request : client.requests()) {
            OptionalInt second = second(client, Turns.NONE, request);
            if (request.phase() == RequestPhase.MEASURE && second.isPresent() && second.getAsInt() >= from
                    && second.getAsInt() < to) {
                latencies.record(request.requestClass() == RequestClass.OK
                        ? request.latencyMicros().orElse(FAILED_MICROS)
                        : FAILED_MICROS);
            }
        }
        return latencies.summary().p99();
    }

    private static boolean isAsBefore(Second second, double p99Before) {
        return second.planned() == 0 || second.generatorLate()
                || (second.outcomes().getOrDefault(Outcome.OK.id(), 0L) >= RECOVERED_OK * second.planned()
                        && second.latencyP99Millis() <= RECOVERED_SLOWER * p99Before);
    }
}
