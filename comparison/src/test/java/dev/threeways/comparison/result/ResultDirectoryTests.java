package dev.threeways.comparison.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultDirectoryTests {

    @TempDir
    private Path results = Path.of(".");

    @Test
    void nothingIsLeftOfARunThatWasInterrupted() throws Exception {
        Path kept = Files.createFile(Files.createDirectories(results.resolve("block-1/reactive")).resolve("requests"));
        Path run = results.resolve("block-1/blocking");
        Files.createFile(Files.createDirectories(run.resolve("again-1")).resolve("stop"));
        Files.createFile(run.resolve("measure"));
        Files.writeString(run.resolve("progress.json"), "{\"phase\": \"done\"}");

        assertThat(ResultDirectory.fresh(run)).isEqualTo(run).isEmptyDirectory();
        assertThat(ResultDirectory.fresh(run)).isEmptyDirectory();
        assertThat(kept).exists();
    }

    @Test
    void whatIsNotThereIsMade() throws Exception {
        assertThat(ResultDirectory.fresh(results.resolve("block-2/blocking"))).isEmptyDirectory();
    }
}
