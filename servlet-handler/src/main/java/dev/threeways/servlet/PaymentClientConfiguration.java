package dev.threeways.servlet;

import java.io.IOException;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParserFactory;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientResponseException;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

/** How the payment API is called: Apache HttpClient under Spring's RestClient. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PaymentProperties.class)
class PaymentClientConfiguration {

    /** A real answer has some hundred bytes. */
    static final int MAX_ANSWER_BYTES = 16 * 1024;

    /** Shorter than any sensible server keeps an idle connection, so that few are found closed when they are used. */
    static final TimeValue MAX_IDLE = TimeValue.ofSeconds(30);

    @Bean(destroyMethod = "close")
    ExchangeDeadline exchangeDeadline(PaymentProperties payment) {
        return new ExchangeDeadline(payment.responseTimeout(), MAX_ANSWER_BYTES);
    }

    /** Closed by the client. */
    @Bean(destroyMethod = "")
    PoolingHttpClientConnectionManager paymentConnections(PaymentProperties payment) {
        return PoolingHttpClientConnectionManagerBuilder.create()
                .setMaxConnTotal(payment.maxConnections())
                .setMaxConnPerRoute(payment.maxConnections()) // one route; HttpClient's default is 5
                .setConnPoolPolicy(PoolReusePolicy.LIFO) // lets the surplus of a burst grow idle and be closed
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(payment.connectTimeout()))
                        .setSocketTimeout(Timeout.of(payment.responseTimeout()))
                        .setValidateAfterInactivity(TimeValue.ofSeconds(2))
                        .build())
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        // The lenient default skips lines that are not HTTP and waits for some that are.
                        .responseParserFactory(DefaultHttpResponseParserFactory.INSTANCE)
                        .build())
                .setDefaultSocketConfig(SocketConfig.custom().setTcpNoDelay(true).build())
                .build();
    }

    /**
     * Everything that could repeat an exchange or send it elsewhere is off: HttpClient would on its own ask again on
     * 429 and 503, and follow redirects.
     */
    @Bean(destroyMethod = "close")
    CloseableHttpClient paymentHttpClient(PaymentProperties payment, ExchangeDeadline deadline,
            PoolingHttpClientConnectionManager paymentConnections) {
        var responseTimeout = Timeout.of(payment.responseTimeout());
        return HttpClients.custom()
                .setConnectionManager(paymentConnections)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(responseTimeout)
                        .setResponseTimeout(responseTimeout)
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

    @Bean
    PaymentApi paymentApi(RestClient.Builder builder, CloseableHttpClient paymentHttpClient,
            PaymentProperties payment) {
        RestClient client = builder.baseUrl(payment.baseUrl().toString())
                .requestFactory(new HttpComponentsClientHttpRequestFactory(paymentHttpClient))
                // Written to memory first: the length is known then, and a broken connection is an I/O error, not one of
                // writing JSON.
                .bufferContent((_, _) -> true)
                .defaultStatusHandler(status -> status.value() != 200, (_, response) -> {
                    throw notOk(response.getStatusCode().value(), response.getStatusText());
                })
                .build();
        return HttpServiceProxyFactory.builderFor(RestClientAdapter.create(client)).build()
                .createClient(PaymentApi.class);
    }

    private static RestClientResponseException notOk(int status, String text) throws IOException {
        return new RestClientResponseException("The payment API answered " + status, status, text, null, null, null);
    }
}
