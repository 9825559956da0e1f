package dev.threeways.comparison.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.ResultFile;
import dev.threeways.comparison.result.SampleResults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class DiffTests {

    @TempDir
    private Path directory = Path.of(".");

    private Path written(Result result, String name) throws IOException {
        Path path = Files.createDirectories(directory.resolve(name));
        ResultFile.write(result, path);
        return path;
    }

    @Test
    void jsonHasEveryRatio() throws IOException {
        Path before = written(SampleResults.steady(8), "before");
        Path after = written(SampleResults.steady(8, 1.5, 5), "after");
        Ended ended = Ended.compare("diff", before, after, "--json");
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err()).doesNotContain("B / A");
        JsonNode json = ended.json();
        assertThat(json.path("worse").asBoolean()).isTrue();
        JsonNode cpu = json.path("ratios")
                .valueStream()
                .filter(ratio -> ratio.path("stack").stringValue().equals("blocking")
                        && ratio.path("metric").stringValue().contains("Cpu"))
                .findFirst()
                .orElseThrow();
        assertThat(cpu.path("change").stringValue()).isEqualTo("WORSE");
        assertThat(cpu.path("forks").asInt()).isEqualTo(8);
        assertThat(cpu.path("ratio").asDouble()).isBetween(1.3, 1.7);
        assertThat(cpu.path("low").asDouble()).isLessThan(cpu.path("ratio").asDouble());
        assertThat(cpu.path("forksToDecide").isNull()).isTrue();
    }

    @Test
    void jsonOfEqualsSaysSo() throws IOException {
        Path before = written(SampleResults.steady(8), "before");
        Ended ended = Ended.compare("diff", before, before, "--json");
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.json().path("worse").asBoolean()).isFalse();
        assertThat(ended.json().path("ratios").valueStream().map(ratio -> ratio.path("change").stringValue()))
                .isNotEmpty()
                .doesNotContain("WORSE");
    }
}
