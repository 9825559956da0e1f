package dev.threeways.reactive;

import io.netty.handler.codec.http.HttpVersion;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Turns away an HTTP/1.1 request without exactly one {@code Host}, as RFC 9112, 3.2 demands of every server and Reactor
 * Netty does not: what two servers on a request's way read differently is how requests are smuggled.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 9)
class HostHeader implements WebFilter {

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        boolean wrong = request.getHeaders().getValuesAsList(HttpHeaders.HOST).size() != 1 && isHttp11(request);
        return wrong ? Mono.error(new ResponseStatusException(HttpStatus.BAD_REQUEST)) : chain.filter(exchange);
    }

    private static boolean isHttp11(ServerHttpRequest request) {
        HttpServerRequest nettys = ServerHttpRequestDecorator.getNativeRequest(request);
        return nettys.version().equals(HttpVersion.HTTP_1_1);
    }
}
