package dev.threeways.comparison.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.ResultFile;
import dev.threeways.comparison.result.SampleResults;
import dev.threeways.lab.cli.Interruption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The exit codes that {@code --help} lists are those that commands return, and no others. */
class ExitCodesTests {

    /** Stands for the temporary directory. */
    private static final String D = "IN/";

    /** Command lines of a command, named after it, by the code they return. */
    private static final Map<String, Map<Integer, List<String>>> RETURNED = Map.of("./compare",
            Map.of(0, List.of("--help", "--version"), 1, List.of("diff IN/before IN/worse"), 2, List.of("again")),
            "run",
            Map.of(0, List.of("--dry-run --stack mine=IN/app.jar", "run --dry-run --stack mine=IN/app.jar --json"), 2,
                    List.of("--rate 0", "run --no-such-option", "run --scenario IN/none.yaml")),
            "report",
            Map.of(0, List.of("report IN/before", "report IN/before --json"), 2,
                    List.of("report IN/none", "report", "report IN/before --output IN/worse")),
            "diff",
            Map.of(0, List.of("diff IN/before IN/before", "diff IN/before IN/worse --margin 90%"), 1,
                    List.of("diff IN/before IN/worse", "diff IN/before IN/worse --json"), 2,
                    List.of("diff IN/before IN/other", "diff IN/before")),
            "serve", Map.of(2, List.of("serve --port-offset -1")), "list",
            Map.of(0, List.of("list", "list --json"), 2, List.of("list --no-such-option")), "doctor",
            Map.of(2, List.of("doctor --no-such-option")), "completion",
            Map.of(0, List.of("completion"), 2, List.of("completion --no-such-option")));

    /** Codes that take a service, a signal or a machine: {@code CompareIT}, {@code ServeIT}, {@link CheckupTests}. */
    private static final Map<String, Set<Integer>> ELSEWHERE = Map.of("run", Set.of(1, 130, 143), "serve",
            Set.of(1, 130, 143), "doctor", Set.of(0, 1));

    @TempDir
    private Path directory = Path.of(".");

    @BeforeEach
    void files() throws IOException {
        Jars.empty(directory.resolve("app.jar"));
        write(SampleResults.steady(8), "before");
        write(SampleResults.steady(8, 1.5, 5), "worse");
        write(SampleResults.outage(2), "other");
    }

    private void write(Result result, String name) throws IOException {
        ResultFile.write(result, Files.createDirectories(directory.resolve(name)));
    }

    @Test
    void eachCommandReturnsWhatItsHelpLists() {
        Map<String, Set<Integer>> returned = new TreeMap<>();
        RETURNED.forEach((name, byCode) -> byCode.forEach((code, lines) -> {
            for (String line : lines) {
                Ended ended = Ended.compare((Object[]) line.replace(D, directory + "/").split(" +", -1));
                assertThat(ended.exitCode()).as(line + ": " + ended.err()).isEqualTo(code);
            }
            returned.computeIfAbsent(name, _ -> new TreeSet<>()).add(code);
        }));
        ELSEWHERE.forEach((name, codes) -> returned.computeIfAbsent(name, _ -> new TreeSet<>()).addAll(codes));
        assertThat(listed()).isEqualTo(returned);
    }

    /** Returns the codes that each command's help lists. */
    private static Map<String, Set<Integer>> listed() {
        CommandLine compare = Compare.commandLine(new Interruption());
        Map<String, Set<Integer>> listed = new TreeMap<>(Map.of(compare.getCommandName(), codes(compare)));
        compare.getSubcommands().forEach((name, command) -> listed.put(name, codes(command)));
        return listed;
    }

    private static Set<Integer> codes(CommandLine command) {
        String help = command.getUsageMessage();
        Collection<String> codes = command.getCommandSpec().usageMessage().exitCodeList().keySet();
        assertThat(help.substring(help.indexOf("Exit codes:")).lines())
                .as(command.getCommandName())
                .filteredOn(line -> line.matches(" +\\d+ .*"))
                .hasSameSizeAs(codes);
        return codes.stream().map(Integer::valueOf).collect(Collectors.toCollection(TreeSet::new));
    }
}
