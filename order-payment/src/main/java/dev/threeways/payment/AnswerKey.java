package dev.threeways.payment;

import java.util.List;

/**
 * Whether an answer of the payment API has to say which request it answers. Over a kept-alive connection an answer can
 * arrive that belongs to another request: sent twice, or after its request was given up. Its key tells it apart.
 */
public enum AnswerKey {

    /** Each answer repeats the request's key in its own {@value IdempotencyKey#HEADER} header. */
    REQUIRED,

    /** For a payment API that returns no keys. A key it does return is still checked. */
    IF_PRESENT;

    /**
     * Whether an answer may belong to the request that was sent with {@code key}.
     *
     * @param answered all values of the answer's {@value IdempotencyKey#HEADER} headers
     */
    public boolean fits(String key, List<String> answered) {
        return answered.isEmpty() ? this == IF_PRESENT : answered.size() == 1 && answered.getFirst().equals(key);
    }

    /** What the log line says where {@link #fits} is false. */
    public static String mismatch(List<String> answered) {
        return answered.isEmpty()
                ? "The answer has no " + IdempotencyKey.HEADER
                : "The answer's " + IdempotencyKey.HEADER + " is not the request's";
    }
}
