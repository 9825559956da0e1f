package dev.threeways.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.ExposedPort;
import dev.threeways.lab.process.Home;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.ComposeContainer;
import org.testcontainers.containers.ContainerState;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/** A service's image against PostgreSQL, both as in {@code docker-compose.yml}. Building takes minutes at first. */
@Testcontainers(disabledWithoutDocker = true)
class ComposeIT {

    private static final String SERVICE = "reactive-service";

    private static final Path ROOT = Home.find().root();

    @Container
    private static final ComposeContainer COMPOSE = new ComposeContainer(
            ROOT.resolve("docker-compose.yml").toFile(),
            ROOT.resolve("comparison/src/test/resources/compose-any-port.yml").toFile())
            .withBuild(true)
            // Compose itself pulls what these three need, and not Grafana, which no test starts.
            .withPull(false)
            .withServices("postgres", "payment-simulator", SERVICE)
            .waitingFor(SERVICE, Wait.forHealthcheck().withStartupTimeout(Duration.ofMinutes(15)));

    @Test
    void anOrderIsPaid() throws Exception {
        ContainerState service = COMPOSE.getContainerByServiceName(SERVICE).orElseThrow();
        URI url = URI.create("http://" + service.getHost() + ":" + publishedPort(service) + "/orders/42/payment");
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(url).POST(HttpRequest.BodyPublishers.noBody()).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("\"amount\":326.98", "\"currency\":\"GBP\"");
        }
    }

    /**
     * Returns the port that the engine chose. {@link ContainerState#getMappedPort} knows ports that were exposed by the
     * test only.
     */
    private static String publishedPort(ContainerState service) {
        var bindings = service.getCurrentContainerInfo()
                .getNetworkSettings()
                .getPorts()
                .getBindings()
                .get(ExposedPort.tcp(8082));
        return Objects.requireNonNull(bindings, "nothing is published")[0].getHostPortSpec();
    }
}
