package dev.threeways.servlet;

import dev.threeways.payment.AnswerKey;
import dev.threeways.payment.SigningSettings;
import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * The payment API and how patiently it is used.
 *
 * @param baseUrl without {@code /payments}
 * @param connectTimeout of the TCP connection alone
 * @param responseTimeout of a whole exchange, connect included, to the last byte of the answer
 * @param maxConnections at most; an exchange holds one for its whole duration, so this bounds exchanges too
 * @param answerKey whether each answer has to say which request it answers
 * @param signing by default nothing is signed
 */
@ConfigurationProperties("payment")
record PaymentProperties(URI baseUrl, Duration connectTimeout, Duration responseTimeout, int maxConnections,
        AnswerKey answerKey, @DefaultValue SigningSettings signing) {

    PaymentProperties {
        Assert.isTrue(connectTimeout.isPositive(),
                () -> "payment.connect-timeout must be positive, not " + connectTimeout);
        Assert.isTrue(responseTimeout.isPositive(),
                () -> "payment.response-timeout must be positive, not " + responseTimeout);
        Assert.isTrue(maxConnections > 0, () -> "payment.max-connections must be positive, not " + maxConnections);
    }
}
