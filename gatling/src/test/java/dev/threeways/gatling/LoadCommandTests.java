package dev.threeways.gatling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

    /** Fails before Gatling is started, which would print a place in its own code. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                     | Missing required argument
            --stack=none                           | 'none'
            --stack=blocking --rate=many           | -Drate=many: must be a number from 0 to 100000
            --stack=blocking --rate=0              | Rate and duration give no request at all
            --stack=blocking --rate=1e5 --duration=86400 | requests are planned, at most
            --stack=blocking --duration=-1         | -Dduration=-1: must be a number from 0.1 to 86400
            --stack=blocking --warmup=long         | -Dwarmup=long: must be a number from 0 to 3600
            --stack=blocking -Dseed=x              | -Dseed=x: must be a whole number
            --stack=blocking --simulation=Spike --duration=5 | does not lie within the run
            --base-url=host                        | -DbaseUrl=host: must be http://host:port, without a path
            --stack=blocking --reports=FILE        | --reports=FILE: must be a directory that can be written to
            --stack=blocking --reports=FILE/below  | --reports=FILE/below: must be a directory that can be written to
            --stack=blocking --reports=/proc/none  | --reports=/proc/none: must be a directory that can be written to
            --stack=blocking -Dresults=FILE        | -Dresults=FILE: must be a directory that can be written to
            """)
    void whatCannotBeIsSaidInALine(String arguments, String message, @TempDir Path directory) throws IOException {
        String file = Files.createFile(directory.resolve("file")).toString();
        StringWriter err = new StringWriter();
        int exitCode = LoadCommand.commandLine()
                .setErr(new PrintWriter(err, true))
                .execute(
                        arguments.isEmpty() ? new String[0] : arguments.replace("FILE", file).split(" +", -1));
        assertThat(err.toString()).contains(message.replace("FILE", file)).hasLineCount(1);
        assertThat(exitCode).isEqualTo(2);
    }
}
