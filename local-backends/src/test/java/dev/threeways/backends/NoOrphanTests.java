package dev.threeways.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.threeways.lab.process.JvmProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A JVM's processes do not outlive it: they end with it or, if it was killed hard, with the next start. */
@Execution(ExecutionMode.CONCURRENT)
class NoOrphanTests {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private List<ProcessHandle> startedBy(JvmProcess process, Path report) throws IOException {
        await().atMost(LONG).until(() -> Files.exists(report) || !process.isAlive());
        assertThat(report).as(() -> "the child's log: " + process.logTail(40)).exists();
        return Files.readAllLines(report)
                .stream()
                .map(Long::parseLong)
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .toList();
    }

    private JvmProcess.Builder child(String... args) {
        return JvmProcess.builder("child")
                .mainClass(ProgramWithChildren.class.getName(), System.getProperty("java.class.path"))
                .args(List.of(args))
                .log(directory.resolve("child.log"));
    }

    @Test
    void aJvmThatIsToldToEndEndsWhatItStarted() throws Exception {
        Path report = directory.resolve("report");
        try (JvmProcess process = child("start-all", directory.toString(), report.toString()).start()) {
            List<ProcessHandle> started = startedBy(process, report);
            assertThat(started).hasSize(2).allMatch(ProcessHandle::isAlive);

            process.terminate();

            assertThat(process.awaitEnd(LONG)).isTrue();
            assertThat(started).noneMatch(ProcessHandle::isAlive);
            try (Stream<Path> left = Files.list(directory.resolve("postgres"))) {
                assertThat(left).isEmpty();
            }
        }
    }

    /** A comparison starts one for each stack, and two comparisons may run on a machine. */
    @Test
    void severalDatabasesOfAJvmThatLivesAreNobodysLeftovers() throws Exception {
        var settings = EmbeddedOrdersDatabase.Settings.defaults().withDirectory(directory.resolve("postgres"));
        Path report = directory.resolve("report");
        try (EmbeddedOrdersDatabase first = EmbeddedOrdersDatabase.start(settings);
                EmbeddedOrdersDatabase second = EmbeddedOrdersDatabase.start(settings);
                JvmProcess other = child("start-database", directory.toString(), report.toString()).start()) {
            assertThat(startedBy(other, report)).hasSize(1);
            assertThat(List.of(first.pid(), second.pid())).allMatch(pid -> ProcessHandle.of(pid).isPresent());
        }
    }

    @Test
    void aDatabaseWhoseJvmWasKilledIsEndedByTheNextStart() throws Exception {
        Path report = directory.resolve("report");
        JvmProcess process = child("start-database", directory.toString(), report.toString()).start();
        ProcessHandle orphan = startedBy(process, report).getFirst();
        assertThat(ProcessHandle.of(process.pid()).orElseThrow().destroyForcibly()).isTrue();
        assertThat(process.awaitEnd(LONG)).isTrue();
        assertThat(orphan.isAlive()).as("PostgreSQL survives its JVM").isTrue();

        try (EmbeddedOrdersDatabase next = EmbeddedOrdersDatabase
                .start(EmbeddedOrdersDatabase.Settings.defaults().withDirectory(directory.resolve("postgres")))) {
            assertThat(orphan.isAlive()).isFalse();
            assertThat(ProcessHandle.of(next.pid())).isPresent();
            try (Stream<Path> left = Files.list(directory.resolve("postgres"))) {
                assertThat(left).as("a directory and its lock").hasSize(2);
            }
        }
    }
}
