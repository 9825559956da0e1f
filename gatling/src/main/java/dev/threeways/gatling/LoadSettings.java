package dev.threeways.gatling;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Settings that all simulations have in common; the README lists the properties.
 *
 * @param baseUrl where the service is
 * @param seed of arrival times, order ids and idempotency keys
 * @param duration of the measured window
 * @param clients connections with topology {@link Topology#MANY}
 * @param orders order ids are 1 to this
 * @param warmUp how long at most; zero for none
 * @param warmUpUsers requests in flight at once while warming up
 * @param warmUpFirstUsers warm-up users that begin; the others wait until another process calls them
 * @param maxInFlight measured requests in flight at once. One more is not sent, so that a server that no longer answers
 * cannot use up the generator's file descriptors
 * @param expectedStatuses business answers; 200 must also have the right body
 * @param slow answers that take longer, from their intended time, count as bad while the run is on
 * @param results directory for {@code requests.csv}; null for no file
 * @param control socket of the process that directs this one, see {@link RunControl}; null for none
 * @param assertions null for none
 */
record LoadSettings(URI baseUrl, long seed, Duration duration, Arrivals arrivals, Topology topology, int clients,
        int orders, Duration warmUp, int warmUpUsers, int warmUpFirstUsers, Duration requestTimeout, int maxInFlight,
        Set<Integer> expectedStatuses, Duration slow, @Nullable Path results, @Nullable Path control,
        @Nullable AssertedLimits assertions) {

    /** Limits of Gatling's own figures. */
    record AssertedLimits(double maxFailedPercent, int maxP99Millis) {}

    /** @throws IllegalArgumentException that names the property, its value and what it may be */
    static LoadSettings from(SystemSettings settings) {
        String control = settings.text("control");
        String results = settings.text("results");
        int warmUpUsers = settings.count("warmupUsers", 64, 1, 16_000);
        return new LoadSettings(baseUrl(settings), settings.integer("seed", 1, 0, Long.MAX_VALUE),
                settings.seconds("duration", 60, 0.1, 86_400), settings.choice("arrivals", Arrivals.POISSON),
                settings.choice("topology", Topology.SHARED), settings.count("clients", 200, 1, 16_000),
                settings.count("orders", 100_000, 1, Integer.MAX_VALUE),
                control == null
                        ? settings.seconds("warmup", 10, 0, 3_600)
                        : settings.seconds("warmupMax", 120, 0, 3_600),
                warmUpUsers,
                control == null ? warmUpUsers : settings.count("warmupFirstUsers", warmUpUsers, 1, warmUpUsers),
                settings.seconds("requestTimeout", 10, 0.1, 600),
                settings.count("maxInFlight", 8_000, 1, 16_000), expectedStatuses(settings),
                Duration.ofMillis(settings.count("slowMillis", 500, 1, 600_000)),
                results == null ? null : Path.of(results), control == null ? null : Path.of(control),
                settings.flag("assertions", true)
                        ? new AssertedLimits(settings.number("maxFailedPercent", 1, 0, 100),
                                settings.count("maxP99Millis", 2_000, 1, 600_000))
                        : null);
    }

    private static URI baseUrl(SystemSettings settings) {
        String text = settings.text("baseUrl", "http://localhost:8081");
        String expected = "http://host:port, without a path";
        try {
            URI uri = URI.create(text);
            if ("http".equals(uri.getScheme()) && uri.getHost() != null && uri.getRawPath().isEmpty()
                    && uri.getRawQuery() == null) {
                return uri;
            }
        } catch (IllegalArgumentException _) { // reported below
        }
        throw SystemSettings.invalid("baseUrl", text, expected);
    }

    private static Set<Integer> expectedStatuses(SystemSettings settings) {
        String text = settings.text("expectedStatuses", "200");
        if (!text.matches("[1-5]\\d\\d(,[1-5]\\d\\d)*")) {
            throw SystemSettings.invalid("expectedStatuses", text, "HTTP status codes with commas between them");
        }
        return Arrays.stream(text.split(",", -1)).map(Integer::valueOf).collect(Collectors.toUnmodifiableSet());
    }
}
