package dev.threeways.comparison;

/** What was asked cannot be done; the message says what to ask instead. */
final class UsageException extends RuntimeException {

    UsageException(String message) {
        super(message);
    }
}
