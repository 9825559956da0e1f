package dev.threeways.comparison.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.threeways.comparison.Programs;
import dev.threeways.lab.cli.Interruption;
import dev.threeways.lab.process.Home;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/**
 * The commands answer {@code --help} from {@code ops/help}, where nothing is built yet. The program writes these files
 * when this test runs with {@code -Dwrite}.
 */
class HelpTests {

    private static final Path ROOT = Home.find().root();

    private static final Path HELP = ROOT.resolve("ops/help");

    /** A checkout without sources, where any build fails. */
    @TempDir
    private Path checkout = Path.of(".");

    @BeforeEach
    void commands() throws IOException {
        Files.createDirectories(checkout.resolve("ops/help"));
        List<Path> copied = new ArrayList<>(
                Stream.of("compare", "architectures", "pom.xml", "ops/run.sh").map(ROOT::resolve).toList());
        copied.addAll(files(""));
        for (Path file : copied) {
            Files.copy(file, checkout.resolve(ROOT.relativize(file)));
        }
    }

    private static List<Path> files(String prefix) throws IOException {
        try (Stream<Path> all = Files.list(HELP)) {
            return all.filter(file -> file.getFileName().toString().startsWith(prefix)).sorted().toList();
        }
    }

    @Test
    void filesAreTheProgramsOwn() throws IOException {
        CommandLine compare = Compare.commandLine(new Interruption());
        Map<String, String> expected = new TreeMap<>();
        expected.put("compare.txt", compare.getUsageMessage(CommandLine.Help.Ansi.OFF));
        compare.getSubcommands()
                .forEach((name, subcommand) -> expected.put("compare-" + name + ".txt",
                        subcommand.getUsageMessage(CommandLine.Help.Ansi.OFF)));
        if (System.getProperty("write") != null) {
            for (Map.Entry<String, String> file : expected.entrySet()) {
                Files.writeString(HELP.resolve(file.getKey()), file.getValue());
            }
        }
        Map<String, String> committed = new TreeMap<>();
        for (Path file : files("compare")) {
            committed.put(file.getFileName().toString(), Files.readString(file));
        }
        assertThat(committed).as("written by this test with -Dwrite").isEqualTo(expected);
    }

    static List<Path> files() throws IOException {
        return files("");
    }

    @ParameterizedTest
    @MethodSource("files")
    void helpNeedsNoBuild(Path file) throws Exception {
        String[] command = file.getFileName().toString().replace(".txt", "").split("-", 2);
        String subcommand = command.length == 1 ? "" : command[1];
        assertThat(said(command[0], subcommand, "--help")).isEqualTo(Files.readString(file));
        assertThat(said(command[0], subcommand, "-h")).isEqualTo(Files.readString(file));
    }

    /** Options without a command are those of {@code run}, in the script as in the program. */
    @Test
    void helpMayFollowOptions() throws Exception {
        String help = Files.readString(HELP.resolve("compare-run.txt"));
        assertThat(said("compare", "--rate", "400", "--help")).isEqualTo(help);
        assertThat(Ended.compare("--rate", "400", "--help").out()).isEqualTo(help);
        assertThat(said("compare", "run", "--rate", "400", "-h")).isEqualTo(help);
        assertThat(said("architectures", "--rate", "400", "--help"))
                .isEqualTo(Files.readString(HELP.resolve("architectures.txt")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"compare", "architectures"})
    void versionNeedsNoBuild(String name) throws Exception {
        String pom = Files.readString(ROOT.resolve("pom.xml")).replaceFirst("(?s)<parent>.*</parent>", "");
        String version = pom.substring(pom.indexOf("<version>") + "<version>".length(), pom.indexOf("</version>"));
        assertThat(said(name, "--version")).isEqualTo("three-ways-to-wait " + version + "\n");
        assertThat(said(name, "serve", "-V")).isEqualTo("three-ways-to-wait " + version + "\n");
    }

    /** @param arguments of the command; an empty one is left out */
    private String said(String name, String... arguments) throws Exception {
        assumeTrue(Programs.find("bash").isPresent(), "bash");
        List<String> command = new ArrayList<>(List.of("bash", checkout.resolve(name).toString()));
        Stream.of(arguments).filter(argument -> !argument.isEmpty()).forEach(command::add);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
