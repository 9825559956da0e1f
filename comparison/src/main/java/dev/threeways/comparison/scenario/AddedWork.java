package dev.threeways.comparison.scenario;

import dev.threeways.payment.PaymentSigner;
import dev.threeways.payment.SigningSettings;
import java.util.List;
import java.util.Map;

/**
 * CPU time added to every request of every stack, so that the generator can overload each of them: payments are signed,
 * see {@link PaymentSigner}.
 *
 * @param cpuMillis of a request, on this machine
 * @param iterations of the derivation of a payment's key
 */
public record AddedWork(double cpuMillis, int iterations) {

    static final String ITERATIONS = "payment.signing.iterations";

    private static final String SECRET = "payment.signing.secret";

    /** Part of the generator's rate within which the peak must be. */
    private static final double PEAK = 0.8;

    /** Factors of a power of ten to which iterations are rounded up, so that the next run has the same number. */
    private static final List<Integer> STEPS = List.of(1, 2, 5, 10);

    /**
     * Returns the least work that suffices: {@code times} the rate that {@code cpus} can serve of this work alone is
     * {@value #PEAK} of what the generator can send.
     *
     * @param usablePerSecond requests that the generator can send in a second
     * @param times the peak's multiple of a stack's capacity
     * @param cpus of the service
     * @param iterationsPerMilli see {@code SigningSpeed}
     */
    public static AddedWork least(double usablePerSecond, double times, int cpus, double iterationsPerMilli) {
        double leastMillis = 1000 * cpus * times / (PEAK * usablePerSecond);
        int iterations = Math.min(SigningSettings.MAX_ITERATIONS, roundedUp(leastMillis * iterationsPerMilli));
        return new AddedWork(iterations / iterationsPerMilli, iterations);
    }

    /** Restores the work from a result. */
    public static AddedWork of(double cpuMillis, Map<String, String> properties) {
        return new AddedWork(cpuMillis, Integer.parseInt(properties.getOrDefault(ITERATIONS, "0")));
    }

    static int roundedUp(double iterations) {
        double power = Math.pow(10, Math.floor(Math.log10(Math.max(1, iterations))));
        return STEPS.stream()
                .mapToInt(step -> (int) Math.round(step * power))
                .filter(step -> step >= iterations)
                .findFirst()
                .orElseThrow();
    }

    /** Whether a scenario has work of its own already. */
    public static boolean isIn(Scenario scenario) {
        return scenario.service().containsKey(ITERATIONS);
    }

    public Map<String, String> properties() {
        return Map.of(ITERATIONS, String.valueOf(iterations), SECRET, "a-laptops");
    }
}
