package dev.threeways.gatling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadSettingsTests {

    @Test
    void hasDefaultsForARunByHand() {
        LoadSettings settings = settings(Map.of());
        assertThat(settings.baseUrl()).isEqualTo(URI.create("http://localhost:8081"));
        assertThat(settings.topology()).isEqualTo(Topology.SHARED);
        assertThat(settings.warmUp()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.requestTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.expectedStatuses()).containsExactly(200);
        assertThat(settings.results()).isNull();
        assertThat(settings.assertions()).isNotNull();
    }

    @Test
    void takesWhatIsGiven() {
        LoadSettings settings = settings(Map.of("topology", "many", "clients", "500", "arrivals", "constant", "results",
                "out", "control", "ctl", "warmupMax", "90", "expectedStatuses", "200,402", "assertions", "false",
                "duration", "2.5"));
        assertThat(settings.topology()).isEqualTo(Topology.MANY);
        assertThat(settings.clients()).isEqualTo(500);
        assertThat(settings.arrivals()).isEqualTo(Arrivals.CONSTANT);
        assertThat(settings.results()).isEqualTo(Path.of("out"));
        assertThat(settings.control()).isEqualTo(Path.of("ctl"));
        assertThat(settings.warmUp()).isEqualTo(Duration.ofSeconds(90));
        assertThat(settings.expectedStatuses()).containsExactlyInAnyOrder(200, 402);
        assertThat(settings.assertions()).isNull();
        assertThat(settings.duration()).isEqualTo(Duration.ofMillis(2_500));
    }

    @ParameterizedTest
    @CsvSource({"baseUrl, localhost:8081, http://host:port", "baseUrl, http://localhost:8081/api, without a path",
            "duration, 0, a number from 0.1 to 86400", "duration, ten, a number from 0.1 to 86400",
            "duration, NaN, a number from 0.1 to 86400", "seed, -1, a whole number from 0",
            "arrivals, Poisson, 'one of constant, poisson'", "topology, few, 'one of shared, many'",
            "clients, 0, a whole number from 1 to 16000", "expectedStatuses, 200;402, HTTP status codes",
            "assertions, no, true or false"})
    void refusesNonsenseByName(String name, String value, String expected) {
        assertThatIllegalArgumentException().isThrownBy(() -> settings(Map.of(name, value)))
                .withMessageStartingWith("-D" + name + "=" + value + ": must be ")
                .withMessageContaining(expected);
    }

    private static LoadSettings settings(Map<String, String> properties) {
        return LoadSettings.from(new SystemSettings(properties::get));
    }
}
