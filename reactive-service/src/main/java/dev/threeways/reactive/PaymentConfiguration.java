package dev.threeways.reactive;

import dev.threeways.telemetry.InFlightLimit;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/** The client of the payment API. */
@Configuration(proxyBeanMethods = false)
class PaymentConfiguration {

    /** An answer is about a hundred bytes. */
    static final int MAX_ANSWER_BYTES = 16 * 1024;

    /** Bounds the fields of an answer's header. */
    static final int MAX_ANSWER_HEADER_BYTES = 8 * 1024;

    /** Limit for one request: some APIs report progress, none for ever. */
    static final int MAX_INTERIM_ANSWERS = 100;

    /** Below the keep-alive time of common servers, so that this side is the one to end an idle connection. */
    static final Duration MAX_IDLE = Duration.ofSeconds(30);

    /** A tenth of {@link #MAX_IDLE}, as in HttpClient on the servlet services. */
    private static final Duration IDLE_CHECK = MAX_IDLE.dividedBy(10);

    @Bean
    InFlightLimit inFlightLimit(RequestsProperties properties) {
        return new InFlightLimit(properties.maxInFlight());
    }

    @Bean
    PaymentPools paymentPools() {
        return new PaymentPools();
    }

    @Bean(destroyMethod = "dispose")
    ConnectionProvider paymentConnections(PaymentProperties payment, RequestsProperties requests,
            LoopResources eventLoops, PaymentPools paymentPools) {
        return new LoopConnectionProvider(eventLoops.onClient(true), loop -> ConnectionProvider.builder("payment-api")
                .maxConnections(payment.maxConnectionsPerEventLoop())
                .pendingAcquireMaxCount(requests.maxInFlight()) // never more wait: each is a request in flight
                .pendingAcquireTimeout(payment.responseTimeout())
                .lifo() // lets the surplus of a burst grow idle; by default all of it would be used in turn
                .maxIdleTime(MAX_IDLE)
                // Connections that stay unused are not looked at otherwise. The pool's own loop does it: the thread
                // that looks also serves requests that come meanwhile, and opens their connections on itself.
                .evictInBackground(IDLE_CHECK, Schedulers.fromExecutorService(loop))
                .metrics(true, () -> paymentPools)
                .build());
    }

    @Bean(destroyMethod = "dispose")
    @ConditionalOnBooleanProperty("payment.signing.offload")
    SigningThreads signingThreads(RequestsProperties requests) {
        return new SigningThreads(Runtime.getRuntime().availableProcessors(), requests.maxInFlight());
    }

    @Bean
    WebClient paymentClient(WebClient.Builder webClient, ConnectionProvider paymentConnections,
            LoopResources eventLoops,
            PaymentProperties properties) {
        var httpClient = HttpClient.create(paymentConnections)
                .runOn(EventLoops.onCallingLoop(eventLoops))
                .disableRetry(true) // on a stale connection Reactor Netty would send the payment again
                .followRedirect(false)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(properties.connectTimeout().toMillis()))
                .doOnChannelInit((_, channel, _) -> AnswerGuard.on(channel, properties.answerKey()));
        return webClient.baseUrl(properties.baseUrl().toString())
                .clientConnector(new ReactorClientHttpConnector(httpClient))
                .build();
    }
}
