package dev.threeways.reactive;

import dev.threeways.payment.AnswerKey;
import dev.threeways.payment.SigningSettings;
import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the payment API is and how long it may take.
 *
 * @param baseUrl {@code /payments} is below it
 * @param connectTimeout bounds the opening of one connection
 * @param responseTimeout bounds the whole exchange: waiting for a connection, opening it, sending, and receiving the
 * last byte of the answer's body
 * @param maxConnectionsPerEventLoop open connections of one event loop to the payment API, busy and idle
 * @param answerKey whether each answer must name the request it answers
 * @param signing by default nothing is signed; {@code payment.signing.offload} says on which threads
 */
@ConfigurationProperties("payment")
record PaymentProperties(URI baseUrl, Duration connectTimeout, Duration responseTimeout,
        int maxConnectionsPerEventLoop, AnswerKey answerKey, @DefaultValue SigningSettings signing) {}
