package dev.threeways.contract;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The one line a request leaves in a service's log.
 *
 * @param json the whole line
 */
public record PaymentLine(JsonNode json) {

    private static final JsonMapper JSON = JsonMapper.shared();

    /** @return empty if {@code line} is something else */
    public static Optional<PaymentLine> parse(String line) {
        if (!line.contains("order-payment")) {
            return Optional.empty();
        }
        try {
            JsonNode json = JSON.readTree(line);
            return "order-payment".equals(text(json.at("/event/action")))
                    ? Optional.of(new PaymentLine(json))
                    : Optional.empty();
        } catch (JacksonException _) {
            return Optional.empty(); // not JSON, or not all of it is written yet
        }
    }

    private static @Nullable String text(JsonNode node) {
        return node.isString() ? node.stringValue() : null;
    }

    /** The text at a path such as {@code /payment/outcome}; null if there is none. */
    public @Nullable String text(String path) {
        return text(json.at(path));
    }

    public @Nullable String key() {
        return text("/payment/idempotency_key");
    }

    public @Nullable String outcome() {
        return text("/payment/outcome");
    }
}
