package dev.threeways.connections.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/**
 * {@code ./architectures} answers {@code --help} from {@code ops/help}, where nothing is built yet. This test writes
 * these files when it runs with {@code -Dwrite}.
 */
class HelpTests {

    private static final Path HELP = Path.of("..", "ops", "help");

    @Test
    void filesAreTheProgramsOwn() throws IOException {
        CommandLine architectures = Architectures.commandLine();
        Map<String, String> expected = new TreeMap<>();
        expected.put("architectures.txt", architectures.getUsageMessage(CommandLine.Help.Ansi.OFF));
        architectures.getSubcommands()
                .forEach((name, subcommand) -> expected.put("architectures-" + name + ".txt",
                        subcommand.getUsageMessage(CommandLine.Help.Ansi.OFF)));
        if (System.getProperty("write") != null) {
            for (Map.Entry<String, String> file : expected.entrySet()) {
                Files.writeString(HELP.resolve(file.getKey()), file.getValue());
            }
        }
        Map<String, String> committed = new TreeMap<>();
        for (Path file : files()) {
            committed.put(file.getFileName().toString(), Files.readString(file));
        }
        assertThat(committed).as("written by this test with -Dwrite").isEqualTo(expected);
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(HELP)) {
            return all.filter(file -> file.getFileName().toString().startsWith("architectures")).toList();
        }
    }
}
