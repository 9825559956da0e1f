package dev.threeways.comparison.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.lab.process.JvmProcess;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentTests {

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private final PrintStream err = new PrintStream(printed, true, StandardCharsets.UTF_8);

    /** An exception's message alone may be null, and does not say where. */
    @Test
    void aBugShowsWhere() {
        assertThat(Experiment.failure(new IllegalStateException(), err)).isEqualTo("java.lang.IllegalStateException");
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("at " + getClass().getName() + ".aBugShowsWhere");
    }

    @Test
    void aProcessThatFailedHasSaidWhy(@TempDir Path directory) {
        try (JvmProcess process = JvmProcess.builder("a process")
                .mainClass("NoSuchClass", ".")
                .log(directory.resolve("log"))
                .start()) {
            assertThat(Experiment.failure(process.failure("died"), err))
                    .startsWith("a process (process " + process.pid() + ") died. The end of its log, ");
        }
        assertThat(printed.size()).isZero();
    }
}
