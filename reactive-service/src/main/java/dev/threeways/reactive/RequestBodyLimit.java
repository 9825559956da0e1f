package dev.threeways.reactive;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
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
import reactor.netty.channel.AbortedException;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Reads and forgets a request's body, which nothing here uses, so that the connection can serve the next request. Reads
 * at most {@value #MAX_BYTES} bytes. A body announced as longer is rejected at once, one that turns out longer while
 * being read.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 10) // inside the metrics
class RequestBodyLimit implements WebFilter {

    /** {@link dev.threeways.payment.Problem} tells the caller this limit. */
    private static final int MAX_BYTES = 16 * 1024;

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        HttpHeaders headers = exchange.getRequest().getHeaders();
        long announced = headers.getContentLength();
        if (announced > MAX_BYTES) {
            return Mono.error(new ResponseStatusException(HttpStatus.CONTENT_TOO_LARGE));
        }
        if (announced > 0 || headers.containsHeader(HttpHeaders.TRANSFER_ENCODING)) {
            return discardBody(exchange.getRequest()).then(Mono.defer(
                    () -> isBroken(exchange.getRequest()) ? Mono.never() : chain.filter(exchange)));
        }
        return chain.filter(exchange);
    }

    private static Mono<Void> discardBody(ServerHttpRequest request) {
        return Mono.defer(() -> {
            var read = new AtomicInteger();
            return request.getBody()
                    .doOnNext(buffer -> discard(buffer, read))
                    .onErrorResume(AbortedException.class, _ -> Mono.never()) // the connection is closed already
                    .onErrorResume(IOException.class, lost -> isBroken(request)
                            ? Mono.never()
                            : Mono.error(new ResponseStatusException(HttpStatus.BAD_REQUEST, null, lost)))
                    .then();
        });
    }

    /**
     * Whether the body is no HTTP. Such a body may look like one that has ended, or like a lost connection, depending
     * on which is noticed first. Either way Reactor Netty has answered already, and cancels the request when it closes
     * the connection.
     */
    private static boolean isBroken(ServerHttpRequest request) {
        var broken = new AtomicBoolean();
        HttpServerRequest nettys = ServerHttpRequestDecorator.getNativeRequest(request);
        nettys.withConnection(connection -> broken.set(RequestGuard.isBroken(connection.channel())));
        return broken.get();
    }

    private static void discard(DataBuffer buffer, AtomicInteger read) {
        int total = read.addAndGet(buffer.readableByteCount());
        DataBufferUtils.release(buffer);
        if (total > MAX_BYTES) {
            throw new ResponseStatusException(HttpStatus.CONTENT_TOO_LARGE);
        }
    }
}
