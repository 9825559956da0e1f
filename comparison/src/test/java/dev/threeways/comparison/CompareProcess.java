package dev.threeways.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.threeways.comparison.cli.Compare;
import dev.threeways.lab.process.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs {@code ./compare} as its script does, from the packaged jars. Processes that it starts are found by its own
 * directory for temporary files, which is in their command lines. Its language writes numbers in Arabic digits: output
 * must not depend on that.
 */
final class CompareProcess {

    /** Four services start, on CPUs that other tests use too. */
    private static final Duration SERVING_LIMIT = Duration.ofMinutes(8);

    private final Path directory;

    private final Process process;

    private CompareProcess(Path directory, Process process) {
        this.directory = directory;
        this.process = process;
    }

    /** @param directory short: sockets are made in it */
    static CompareProcess start(Path directory, List<String> arguments) throws IOException {
        Path target = Home.find().root().resolve("comparison/target");
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", "-Dchildren.jvm=" + System.getProperty("children.jvm", ""),
                        "-Djava.io.tmpdir=" + directory, "-Duser.language=ar", "-Duser.country=EG",
                        "--enable-native-access=ALL-UNNAMED", "-cp",
                        target + "/*:" + target + "/lib/*", Compare.class.getName()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile())
                .start();
        return new CompareProcess(directory, process);
    }

    Process process() {
        return process;
    }

    /** @throws IllegalStateException if the process has not ended by then */
    int awaitExitCode(Duration atMost) throws InterruptedException {
        if (!process.waitFor(atMost.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("still runs after " + atMost + ": " + err());
        }
        return process.exitValue();
    }

    /** Waits until all of {@code serve} is there. */
    void awaitServing() {
        await().atMost(SERVING_LIMIT)
                .failFast(() -> assertThat(process.isAlive()).as(err()).isTrue())
                .untilAsserted(() -> assertThat(out()).as(err()).contains("Ctrl-C stops everything"));
    }

    String out() {
        return read("out");
    }

    String err() {
        return read("err");
    }

    private String read(String file) {
        try {
            return Files.readString(directory.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the directory that the output names. */
    Path results() {
        String prefix = "Result: ";
        return out().lines()
                .filter(line -> line.startsWith(prefix))
                .findFirst()
                .map(line -> Path.of(line.substring(prefix.length())).resolveSibling(""))
                .orElseThrow(() -> new AssertionError("no result is named in " + out() + err()));
    }

    /** Returns what it started and still runs, including PostgreSQL, which is nobody's child. */
    List<String> processes() {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(other -> other.pid() != process.pid())
                    .filter(ProcessHandle::isAlive)
                    .map(other -> other.info().commandLine())
                    .flatMap(Optional::stream)
                    .filter(line -> line.contains(directory.toString()))
                    .toList();
        }
    }

    /** Ends it after a test that failed half way. */
    void end() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
