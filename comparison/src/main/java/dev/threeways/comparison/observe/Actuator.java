package dev.threeways.comparison.observe;

import dev.threeways.comparison.result.ServiceMeters;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what a service reports about itself: {@code /actuator/waiting} and {@code /actuator/prometheus}. */
public final class Actuator {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static final Pattern STAGE = Pattern
            .compile("requests_stage_seconds_(sum|count)\\{.*?stage=\"([a-z]+)\".*?} (\\S+)");

    private static final JsonMapper json = new JsonMapper();

    private Actuator() {}

    /** @param management base URL */
    public static ServiceMeters read(URI management) throws InterruptedException {
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(LIMIT)
                .build()) {
            String waiting = get(client, management.resolve("/actuator/waiting"));
            String meters = get(client, management.resolve("/actuator/prometheus"));
            return of(json.readTree(waiting.isEmpty() ? "{}" : waiting), meters);
        } catch (IOException | JacksonException _) { // the service does not serve Actuator, or not in time
            return ServiceMeters.NOTHING;
        }
    }

    public static ServiceMeters of(JsonNode waiting, String meters) {
        Map<String, Double> seconds = new TreeMap<>();
        Map<String, Double> counts = new TreeMap<>();
        Matcher stage = STAGE.matcher(meters);
        while (stage.find()) {
            (stage.group(1).equals("sum") ? seconds : counts).put(stage.group(2), Double.valueOf(stage.group(3)));
        }
        JsonNode resources = waiting.path("resources");
        Map<String, Integer> threads = new TreeMap<>();
        waiting.path("threads")
                .properties()
                .forEach(role -> threads.put(role.getKey(),
                        role.getValue().valueStream().mapToInt(JsonNode::asInt).sum()));
        Map<String, Long> limits = numbers(resources, "limit");
        waiting.path("bounds").properties().forEach(bound -> limits.put(bound.getKey(), bound.getValue().asLong()));
        long resident = waiting.path("threadStacks")
                .path("roles")
                .valueStream()
                .mapToLong(role -> role.path("residentBytes").asLong(0))
                .sum();
        return new ServiceMeters(seconds, counts, limits, numbers(resources, "used"),
                numbers(resources, "idle"), numbers(resources, "waiting"), threads, resident);
    }

    /** Returns the field of each resource that has it. */
    private static Map<String, Long> numbers(JsonNode resources, String field) {
        Map<String, Long> numbers = new TreeMap<>();
        resources.properties().forEach(resource -> {
            if (resource.getValue().has(field)) {
                numbers.put(resource.getKey(), resource.getValue().path(field).asLong());
            }
        });
        return numbers;
    }

    private static String get(HttpClient client, URI uri) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(HttpRequest.newBuilder(uri).timeout(LIMIT).build(),
                HttpResponse.BodyHandlers.ofString());
        return response.statusCode() == 200 ? response.body() : "";
    }
}
