package dev.threeways.servlet;

import org.springframework.boot.context.properties.ConfigurationProperties;

/** @param maxInFlight see {@link dev.threeways.telemetry.InFlightLimit} */
@ConfigurationProperties("requests")
record RequestsProperties(int maxInFlight) {}
