package dev.threeways.comparison.ledger;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The service's records: the payment lines in its log. They are Elastic Common Schema JSON with fields nested
 * ({@code {"event":{"action":…}}}) or dotted ({@code {"event.action":…}}).
 *
 * @param outcomes the outcomes logged for each idempotency key
 * @param linesWithoutKey payment lines that name no key
 */
public record ServiceLedger(Map<String, List<String>> outcomes, long linesWithoutKey) {

    private static final String ACTION = "order-payment";

    private static final JsonMapper json = new JsonMapper();

    long lines() {
        return outcomes.values().stream().mapToLong(List::size).sum() + linesWithoutKey;
    }

    List<String> of(String key) {
        return outcomes.getOrDefault(key, List.of());
    }

    /** Skips lines that are not JSON (a JVM's last words, a banner): they are nobody's payment. */
    public static ServiceLedger read(Path log) throws IOException {
        Map<String, List<String>> outcomes = new HashMap<>();
        long withoutKey = 0;
        var utf8 = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPLACE);
        try (var lines = new BufferedReader(new InputStreamReader(Files.newInputStream(log), utf8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.contains(ACTION)) {
                    continue;
                }
                JsonNode entry = parse(line);
                if (!field(entry, "event", "action").equals(ACTION)) {
                    continue;
                }
                String key = field(entry, "payment", "idempotency_key");
                if (key.isEmpty()) {
                    withoutKey++;
                } else {
                    outcomes.computeIfAbsent(key, _ -> new ArrayList<>(1))
                            .add(field(entry, "payment", "outcome"));
                }
            }
        }
        return new ServiceLedger(outcomes, withoutKey);
    }

    /** Reads a field in either form that the Elastic Common Schema allows; empty if it is in neither. */
    private static String field(JsonNode entry, String set, String name) {
        String dotted = entry.path(set + "." + name).asString("");
        return entry.path(set).path(name).asString(dotted);
    }

    private static JsonNode parse(String line) {
        try {
            return json.readTree(line);
        } catch (JacksonException _) {
            return json.createObjectNode();
        }
    }
}
