package dev.threeways.reactive;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Bounds of the handler.
 *
 * @param maxInFlight requests in the handler at once; more are answered 503 at once
 */
@ConfigurationProperties("requests")
record RequestsProperties(int maxInFlight) {}
