package dev.threeways.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySourcesPropertyResolver;
import org.springframework.core.io.FileSystemResource;

/**
 * Checks that the services' {@code application.yaml} and {@code logback-spring.xml} are fair, and that the servlet
 * services differ in nothing else.
 */
class EqualLimitsTests {

    private final Yaml blocking = new Yaml("blocking-service");

    private final Yaml virtual = new Yaml("virtual-thread-service");

    private final Yaml reactive = new Yaml("reactive-service");

    @Test
    void theServletServicesDifferInTheirThreadsAndPortsOnly() {
        Set<String> keys = new TreeSet<>(blocking.keys());
        keys.addAll(virtual.keys());
        keys.removeIf(key -> blocking.has(key) && virtual.has(key) && blocking.text(key).equals(virtual.text(key)));

        assertThat(keys).containsExactly("management.server.port", "server.port", "server.tomcat.threads.max",
                "server.tomcat.threads.min-spare", "spring.application.name", "spring.threads.virtual.enabled");
    }

    @ParameterizedTest
    @ValueSource(strings = {"requests.max-in-flight", "payment.base-url", "payment.connect-timeout",
            "payment.response-timeout", "payment.signing.iterations", "server.shutdown",
            "server.max-http-request-header-size",
            "spring.lifecycle.timeout-per-shutdown-phase",
            "management.server.address", "management.endpoints.web.exposure.include",
            "logging.structured.format.console"})
    void oneNameOneValue(String key) {
        assertThat(reactive.text(key)).isEqualTo(blocking.text(key)).isEqualTo(virtual.text(key));
    }

    @ParameterizedTest
    @CsvSource({"spring.datasource.hikari.maximum-pool-size, spring.r2dbc.pool.max-size",
            "spring.datasource.hikari.minimum-idle, spring.r2dbc.pool.initial-size",
            "spring.datasource.username, spring.r2dbc.username",
            "spring.datasource.hikari.data-source-properties.tcpKeepAlive, spring.r2dbc.properties.tcpKeepAlive",
            "payment.max-connections, payment.max-connections-per-event-loop",
            "server.tomcat.max-connections, server-connections.max",
            "server.tomcat.accept-count, server-connections.accept-count",
            "server.tomcat.keep-alive-timeout, server.netty.idle-timeout",
            "server.tomcat.connection-timeout, server-connections.read-timeout"})
    void twoNamesOneValue(String servlet, String other) {
        assertThat(reactive.text(other)).isEqualTo(blocking.text(servlet)).isEqualTo(virtual.text(servlet));
    }

    @ParameterizedTest
    @CsvSource({"spring.datasource.hikari.connection-timeout, 1, spring.r2dbc.pool.max-acquire-time",
            "spring.datasource.hikari.max-lifetime, 1, spring.r2dbc.pool.max-life-time",
            "spring.datasource.hikari.data-source-properties.socketTimeout, 1000, orders.read-timeout"})
    void twoUnitsOneValue(String servlet, int millis, String other) {
        assertThat(reactive.duration(other)).isEqualTo(Duration.ofMillis(blocking.number(servlet) * millis))
                .isEqualTo(Duration.ofMillis(virtual.number(servlet) * millis));
    }

    @Test
    void oneLogConfiguration() {
        assertThat(Path.of("../reactive-service/src/main/resources/logback-spring.xml"))
                .hasSameTextualContentAs(Path.of("../servlet-handler/src/main/resources/logback-spring.xml"));
    }

    /** Reads a file of the source tree: it is another module's, and not on this one's class path. */
    private static final class Yaml {

        private final EnumerablePropertySource<?> source;

        private final PropertySourcesPropertyResolver values;

        Yaml(String service) {
            var file = new FileSystemResource("../" + service + "/src/main/resources/application.yaml");
            try {
                source = (EnumerablePropertySource<?>) new YamlPropertySourceLoader().load(service, file).getFirst();
            } catch (IOException e) {
                throw new IllegalStateException("Cannot read " + file, e);
            }
            var sources = new MutablePropertySources();
            sources.addLast(source);
            values = new PropertySourcesPropertyResolver(sources);
            values.setConversionService(new ApplicationConversionService());
        }

        Set<String> keys() {
            return Set.of(source.getPropertyNames());
        }

        boolean has(String key) {
            return values.containsProperty(key);
        }

        String text(String key) {
            return values.getRequiredProperty(key);
        }

        long number(String key) {
            return values.getRequiredProperty(key, Long.class);
        }

        Duration duration(String key) {
            return values.getRequiredProperty(key, Duration.class);
        }
    }
}
