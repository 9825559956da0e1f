package dev.threeways.comparison.cli;

import dev.threeways.comparison.analysis.Analysis;
import dev.threeways.comparison.report.Picture;
import dev.threeways.comparison.report.ReportPage;
import dev.threeways.comparison.report.SummaryFile;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.ResultFile;
import dev.threeways.lab.cli.ExitCodes;
import dev.threeways.lab.cli.JsonOption;
import dev.threeways.lab.cli.OutputDirectory;
import dev.threeways.lab.cli.UsageException;
import dev.threeways.lab.cli.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

/** {@code ./compare report}. */
@Command(name = "report", mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false, description = {
        "Analyses results again and writes their page and summary; runs nothing.",
        "One directory gets page, picture and summary beside its result.json, which is left as it is. Several results become one page and one summary."}, exitCodeListHeading = ExitCodes.HEADING, exitCodeList = {
                ExitCodes.DONE,
                "2:wrong usage, or no result; explained in a line"})
final class MakeReport implements Callable<Integer> {

    private static final String OUTPUT = "--output";

    @Parameters(arity = "1..*", paramLabel = "DIR", description = "Directories of comparisons, such as "
            + "target/comparison/latest")
    private List<Path> directories = List.of();

    @Option(names = OUTPUT, paramLabel = "DIR", description = "Where to write: a directory without a result.json. A single result is written there too, as it is analysed today. Default: DIR; required with several")
    private @Nullable Path output;

    @Mixin
    private JsonOption json = new JsonOption();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine command = Objects.requireNonNull(spec, "set by picocli").commandLine();
        List<Result> results = new ArrayList<>();
        for (Path directory : directories) {
            results.add(Analysis.again(ResultFile.of(directory)));
        }
        Path target = target();
        write(results, target);
        json.print(command, Verdicts.json(verdicts(results, target), target),
                "Report: " + target.resolve(ReportPage.NAME) + System.lineSeparator() + "Summary: "
                        + target.resolve(SummaryFile.NAME));
        return command.getCommandSpec().exitCodeOnSuccess();
    }

    private Path target() {
        Path to = output;
        if (to == null && directories.size() > 1) {
            throw new UsageException("several results are one page, which belongs to none of their directories: name "
                    + "another with " + OUTPUT);
        }
        if (to != null && Files.exists(to.resolve(ResultFile.NAME))) {
            throw new UsageException(OUTPUT + " " + to + " has a " + ResultFile.NAME
                    + ", which is not written over. Name another directory");
        }
        return to == null
                ? OutputDirectory.create("DIR", directories.getFirst())
                : OutputDirectory.create(OUTPUT, to);
    }

    private void write(List<Result> results, Path target) {
        try {
            if (results.size() == 1) {
                Picture.write(results.getFirst(), target);
            }
            ReportPage.write(results, target);
            SummaryFile.write(results, target);
            if (results.size() == 1 && output != null) {
                ResultFile.write(results.getFirst(), target);
            }
        } catch (IOException e) { // one of the files cannot be written
            throw OutputDirectory.refused(output == null ? "DIR" : OUTPUT, target, e);
        }
    }

    private List<Verdicts.OfResult> verdicts(List<Result> results, Path target) {
        List<Verdicts.OfResult> verdicts = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            verdicts.add(Verdicts.of(results.get(i), directories.get(i), results.size() == 1 ? target : null));
        }
        return verdicts;
    }
}
