package dev.threeways.reactive;

import dev.threeways.payment.InFlightLimit;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

/** What Boot has no property for in the service's own server; the management port's is left as it is. */
@Configuration(proxyBeanMethods = false)
class ServerConfiguration {

    /** Connections to the service's own server that are open. */
    @Bean
    AtomicInteger openConnections() {
        return new AtomicInteger();
    }

    @Bean
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> serverLimits(LoopResources eventLoops,
            ServerConnectionsProperties connections, AtomicInteger openConnections) {
        return factory -> {
            factory.setResourceFactory(null);
            factory.addServerCustomizers(server -> limited(server.runOn(eventLoops), connections, openConnections));
        };
    }

    static HttpServer limited(HttpServer server, ServerConnectionsProperties connections, AtomicInteger open) {
        return server.option(ChannelOption.SO_BACKLOG, connections.acceptCount())
                .doOnBound(bound -> ConnectionLimit.on(bound.channel(), connections.max(), open))
                .doOnChannelInit((_, channel, _) -> RequestReadTimeout.on(channel, connections.readTimeout()));
    }

    @Bean
    Drain drain(InFlightLimit inFlight,
            @Value("${spring.lifecycle.timeout-per-shutdown-phase}") Duration timeoutPerShutdownPhase) {
        return new Drain(inFlight, timeoutPerShutdownPhase);
    }
}
