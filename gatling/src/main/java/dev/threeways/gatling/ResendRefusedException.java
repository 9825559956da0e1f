package dev.threeways.gatling;

/**
 * Gatling's client resends a request, unasked, when a kept connection closes before the answer. The server may have
 * acted on the first one, so it must count as lost instead.
 */
final class ResendRefusedException extends RuntimeException {

    ResendRefusedException(String key) {
        super("The connection closed before request " + key + " was answered; it is not sent a second time");
    }
}
