package dev.threeways.comparison.cli;

import dev.threeways.comparison.analysis.Analysis;
import dev.threeways.comparison.report.Picture;
import dev.threeways.comparison.report.ReportPage;
import dev.threeways.comparison.report.SummaryFile;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.ResultFile;
import dev.threeways.lab.cli.OutputDirectory;
import dev.threeways.lab.cli.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./compare report}. */
@Command(name = "report", mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false, description = "Analyses the runs in the result.json of each directory again, and runs nothing. Of one "
        + "directory all files that a comparison writes are made again; several results become one page and one summary.")
final class MakeReport implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "DIR", description = "Directories of comparisons, such as "
            + "target/comparison/latest")
    private List<Path> directories = List.of();

    @Option(names = "--output", paramLabel = "DIR", description = "Where to write. Default: the first directory")
    private @Nullable Path output;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        List<Result> results = new ArrayList<>();
        for (Path directory : directories) {
            results.add(Analysis.again(ResultFile.of(directory)));
        }
        Path to = output;
        String name = to == null ? "DIR" : "--output";
        Path target = OutputDirectory.create(name, to == null ? directories.getFirst() : to);
        try {
            if (results.size() == 1) {
                ResultFile.write(results.getFirst(), target);
                Picture.write(results.getFirst(), target);
            }
            ReportPage.write(results, target);
            SummaryFile.write(results, target);
        } catch (IOException e) { // one of the files cannot be written
            throw OutputDirectory.refused(name, target, e);
        }
        CommandLine command = Objects.requireNonNull(spec, "set by picocli").commandLine();
        command.getOut().println("Report: " + target.resolve(ReportPage.NAME));
        command.getOut().println("Summary: " + target.resolve(SummaryFile.NAME));
        return command.getCommandSpec().exitCodeOnSuccess();
    }
}
