package dev.threeways.comparison.cli;

import dev.threeways.lab.process.Home;
import dev.threeways.lab.process.JvmProcess;
import dev.threeways.lab.process.ProcessFailedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** A Spring Boot Admin server that is told about each service, so that services need to know nothing of it. */
final class AdminConsole implements AutoCloseable {

    /** A slow machine that starts several services at once needs more than a minute. */
    private static final Duration READY_LIMIT = Duration.ofMinutes(3);

    private static final Duration REGISTRATION_LIMIT = Duration.ofSeconds(10);

    private static final int CREATED = 201;

    private final JvmProcess process;

    private final URI url;

    private AdminConsole(JvmProcess process, URI url) {
        this.process = process;
        this.url = url;
    }

    /** Returns when the console's page is there. */
    static AdminConsole start(Home home, int port, Path log) throws ProcessFailedException, InterruptedException {
        URI url = URI.create("http://localhost:" + port);
        JvmProcess process = JvmProcess.builder("admin console")
                .jvmOptions(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"))
                .jar(home.adminConsoleJar())
                .args(List.of("--server.port=" + port))
                .log(log)
                .start();
        AdminConsole console = new AdminConsole(process, url);
        try {
            process.awaitReady(url.resolve("/instances"), READY_LIMIT);
            return console;
        } catch (ProcessFailedException | InterruptedException | RuntimeException e) {
            console.close();
            throw e;
        }
    }

    URI url() {
        return url;
    }

    JvmProcess process() {
        return process;
    }

    /** Registers a service with the console. */
    void register(String name, int port, int managementPort) throws ProcessFailedException, InterruptedException {
        String actuator = "http://127.0.0.1:" + managementPort + "/actuator";
        String body = JsonMapper.shared()
                .writeValueAsString(Map.of("name", name, "serviceUrl",
                        "http://localhost:" + port, "managementUrl", actuator, "healthUrl", actuator + "/health"));
        var request = HttpRequest.newBuilder(url.resolve("/instances"))
                .timeout(REGISTRATION_LIMIT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != CREATED) {
                throw process.failure("answered " + answer.statusCode() + " when told about " + name);
            }
        } catch (IOException e) {
            throw process.failure("could not be told about " + name + ": " + e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
