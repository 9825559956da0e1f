package dev.threeways.comparison.report;

import dev.threeways.comparison.analysis.Metric;
import dev.threeways.comparison.result.Latencies;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.Result.Run;
import dev.threeways.comparison.result.Result.Spread;
import dev.threeways.comparison.result.Result.StackSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * {@value #NAME}: CPU per request of every block, and latency percentiles. Written as text: a charting library would
 * draw with AWT, which needs fonts that servers do not have.
 */
public final class Picture {

    public static final String NAME = "result.svg";

    private static final int WIDTH = 960;

    private static final int ROW = 44;

    private static final int TOP = 84;

    private static final int LABELS = 150;

    /** Width of each panel, from zero to the largest value. */
    private static final int PANEL = 290;

    /** Where the second panel begins. */
    private static final int SECOND = 480;

    /** Colours that colour-blind people tell apart too (Okabe and Ito, 2008). */
    private static final List<String> COLOURS = List.of("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00",
            "#56B4E9");

    private final StringBuilder svg = new StringBuilder();

    private Picture() {}

    public static void write(Result result, Path directory) throws IOException {
        Files.writeString(directory.resolve(NAME), of(result));
    }

    /** Draws the stacks with a valid run. */
    public static String of(Result result) {
        Picture picture = new Picture();
        List<StackSummary> stacks = result.summary().stream().filter(stack -> stack.validRuns() > 0).toList();
        int height = TOP + Math.max(1, stacks.size()) * ROW + 50;
        picture.add(String.format(Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %1$d %2$d\" "
                        + "font-family=\"sans-serif\" font-size=\"13\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>",
                WIDTH, height));
        String stamp = result.stamp();
        picture.text(16, 24, "start", "#000", result.settings().scenario().rate() + " requests/s, "
                + result.settings().cpus() + " CPUs, " + result.machine().cpus() + " x " + result.machine().cpuModel()
                + (stamp == null ? "" : " - " + stamp.toUpperCase(Locale.ROOT)));
        picture.text(LABELS, 56, "start", "#000", "CPU ms/OK answer of the service: blocks, median");
        picture.text(SECOND + LABELS, 56, "start", "#000", "latency, ms: p50, p90, p99, p99.9");
        double maxCpu = stacks.stream().mapToDouble(stack -> cpu(stack).max()).max().orElse(1);
        double maxLatency = stacks.stream().mapToDouble(stack -> stack.latencyMillis().p999()).max().orElse(1);
        for (int i = 0; i < stacks.size(); i++) {
            picture.row(stacks.get(i), result.runs(), TOP + i * ROW + ROW / 2, COLOURS.get(i % COLOURS.size()), maxCpu,
                    maxLatency);
        }
        int axis = height - 36;
        picture.axis(LABELS, axis, maxCpu, String.format(Locale.ROOT, "%.2f", maxCpu));
        picture.axis(SECOND + LABELS, axis, maxLatency, String.format(Locale.ROOT, "%.0f", maxLatency));
        picture.add("</svg>");
        return picture.svg.toString();
    }

    private static Spread cpu(StackSummary stack) {
        return stack.metrics().getOrDefault(Metric.CPU.id(), new Spread(0, 0, 0));
    }

    private void row(StackSummary stack, List<Run> runs, int y, String colour, double maxCpu, double maxLatency) {
        text(LABELS - 12, y + 4, "end", colour, stack.stack());
        Spread spread = cpu(stack);
        line(LABELS + x(spread.min(), maxCpu), y, LABELS + x(spread.max(), maxCpu), y, colour);
        runs.stream()
                .filter(run -> run.isValid() && run.stack().equals(stack.stack()))
                .forEach(run -> dot(LABELS + x(Metric.CPU.value(run), maxCpu), y, 4, colour));
        double median = LABELS + x(spread.median(), maxCpu);
        line(median, y - 10, median, y + 10, colour);
        text(median, y - 13, "middle", "#333", String.format(Locale.ROOT, "%.3f", spread.median()));

        text(SECOND + LABELS - 12, y + 4, "end", colour, stack.stack());
        Latencies.Summary latency = stack.latencyMillis();
        line(SECOND + LABELS + x(latency.p50(), maxLatency), y, SECOND + LABELS + x(latency.p999(), maxLatency), y,
                colour);
        Stream.of(latency.p50(), latency.p90(), latency.p99(), latency.p999())
                .forEach(value -> dot(SECOND + LABELS + x(value, maxLatency), y, 4, colour));
    }

    /** Draws an axis from zero: a cut-off axis makes small differences look large. */
    private void axis(int left, int y, double max, String maxText) {
        line(left, y, left + PANEL, y, "#999");
        text(left, y + 18, "middle", "#333", "0");
        text(left + x(max, max), y + 18, "middle", "#333", maxText);
    }

    private static double x(double value, double max) {
        return value / max * PANEL;
    }

    private void line(double x1, double y1, double x2, double y2, String colour) {
        add(String.format(Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"2\"/>", x1, y1, x2,
                y2,
                colour));
    }

    private void dot(double x, double y, int radius, String colour) {
        add(String.format(Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%d\" fill=\"%s\" fill-opacity=\"0.6\"/>", x,
                y, radius, colour));
    }

    private void text(double x, double y, String anchor, String colour, String text) {
        add(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>", x, y,
                anchor, colour,
                text.replace("&", "&amp;").replace("<", "&lt;")));
    }

    private void add(String line) {
        svg.append(line).append('\n');
    }
}
