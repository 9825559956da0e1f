package dev.threeways.gatling;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A simulation in a JVM of its own. Its language writes numbers in Arabic digits: files that another process reads must
 * not depend on that.
 */
final class GatlingRun implements AutoCloseable {

    private final Path directory;

    private final Process process;

    private GatlingRun(Path directory, Process process) {
        this.directory = directory;
        this.process = process;
    }

    /** Poisson arrivals of seed 7, no warm-up unless {@code properties} say otherwise. */
    static GatlingRun start(Class<? extends PaymentSimulation> simulation, URI baseUrl, Path directory,
            Map<String, String> properties) throws IOException {
        Map<String, String> all = new TreeMap<>(
                Map.of("baseUrl", baseUrl.toString(), "seed", "7", "warmup", "0", "results", directory.toString()));
        all.putAll(properties);
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
                        "-XX:TieredStopAtLevel=1", "-Duser.language=ar", "-Duser.country=EG"));
        command.addAll(GatlingCommand.jvmOptions(directory));
        all.forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), GatlingCommand.MAIN_CLASS));
        command.addAll(GatlingCommand.arguments(simulation.getSimpleName(), directory.resolve("reports")));
        command.add("--no-reports");
        Files.createDirectories(directory);
        return new GatlingRun(directory, new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.to(log(directory)))
                .start());
    }

    private static File log(Path directory) {
        return directory.resolve("gatling.log").toFile();
    }

    int awaitExit() throws InterruptedException {
        if (!process.waitFor(90, TimeUnit.SECONDS)) {
            throw new AssertionError("Gatling is still running. Its output:\n" + output());
        }
        return process.exitValue();
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.destroy();
    }

    RequestLog requests() throws IOException {
        Path file = directory.resolve(RequestLog.FILE_NAME);
        if (!Files.exists(file)) {
            throw new AssertionError("No " + file + ". Gatling's output:\n" + output());
        }
        return RequestLog.read(file);
    }

    String output() {
        try {
            return Files.readString(log(directory).toPath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
