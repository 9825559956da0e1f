package dev.threeways.gatling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

class LoadCommandTests {

    private static Map<String, String> properties(String... arguments) {
        CommandLine line = LoadCommand.commandLine();
        line.parseArgs(arguments);
        return ((LoadCommand) line.getCommand()).properties();
    }

    @ParameterizedTest
    @CsvSource({"blocking, http://blocking-service:8081", "reactive, http://reactive-service:8082",
            "virtual-thread, http://virtual-thread-service:8083"})
    void stacksAreServicesOfTheNetwork(String stack, String url) {
        assertThat(properties("--stack", stack)).containsExactly(entry("baseUrl", url));
    }

    @Test
    void whatIsSaidIsPassedOn() {
        assertThat(properties("--base-url", "http://host:1", "--rate", "100", "--duration=20", "--warmup", "0",
                "-Dseed=2", "-Dassertions=false"))
                .containsOnly(entry("baseUrl", "http://host:1"), entry("rate", "100"), entry("duration", "20"),
                        entry("warmup", "0"), entry("seed", "2"), entry("assertions", "false"));
    }

    @ParameterizedTest
    @CsvSource({"''", "--stack=none", "--stack=blocking --base-url=http://host:1",
            "--stack=blocking --simulation=None"})
    void whatMakesNoSenseIsSaid(String arguments) {
        assertThatThrownBy(() -> properties(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1)))
                .isInstanceOf(ParameterException.class);
    }
}
