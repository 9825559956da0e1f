package dev.threeways.comparison.cli;

import dev.threeways.comparison.analysis.Findings;
import dev.threeways.comparison.analysis.Difference;
import dev.threeways.comparison.analysis.Difference.Change;
import dev.threeways.comparison.analysis.Difference.Row;
import dev.threeways.comparison.report.Report;
import dev.threeways.comparison.result.ResultFile;
import dev.threeways.lab.cli.ExitCodes;
import dev.threeways.lab.cli.JsonOption;
import dev.threeways.lab.cli.PercentConverter;
import dev.threeways.lab.cli.Version;
import dev.threeways.lab.report.TextTable;
import dev.threeways.lab.statistics.Family.Judgement;
import dev.threeways.lab.statistics.PairedRatio;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./compare diff}. */
@Command(name = "diff", mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false, description = "Compares two results of the same design, stack by stack: what needs more in B than "
        + "it did in A?", exitCodeListHeading = ExitCodes.HEADING, exitCodeList = {
                "0:nothing is shown to be worse", "1:something is worse",
                "2:wrong usage, or the two cannot be compared; explained in a line"})
public final class Diff implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "A", description = "Directory of the comparison that was before")
    private Path first = Path.of(".");

    @Parameters(index = "1", paramLabel = "B", description = "Directory of the one that was after")
    private Path second = Path.of(".");

    @Option(names = "--margin", converter = PercentConverter.class, defaultValue = "5%", paramLabel = "PERCENT", description = "The "
            + "smallest difference that matters to you. Default: ${DEFAULT-VALUE}")
    private double margin;

    @Mixin
    private JsonOption json = new JsonOption();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine command = Objects.requireNonNull(spec, "set by picocli").commandLine();
        Difference found = Difference.between(ResultFile.of(first), ResultFile.of(second), margin);
        found.notes().forEach(note -> command.getErr().println("note: " + note));
        List<String> lines = new ArrayList<>(found.worse().stream().map(what -> "worse: " + what).toList());
        if (!found.rows().isEmpty()) {
            lines.add(text(found.rows(), margin));
        }
        json.print(command, ResultFile.tree(Changes.of(found)), String.join(System.lineSeparator(), lines));
        return found.hasRegression()
                ? command.getCommandSpec().exitCodeOnExecutionException()
                : command.getCommandSpec().exitCodeOnSuccess();
    }

    /** What {@code --json} prints. */
    record Changes(boolean worse, List<String> notes, List<String> worseWithoutRatio, List<Ratio> ratios) {

        /** @param ratio of B to A */
        record Ratio(String stack, String metric, int forks, int otherForks, double ratio, double low, double high,
                double confidence, Change change, boolean preliminary, double detectable,
                @Nullable Integer forksToDecide) {}

        static Changes of(Difference found) {
            return new Changes(found.hasRegression(), found.notes(), found.worse(),
                    found.rows().stream().map(Changes::ratio).toList());
        }

        private static Ratio ratio(Row row) {
            Judgement judgement = row.judgement();
            return new Ratio(row.stack(), row.metric().id(), row.forks(), row.otherForks(), judgement.ratio().ratio(),
                    judgement.interval().low(), judgement.interval().high(), judgement.interval().confidence(),
                    row.change(), row.isPreliminary(), judgement.detectable(),
                    judgement.blocksToDecide().isPresent() ? judgement.blocksToDecide().getAsInt() : null);
        }
    }

    public static String text(List<Row> rows, double difference) {
        List<List<String>> table = new ArrayList<>(List.of(List.of("stack", "metric", "B / A", "forks")));
        for (Row row : rows) {
            Judgement judgement = row.judgement();
            table.add(List.of(row.stack(), row.metric().title(),
                    Report.figures(judgement.ratio().ratio(), judgement.interval().low(),
                            judgement.interval().high(), 3, ""),
                    row.forks() + ", " + row.otherForks() + ": " + verdict(row)));
        }
        return TextTable.of(table) + String.format(Locale.ROOT,
                "%nWelch's intervals on logarithms, such that a wrong verdict is among all %d "
                        + "in at most 5 %% of experiments; what is%nwithin %s is no difference that matters. What else "
                        + "changed between the two days is in the ratios.",
                rows.size(), Findings.margin(difference).replace('–', '-'));
    }

    private static String verdict(Row row) {
        String preliminary = row.isPreliminary()
                ? String.format(Locale.ROOT, " (preliminary: fewer than %d forks)", PairedRatio.ENOUGH_BLOCKS)
                : "";
        if (row.change() != Change.NOT_SHOWN) {
            return row.change().text() + preliminary;
        }
        Judgement judgement = row.judgement();
        return row.change().text() + preliminary
                + "; from " + Findings.detectable(judgement.detectable()) + " on a ratio would have been found; "
                + (judgement.blocksToDecide().isPresent()
                        ? judgement.blocksToDecide().getAsInt()
                                + " forks of each would decide, if ratio and spread stayed so"
                        : "a thousand forks of each would not decide");
    }
}
