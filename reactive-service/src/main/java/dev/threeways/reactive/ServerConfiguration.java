package dev.threeways.reactive;

import dev.threeways.telemetry.InFlightLimit;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.accept.HeaderContentTypeResolver;
import org.springframework.web.reactive.accept.RequestedContentTypeResolverBuilder;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.server.NotAcceptableStatusException;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerConfig;
import reactor.netty.resources.LoopResources;
import tools.jackson.databind.json.JsonMapper;

/** Settings of the service's own server that Boot has no property for; the management port's is left as it is. */
@Configuration(proxyBeanMethods = false)
class ServerConfiguration {

    /** Connections to the service's own server that are open. */
    @Bean
    AtomicInteger openConnections() {
        return new AtomicInteger();
    }

    /** Configuration with which the service's own server was bound; null until then. */
    @Bean
    AtomicReference<@Nullable HttpServerConfig> boundServer() {
        return new AtomicReference<>();
    }

    @Bean
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> serverLimits(LoopResources eventLoops,
            ServerConnectionsProperties connections, AtomicInteger openConnections,
            AtomicReference<@Nullable HttpServerConfig> boundServer, JsonMapper json) {
        return factory -> {
            factory.setResourceFactory(null);
            factory.addServerCustomizers(server -> limited(server.runOn(eventLoops), connections, openConnections, json)
                    .doOnBind(boundServer::set));
        };
    }

    static HttpServer limited(HttpServer server, ServerConnectionsProperties connections, AtomicInteger open,
            JsonMapper json) {
        return server.option(ChannelOption.SO_BACKLOG, connections.acceptCount())
                .doOnBound(bound -> ConnectionLimit.on(bound.channel(), connections.max(), open))
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true) // see Pipelining
                .doOnChannelInit((_, channel, _) -> {
                    // The last is next to the codec: each sees the requests that those before it let through.
                    RequestGuard.on(channel, json);
                    Pipelining.on(channel);
                    RequestReadTimeout.on(channel, connections.readTimeout());
                });
    }

    /** WebFlux reads at most fifty media types. Some malformed ones fail in a way that would be answered 500. */
    @Bean
    WebFluxConfigurer acceptedTypes() {
        return new WebFluxConfigurer() {

            @Override
            public void configureContentTypeResolver(RequestedContentTypeResolverBuilder resolvers) {
                var header = new HeaderContentTypeResolver();
                resolvers.resolver(exchange -> {
                    try {
                        return header.resolveMediaTypes(exchange);
                    } catch (NotAcceptableStatusException e) {
                        throw e;
                    } catch (RuntimeException e) {
                        throw new NotAcceptableStatusException(String.valueOf(e.getMessage()));
                    }
                });
            }
        };
    }

    @Bean
    Drain drain(InFlightLimit inFlight,
            @Value("${spring.lifecycle.timeout-per-shutdown-phase}") Duration timeoutPerShutdownPhase) {
        return new Drain(inFlight, timeoutPerShutdownPhase);
    }
}
