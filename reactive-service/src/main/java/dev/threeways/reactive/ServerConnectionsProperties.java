package dev.threeways.reactive;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Bounds of inbound connections, beside what {@code server} and {@code server.netty} say.
 *
 * @param max accepted connections at once; more wait in the kernel
 * @param acceptCount how many may wait there
 * @param readTimeout bounds the reading of one request, header and body together, from its first byte
 */
@ConfigurationProperties("server-connections")
record ServerConnectionsProperties(int max, int acceptCount, Duration readTimeout) {}
