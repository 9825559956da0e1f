package dev.threeways.connections.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.lab.process.JvmProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs every measurement from its command to its files with small numbers: that it works, not what it finds. */
@EnabledOnOs(OS.LINUX)
class MeasurementsIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Path directory;

    MeasurementsIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            readiness | --watched=20,200 --duration=300ms --only=epoll:1-ready,poll:1-ready               | 10 | pass
            threads   | --connections=50 --rate=200 --duration=1s                                      | 21 | switches
            idle      | --connections=200 --servers=jdk --services=reactive --idle=1s --duration=1s     | 18 | heap
            accept    | --acceptors=2 --duration=1s --at-once=8 --only=shared-socket                    | 4  | jain
            balance   | --busy=2 --quiet=8 --duration=1s --only=message-balanced,thread-per-connection  | 7  | p99
            blocked   | --sleep=50ms --others=8 --duration=1s --only=jdk,single-threaded                  | 6  | max
            """)
    void measures(String name, String options, int atLeast, String metric) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(name, "--blocks=1", "--warm-up=500ms", "--output=" + directory));
        command.addAll(List.of(options.strip().split(" +", -1)));
        String output;
        try (JvmProcess process = JvmProcess.builder("architectures " + name)
                .jvmOptions(List.of("-Duser.language=ar", "-Duser.country=EG", // a language with its own digits
                        "--enable-native-access=ALL-UNNAMED", "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED"))
                .mainClass("dev.threeways.connections.cli.Architectures", "target/*:target/lib/*")
                .args(command)
                .log(directory.resolve("printed"))
                .start()) {
            boolean ended = process.awaitEnd(LIMIT);
            output = Files.readString(process.log());
            assertThat(ended).as("ended within " + LIMIT + ":\n" + output).isTrue();
            assertThat(process.exitCode()).as(output).isZero();
        }
        assertThat(output).contains("Each cell", directory.resolve("report.html").toString());
        assertThat(output).doesNotContainPattern("[٠-٩]");

        JsonNode result = new JsonMapper().readTree(Files.readString(directory.resolve("result.json")));
        assertThat(result.get("measurement").stringValue()).isEqualTo(name);
        assertThat(result.get("samples").size()).as(output).isGreaterThanOrEqualTo(atLeast);
        assertThat(result.get("samples").valueStream().map(sample -> sample.get("metric").stringValue()))
                .contains(metric);
        assertThat(result.get("samples").valueStream().map(sample -> sample.get("value").doubleValue()))
                .allMatch(Double::isFinite);
        assertThat(Files.readString(directory.resolve("report.html"))).contains("<h2 id=\"title\">" + name);
    }
}
