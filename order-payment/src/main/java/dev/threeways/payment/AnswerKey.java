package dev.threeways.payment;

import java.util.List;

/**
 * Whether an answer of the payment API must name the request it answers. Over a kept-alive connection an answer can
 * arrive that belongs to another request: one sent twice, or given up. Its key tells them apart.
 */
public enum AnswerKey {

    /** Each answer repeats the request's key in its own {@value IdempotencyKey#HEADER} header. */
    REQUIRED,

    /** Accepts a payment API that returns no keys. A key it does return is still checked. */
    IF_PRESENT;

    /**
     * Whether an answer may belong to the request that was sent with {@code key}.
     *
     * @param answered all values of the answer's {@value IdempotencyKey#HEADER} headers
     */
    public boolean fits(String key, List<String> answered) {
        return answered.isEmpty() ? this == IF_PRESENT : answered.size() == 1 && answered.getFirst().equals(key);
    }

    /** Text for the log line where {@link #fits} is false. */
    public static String mismatch(List<String> answered) {
        return answered.isEmpty()
                ? "The answer has no " + IdempotencyKey.HEADER
                : "The answer's " + IdempotencyKey.HEADER + " is not the request's";
    }
}
