package dev.threeways.comparison.run;

import dev.threeways.comparison.scenario.Settings;
import dev.threeways.lab.process.JvmOptions;
import dev.threeways.payment.IdempotencyKey;
import dev.threeways.payment.PaymentSigner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures how many iterations of a key's derivation take a millisecond of CPU. Uses a JVM of its own with a service's
 * options: this process leaves out the optimizing compiler, which services have.
 */
public final class SigningSpeed {

    private static final int SAMPLE_ITERATIONS = 20_000;

    /** A single CPU, shared with the compiler, takes 2.5 s until the work is compiled. */
    private static final Duration MEASURED_FOR = Duration.ofSeconds(8);

    private SigningSpeed() {}

    public static double iterationsPerMilli(Settings settings) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(settings.cpus().servicePrefix());
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(JvmOptions.service(settings.heap(), settings.cpus().service().size()));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), SigningSpeed.class.getName()));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            if (process.waitFor() != 0) {
                throw new IOException("The speed of signing could not be measured: " + output);
            }
            return Double.parseDouble(output);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Prints the best of many runs on one thread: the slower ones were disturbed. */
    public static void main(String[] args) {
        PaymentSigner signer = new PaymentSigner("measured", SAMPLE_ITERATIONS);
        IdempotencyKey key = IdempotencyKey.of(List.of("measured")).orElseThrow();
        long end = System.nanoTime() + MEASURED_FOR.toNanos();
        long shortest = Long.MAX_VALUE;
        while (System.nanoTime() - end < 0) {
            long before = System.nanoTime();
            String _ = signer.sign(key, new byte[0]);
            shortest = Math.min(shortest, System.nanoTime() - before);
        }
        System.out.println(SAMPLE_ITERATIONS * 1e6 / shortest);
    }
}
