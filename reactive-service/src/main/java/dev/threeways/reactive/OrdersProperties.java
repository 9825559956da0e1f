package dev.threeways.reactive;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How orders are read, beside what {@code spring.r2dbc} says.
 *
 * @param readTimeout bounds one statement, from the connection's leaving the pool to the last row
 */
@ConfigurationProperties("orders")
record OrdersProperties(Duration readTimeout) {}
