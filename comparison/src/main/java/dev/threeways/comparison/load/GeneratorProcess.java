package dev.threeways.comparison.load;

import dev.threeways.comparison.scenario.Settings;
import dev.threeways.gatling.DirectedRuns;
import dev.threeways.lab.process.JvmOptions;
import dev.threeways.lab.process.JvmProcess;
import dev.threeways.lab.process.ProcessUsage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Gatling as a child JVM. It lives as long as the experiment, and is warm from the second run on. */
public final class GeneratorProcess implements AutoCloseable {

    public static final String HEAP = "512m";

    private final JvmProcess process;

    private GeneratorProcess(JvmProcess process) {
        this.process = process;
    }

    /** @param directory for its log */
    public static GeneratorProcess start(Settings settings, Path directory) {
        List<String> options = Stream.concat(JvmOptions.other(HEAP, settings.cpus().others().size()).stream(),
                Stream.of("--add-opens=java.base/java.lang=ALL-UNNAMED")).toList();
        return new GeneratorProcess(JvmProcess.builder("the load generator")
                .jvmOptions(options)
                .mainClass(DirectedRuns.class.getName(), System.getProperty("java.class.path"))
                .args(List.of("Steps"))
                .keepsInput()
                .log(directory.resolve("gatling.log"))
                .start());
    }

    /** Begins a run; the one before has to be over. */
    void run(Map<String, String> properties) throws IOException {
        process.write(DirectedRuns.text(properties));
    }

    JvmProcess process() {
        return process;
    }

    public Optional<ProcessUsage> usage() {
        return ProcessUsage.of(process.pid());
    }

    @Override
    public void close() {
        process.close();
    }
}
