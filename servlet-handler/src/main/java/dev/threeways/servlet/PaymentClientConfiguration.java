package dev.threeways.servlet;

import dev.threeways.payment.AnswerKey;
import dev.threeways.payment.IdempotencyKey;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ConnectionReuseStrategy;
import org.apache.hc.core5.http.NameValuePair;
import org.apache.hc.core5.http.impl.DefaultConnectionReuseStrategy;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/** How the payment API is called: Apache HttpClient under Spring's RestClient. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PaymentProperties.class)
class PaymentClientConfiguration {

    /** A real answer has about a hundred bytes. */
    static final int MAX_ANSWER_BYTES = 16 * 1024;

    /** Bounds an answer's head, its status line included. A real one has about a hundred bytes. */
    static final int MAX_ANSWER_HEADER_BYTES = 8 * 1024;

    /** Limit for one request: some APIs report progress, none for ever. */
    static final int MAX_INTERIM_ANSWERS = 100;

    /** Shorter than any sensible server keeps an idle connection, so that few are found closed when they are used. */
    static final TimeValue MAX_IDLE = TimeValue.ofSeconds(30);

    @Bean(destroyMethod = "close")
    ExchangeDeadline exchangeDeadline(PaymentProperties payment) {
        return new ExchangeDeadline(payment.responseTimeout(), MAX_ANSWER_BYTES);
    }

    /** Closed by the client. */
    @Bean(destroyMethod = "")
    PoolingHttpClientConnectionManager paymentConnections(PaymentProperties payment) {
        var opened = new AtomicLong();
        return PoolingHttpClientConnectionManagerBuilder.create()
                .setMaxConnTotal(payment.maxConnections())
                .setMaxConnPerRoute(payment.maxConnections()) // one route; HttpClient's default is 5
                .setConnPoolPolicy(PoolReusePolicy.LIFO) // lets the surplus of a burst grow idle and be closed
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(payment.connectTimeout()))
                        .setSocketTimeout(Timeout.of(payment.responseTimeout()))
                        .setValidateAfterInactivity(TimeValue.ZERO_MILLISECONDS) // each time: see PaymentConnection
                        .build())
                .setConnectionFactory(socket -> {
                    var connection = new PaymentConnection("payment-" + opened.incrementAndGet());
                    if (socket != null) {
                        connection.bind(socket);
                    }
                    return connection;
                })
                .setDefaultSocketConfig(SocketConfig.custom().setTcpNoDelay(true).build())
                .build();
    }

    /**
     * Turns off everything that could repeat an exchange or send it elsewhere. HttpClient would on its own ask again on
     * 429 and 503, and follow redirects.
     */
    @Bean(destroyMethod = "close")
    CloseableHttpClient paymentHttpClient(PaymentProperties payment, ExchangeDeadline deadline,
            PoolingHttpClientConnectionManager paymentConnections) {
        var responseTimeout = Timeout.of(payment.responseTimeout());
        return HttpClients.custom()
                .setConnectionManager(paymentConnections)
                .setConnectionReuseStrategy(afterOwnAnswer(payment.answerKey()))
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(responseTimeout)
                        .setResponseTimeout(responseTimeout)
                        .setProtocolUpgradeEnabled(false)
                        .build())
                .addExecInterceptorFirst("deadline", deadline)
                .evictExpiredConnections()
                .evictIdleConnections(MAX_IDLE)
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .disableDefaultUserAgent()
                .build();
    }

    /** A server that answers one request with another's answer is out of step: its connection is not used again. */
    private static ConnectionReuseStrategy afterOwnAnswer(AnswerKey answerKey) {
        return (request, response, context) -> answerKey.fits(
                request.getFirstHeader(IdempotencyKey.HEADER).getValue(),
                Arrays.stream(response.getHeaders(IdempotencyKey.HEADER)).map(NameValuePair::getValue).toList())
                && DefaultConnectionReuseStrategy.INSTANCE.keepAlive(request, response, context);
    }

    @Bean
    RestClient paymentClient(RestClient.Builder builder, CloseableHttpClient paymentHttpClient,
            PaymentProperties payment) {
        return builder.baseUrl(payment.baseUrl().toString())
                .requestFactory(new HttpComponentsClientHttpRequestFactory(paymentHttpClient))
                .build();
    }
}
