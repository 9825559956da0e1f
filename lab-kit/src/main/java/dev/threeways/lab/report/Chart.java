package dev.threeways.lab.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.threeways.lab.statistics.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A complete figure of the report: drawing, table and text alternative are all made from it.
 *
 * @param id unique in a page
 * @param about what is seen, and of how many forks
 * @param marks along the x axis
 */
public record Chart(String id, Kind kind, String title, String about, Axis x, Axis y, List<Series> series,
        List<Mark> marks) {

    /** Form of a chart. */
    public enum Kind {
        /** A line for each series, with a band where it has one. */
        LINES("Lines"),
        /** Upright bars of one second each, the series on top of each other. */
        COLUMNS("Stacked columns"),
        /**
         * A row for each category: a point for each fork, a mark at the median, and an interval where there is one.
         * Each category has one series.
         */
        POINTS("Points in rows"),
        /**
         * A row for each category: a ratio with its interval, and a point for each block. Each category has one series.
         */
        INTERVALS("Ratios with intervals"),
        /** A row for each category, the series one after the other. */
        BARS("Stacked bars");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    /**
     * @param title with the unit
     * @param scale of the values
     * @param low null for the lowest value
     * @param high null for the highest value
     * @param step between labels; null for what suits
     * @param categories of rows, else empty
     */
    public record Axis(String title, Scale scale, @Nullable Double low, @Nullable Double high, @Nullable Double step,
            List<String> categories) {

        public static Axis of(String title, Scale scale, @Nullable Double low, @Nullable Double high) {
            return new Axis(title, scale, low, high, null, List.of());
        }

        public static Axis linear(String title) {
            return of(title, Scale.LINEAR, 0.0, null);
        }

        public static Axis rows(List<String> categories) {
            return new Axis("", Scale.LINEAR, null, null, null, categories);
        }
    }

    /** Spacing of values on an axis. */
    public enum Scale {
        LINEAR,
        /** Logarithmic, labelled at powers of two. */
        DOUBLING,
        /** 1 / (1 - percentile), logarithmic, labelled with the percentile. */
        PERCENTILE
    }

    /**
     * @param style colour, dash and symbol, the same for a stack in every figure; negative for what is no stack
     * @param x empty for rows
     * @param y a value for each x, or for each point in a row; null where nothing is known
     * @param low of a band or interval, else empty
     * @param high of a band or interval, else empty
     * @param middle of a row: its median or ratio, else null
     */
    public record Series(String name, int style, List<Double> x, List<@Nullable Double> y, List<@Nullable Double> low,
            List<@Nullable Double> high, @Nullable Double middle) {}

    /** Something that happened at {@code at} on the x axis. */
    public record Mark(double at, String text) {}

    /** Returns what is read out instead of the picture. */
    @JsonIgnore
    public String alternative() {
        return kind.text + ": " + title + ". "
                + series.stream().map(this::alternative).collect(Collectors.joining("; "))
                + marks.stream()
                        .map(mark -> "; at " + shown(mark.at()) + " s: " + mark.text())
                        .collect(Collectors.joining())
                + ". The table below has the figures.";
    }

    private String alternative(Series one) {
        Double middle = one.middle();
        return switch (kind) {
            case LINES, COLUMNS -> one.name() + range(one);
            case POINTS -> one.name() + ": median " + shown(middle) + interval(one) + " of " + one.y().size();
            case INTERVALS -> one.name() + ": " + shown(middle) + interval(one);
            case BARS -> one.name() + ": " + IntStream.range(0, one.y().size())
                    .mapToObj(row -> y.categories().get(row) + " " + shown(one.y().get(row)))
                    .collect(Collectors.joining(", "));
        };
    }

    private static String range(Series one) {
        DoubleStream known = one.y().stream().filter(Objects::nonNull).mapToDouble(Double::doubleValue);
        var statistics = known.summaryStatistics();
        return statistics.getCount() == 0
                ? ": nothing known"
                : " " + shown(statistics.getMin()) + " to " + shown(statistics.getMax());
    }

    private String interval(Series one) {
        return one.low().isEmpty() ? "" : " (" + end(one.low().getFirst()) + " – " + end(one.high().getFirst()) + ")";
    }

    private String end(@Nullable Double value) {
        return kind == Kind.INTERVALS && value != null ? Interval.end(value, shown(value)) : shown(value);
    }

    /** Returns everything that is drawn, as text: the first row has the titles. */
    @JsonIgnore
    public List<List<String>> table() {
        return switch (kind) {
            case LINES, COLUMNS -> lines();
            case POINTS -> points("fork");
            case INTERVALS -> points("block");
            case BARS -> bars();
        };
    }

    private List<List<String>> lines() {
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of(x.scale() == Scale.PERCENTILE ? "percentile" : x.title()));
        for (Series one : series) {
            head.add(one.name());
            if (!one.low().isEmpty()) {
                head.add(one.name() + ", forks");
            }
        }
        rows.add(head);
        for (double at : series.stream().flatMap(one -> one.x().stream()).distinct().sorted().toList()) {
            List<String> row = new ArrayList<>(List.of(
                    x.scale() == Scale.PERCENTILE ? percentile(at) : String.valueOf((long) Math.floor(at))));
            for (Series one : series) {
                int index = one.x().indexOf(at);
                row.add(index < 0 ? "–" : shown(one.y().get(index)));
                if (!one.low().isEmpty()) {
                    row.add(index < 0 || one.low().get(index) == null
                            ? "–"
                            : shown(one.low().get(index)) + " – " + shown(one.high().get(index)));
                }
            }
            rows.add(row);
        }
        return rows;
    }

    private static String percentile(double oneInSoMany) {
        return String.format(Locale.ROOT, "%.3f", 100 - 100 / oneInSoMany);
    }

    private List<List<String>> points(String unit) {
        int most = series.stream().mapToInt(one -> one.y().size()).max().orElse(0);
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(
                List.of("", kind == Kind.POINTS ? "median (interval)" : "ratio (interval)"));
        IntStream.rangeClosed(1, most).forEach(number -> head.add(unit + " " + number));
        rows.add(head);
        for (Series one : series) {
            List<String> row = new ArrayList<>(List.of(one.name(), shown(one.middle()) + interval(one)));
            IntStream.range(0, most).forEach(i -> row.add(i < one.y().size() ? shown(one.y().get(i)) : "–"));
            rows.add(row);
        }
        return rows;
    }

    private List<List<String>> bars() {
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of(""));
        series.forEach(one -> head.add(one.name()));
        rows.add(head);
        for (int category = 0; category < y.categories().size(); category++) {
            List<String> row = new ArrayList<>(List.of(y.categories().get(category)));
            int index = category;
            series.forEach(one -> row.add(shown(one.y().get(index))));
            rows.add(row);
        }
        return rows;
    }

    /**
     * Formats a value with three significant digits, but all digits before the point and at most three after it; a dash
     * where nothing is known.
     */
    public static String shown(@Nullable Double value) {
        return Optional.ofNullable(value).map(known -> {
            double size = Math.abs(known);
            int decimals = known == Math.rint(known) || size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
            return String.format(Locale.ROOT, "%." + decimals + "f", known);
        }).orElse("–");
    }
}
