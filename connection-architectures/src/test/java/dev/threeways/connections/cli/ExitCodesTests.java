package dev.threeways.connections.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The exit codes that {@code --help} lists are those that commands return, and no others. */
class ExitCodesTests {

    private static final List<String> MEASUREMENTS = List.of("readiness", "threads", "idle", "accept", "balance",
            "blocked");

    private static int returned(String line) {
        StringWriter said = new StringWriter();
        return Architectures.commandLine()
                .setOut(new PrintWriter(said))
                .setErr(new PrintWriter(said))
                .execute(line.isEmpty() ? new String[0] : line.split(" ", -1));
    }

    /**
     * What takes a process, a signal or a failure is elsewhere: 1 of a measurement in {@code MeasurementTests}, signals
     * and 1 of {@code serve} in {@code ServeIT}.
     */
    @Test
    void eachCommandReturnsWhatItsHelpLists() {
        Map<String, Map<String, Integer>> lines = new HashMap<>(Map.of("./architectures",
                Map.of("--help", 0, "", 2, "measure", 2), "list",
                Map.of("list", 0, "list --json", 0, "list --no", 2), "completion",
                Map.of("completion", 0, "completion --no", 2), "serve", Map.of("serve nothing", 2, "serve", 2)));
        MEASUREMENTS.forEach(name -> lines.put(name,
                Map.of(name + " --dry-run", 0, name + " --dry-run --json", 0, name + " --blocks=0", 2)));
        Map<String, Set<Integer>> codes = new TreeMap<>();
        lines.forEach((name, byLine) -> byLine.forEach((line, code) -> {
            assertThat(returned(line)).as(line).isEqualTo(code);
            codes.computeIfAbsent(name, _ -> new TreeSet<>()).add(code);
        }));
        codes.computeIfAbsent("./architectures", _ -> new TreeSet<>()).add(1); // that of a measurement
        codes.computeIfAbsent("serve", _ -> new TreeSet<>()).addAll(List.of(1, 130, 143));
        MEASUREMENTS.forEach(name -> codes.computeIfAbsent(name, _ -> new TreeSet<>()).addAll(List.of(1, 130, 143)));
        assertThat(listed()).isEqualTo(codes);
    }

    private static Map<String, Set<Integer>> listed() {
        CommandLine architectures = Architectures.commandLine();
        Map<String, Set<Integer>> listed = new TreeMap<>(Map.of(architectures.getCommandName(), codes(architectures)));
        architectures.getSubcommands().forEach((name, command) -> listed.put(name, codes(command)));
        return listed;
    }

    private static Set<Integer> codes(CommandLine command) {
        assertThat(command.getUsageMessage()).contains("Exit codes:");
        return command.getCommandSpec()
                .usageMessage()
                .exitCodeList()
                .keySet()
                .stream()
                .map(Integer::valueOf)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
