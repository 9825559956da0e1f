package dev.threeways.servlet;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.threeways.telemetry.Bounds;
import dev.threeways.telemetry.LimitedResource;
import dev.threeways.telemetry.ListeningSocket;
import dev.threeways.telemetry.StagedRequests;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.tomcat.util.threads.ThreadPoolExecutor;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnThreading;
import org.springframework.boot.thread.Threading;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Figures only these stacks have: how full Tomcat, HikariCP and Apache HttpClient are, and what bounds them. */
@Configuration(proxyBeanMethods = false)
class ServletTelemetry {

    @Bean
    StagedRequests stagedPayments() {
        return PaymentStage.of(PaymentController.PATH);
    }

    @Bean
    LimitedResource serverConnections(ServletWebServerApplicationContext application) {
        return LimitedResource
                .of("server-connections", () -> ofTomcat(application, ServletTelemetry::openConnections))
                .limit(() -> ofTomcat(application, AbstractHttp11Protocol::getMaxConnections));
    }

    @Bean
    ListeningSocket listeningSocket(Environment environment,
            @Value("${server.tomcat.accept-count}") int acceptCount) {
        return new ListeningSocket(() -> environment.getProperty("local.server.port", Integer.class, 0), acceptCount);
    }

    /** With virtual threads there is no pool of workers, and no limit of them. */
    @Bean
    @ConditionalOnThreading(Threading.PLATFORM)
    LimitedResource requestWorkers(WorkerThreads workers) {
        return LimitedResource
                .of("request-workers", () -> workers.sum(ThreadPoolExecutor::getActiveCount))
                .idle(() -> workers.sum(threads -> threads.getPoolSize() - threads.getActiveCount()))
                .waiting(() -> workers.sum(threads -> threads.getQueue().size()))
                .limit(() -> workers.sum(ThreadPoolExecutor::getMaximumPoolSize));
    }

    @Bean
    LimitedResource databaseConnections(HikariDataSource database) {
        return LimitedResource
                .of("database-connections", () -> ofPool(database, HikariPoolMXBean::getActiveConnections))
                .idle(() -> ofPool(database, HikariPoolMXBean::getIdleConnections))
                .waiting(() -> ofPool(database, HikariPoolMXBean::getThreadsAwaitingConnection))
                .limit(database::getMaximumPoolSize);
    }

    @Bean
    LimitedResource paymentConnectionUse(PoolingHttpClientConnectionManager paymentConnections) {
        return LimitedResource.of("payment-connections", () -> paymentConnections.getTotalStats().getLeased())
                .idle(() -> paymentConnections.getTotalStats().getAvailable())
                .waiting(() -> paymentConnections.getTotalStats().getPending())
                .limit(() -> paymentConnections.getTotalStats().getMax());
    }

    /** Stays unused unless payments are signed. */
    @Bean
    LimitedResource signingTurnUse(Semaphore signingTurns) {
        int turns = signingTurns.availablePermits(); // all of them: none is taken yet
        return LimitedResource.of("signing-turns", () -> turns - signingTurns.availablePermits())
                .waiting(signingTurns::getQueueLength)
                .limit(() -> turns);
    }

    /** The JDBC driver and HttpClient do not report theirs: those are the configured ones. */
    @Bean
    Bounds bounds(ServletWebServerApplicationContext application, HikariDataSource database, PaymentProperties payment,
            ExchangeDeadline exchangeDeadline) {
        return new Bounds(Map.ofEntries(
                Map.entry("server-keep-alive-millis",
                        () -> ofTomcat(application, AbstractHttp11Protocol::getKeepAliveTimeout)),
                Map.entry("server-requests-per-connection",
                        () -> ofTomcat(application, AbstractHttp11Protocol::getMaxKeepAliveRequests)),
                Map.entry("server-read-millis",
                        () -> ofTomcat(application, AbstractHttp11Protocol::getConnectionTimeout)),
                Map.entry("server-header-bytes",
                        () -> ofTomcat(application, AbstractHttp11Protocol::getMaxHttpRequestHeaderSize)),
                Map.entry("database-acquire-millis", database::getConnectionTimeout),
                Map.entry("database-connect-millis", () -> ofDriver(database, "connectTimeout")),
                Map.entry("database-read-millis", () -> ofDriver(database, "socketTimeout")),
                Map.entry("database-life-millis", database::getMaxLifetime),
                Map.entry("payment-connect-millis", () -> payment.connectTimeout().toMillis()),
                Map.entry("payment-exchange-millis", () -> exchangeDeadline.timeout().toMillis()),
                Map.entry("payment-idle-millis", PaymentClientConfiguration.MAX_IDLE::toMilliseconds),
                Map.entry("payment-header-bytes", () -> PaymentClientConfiguration.MAX_ANSWER_HEADER_BYTES),
                Map.entry("payment-answer-bytes", () -> exchangeDeadline.maxBodyBytes())));
    }

    /** The driver counts in seconds, and takes 0 for no bound. */
    private static long ofDriver(HikariDataSource database, String timeout) {
        int seconds = Integer.parseInt(database.getDataSourceProperties().getProperty(timeout, "0"));
        return seconds == 0 ? -1 : TimeUnit.SECONDS.toMillis(seconds);
    }

    /** Tomcat counts one more while it waits for the next, and -1 while it does not wait. */
    private static long openConnections(AbstractHttp11Protocol<?> protocol) {
        long count = protocol.getConnectionCount();
        return count >= protocol.getMaxConnections() ? count : Math.max(0, count - 1);
    }

    /** A figure of Tomcat's; zero until the server has started. */
    private static long ofTomcat(ServletWebServerApplicationContext application,
            ToLongFunction<AbstractHttp11Protocol<?>> figure) {
        return application.getWebServer() instanceof TomcatWebServer server
                ? Arrays.stream(server.getTomcat().getService().findConnectors())
                        .filter(connector -> connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?>)
                        .mapToLong(connector -> figure
                                .applyAsLong((AbstractHttp11Protocol<?>) connector.getProtocolHandler()))
                        .sum()
                : 0;
    }

    /** A figure of the pool; zero until the first connection was requested. */
    private static long ofPool(HikariDataSource database, ToLongFunction<HikariPoolMXBean> figure) {
        return Optional.ofNullable(database.getHikariPoolMXBean()).map(pool -> figure.applyAsLong(pool)).orElse(0L);
    }
}
