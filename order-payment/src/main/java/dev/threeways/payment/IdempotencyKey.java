package dev.threeways.payment;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Names one payment, so that the payment API can tell a repetition from a second payment (IETF
 * draft-ietf-httpapi-idempotency-key-header). The caller's own key is passed on untouched. A caller without one gets a
 * fresh UUID, in the answer's header.
 *
 * @param value 1 to 255 visible ASCII characters
 */
public record IdempotencyKey(String value) {

    public static final String HEADER = "Idempotency-Key";

    /** Common payment APIs accept this much. */
    public static final int MAX_LENGTH = 255;

    public IdempotencyKey {
        if (!isValid(value)) {
            throw new IllegalArgumentException("An idempotency key has 1 to 255 visible ASCII characters");
        }
    }

    /**
     * The key of a request.
     *
     * @param headerValues all values of the request's {@value #HEADER} headers
     * @return a fresh key if there is no header; empty if there are several or the only one is invalid
     */
    public static Optional<IdempotencyKey> of(List<String> headerValues) {
        return switch (headerValues.size()) {
            case 0 -> Optional.of(new IdempotencyKey(UUID.randomUUID().toString()));
            case 1 -> Optional.of(headerValues.getFirst()).filter(IdempotencyKey::isValid).map(IdempotencyKey::new);
            default -> Optional.empty();
        };
    }

    private static boolean isValid(String value) {
        return !value.isEmpty() && value.length() <= MAX_LENGTH && value.chars().allMatch(c -> c > ' ' && c < 0x7F);
    }
}
