package dev.threeways.comparison.run;

import dev.threeways.comparison.load.GeneratorProcess;
import dev.threeways.comparison.scenario.Settings;
import dev.threeways.lab.process.FreePorts;
import dev.threeways.lab.process.Home;
import dev.threeways.lab.process.ProcessFailedException;
import java.nio.file.Path;

/**
 * What a service is measured on: PostgreSQL, the payment simulator, the load generator. A fork is a JVM of the service; the bench
 * is not replicated, and stays from fork to fork, warm.
 */
record Bench(Backends backends, GeneratorProcess generator) implements AutoCloseable {

    /** @param directory for logs */
    static Bench start(Settings settings, Home home, Path directory)
            throws ProcessFailedException, InterruptedException {
        GeneratorProcess generator = GeneratorProcess.start(settings, directory);
        try {
            return new Bench(Backends.start(settings, home, settings.seed(), FreePorts.next(), directory), generator);
        } catch (ProcessFailedException | InterruptedException | RuntimeException e) {
            generator.close();
            throw e;
        }
    }

    @Override
    public void close() {
        generator.close();
        backends.close();
    }
}
