package dev.threeways.comparison.report;

import dev.threeways.comparison.analysis.Metric;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.Result.Run;
import dev.threeways.comparison.result.Retained;
import dev.threeways.lab.report.Html;
import dev.threeways.lab.report.Page;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Tables with one row per run. */
final class RunTables {

    private RunTables() {}

    /** Shows how far up each fork met the objective, and what broke it. */
    static void searches(Result result, Page html) {
        List<List<String>> rows = new ArrayList<>(
                List.of(List.of("run", "met up to, requests/s", "broken at", "held at the end")));
        for (Run run : result.runs()) {
            Result.Capacity capacity = run.capacity();
            if (capacity != null) {
                List<Result.Rung> met = capacity.rungs().stream().filter(Result.Rung::isGood).toList();
                rows.add(List.of("block " + run.block() + ", " + run.stack(),
                        met.isEmpty() ? "–" : String.format(Locale.ROOT, "%.0f", met.getLast().ratePerSecond()),
                        capacity.rungs().stream().allMatch(Result.Rung::isGood)
                                ? "not broken"
                                : String.join("; ", capacity.rungs()
                                        .stream()
                                        .filter(rung -> !rung.isGood())
                                        .map(RunTables::broken)
                                        .toList()),
                        capacity.holds().isEmpty()
                                ? "–"
                                : String.join("; ", capacity.holds()
                                        .stream()
                                        .map(hold -> hold.isGood()
                                                ? String.format(Locale.ROOT, "%.0f held", hold.ratePerSecond())
                                                : broken(hold))
                                        .toList())));
            }
        }
        if (rows.size() > 1) {
            html.append("<h3>The search for the highest rate</h3>\n")
                    .append(Html.element("p", String.format(Locale.ROOT,
                            "The rate goes up by %.0f %% every %d s, until the objective is broken twice in a row. Where the "
                                    + "highest that met it is to be held, and it does not hold, the next lower is.",
                            100 * (Result.Capacity.step(result.settings().plan().quick()) - 1),
                            Result.Capacity.RUNG.toSeconds())))
                    .append(Html.table("The search for the highest rate", rows));
        }
    }

    private static String broken(Result.Rung rung) {
        return String.format(Locale.ROOT, "%.0f: ", rung.ratePerSecond()) + (rung.endedWell()
                ? "more were on their way than came to an end"
                : String.format(Locale.ROOT, "of %d requests %.2f %% late, %.2f %% failed", rung.ended(),
                        100.0 * rung.slow() / rung.ended(), 100.0 * rung.failed() / rung.ended()));
    }

    /**
     * Shows what was held before a disturbance and after it. All of it is checked: what was not given back makes a run
     * invalid.
     */
    static void retained(Result result, Page html) {
        List<List<String>> rows = new ArrayList<>(
                List.of(List.of("run", "in use", "threads", "open files and sockets", "live heap, MiB")));
        for (Run run : result.runs()) {
            Retained before = run.event().retainedBefore();
            Retained after = run.event().retainedAfter();
            if (before != null && after != null) {
                rows.add(List.of("block " + run.block() + ", " + run.stack(),
                        sum(before.used().values()) + " → " + sum(after.used().values()),
                        before.threads().values().stream().mapToInt(Integer::intValue).sum() + " → "
                                + after.threads().values().stream().mapToInt(Integer::intValue).sum(),
                        before.descriptors() + " → " + after.descriptors(),
                        String.format(Locale.ROOT, "%.1f → %.1f", before.liveHeapBytes() / Metric.MIB,
                                after.liveHeapBytes() / Metric.MIB)));
            }
        }
        if (rows.size() > 1) {
            html.append(
                    "<h3>What was held, before and afterwards</h3>\n<p>Connections, threads and requests in use while "
                            + "nothing was on its way, before anything happened and after it, when the generator was gone. Pools keep "
                            + "connections and threads that they opened meanwhile, up to their limits and for a time.</p>\n")
                    .append(Html.table("What was held, before and afterwards", rows));
        }
    }

    private static long sum(Collection<Long> counts) {
        return counts.stream().mapToLong(Long::longValue).sum();
    }
}
