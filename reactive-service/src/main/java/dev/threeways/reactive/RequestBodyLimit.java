package dev.threeways.reactive;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Reads and forgets a request's body, which nothing here wants, so that the connection can serve the next request; but
 * no more than {@value #MAX_BYTES} bytes of it. A body announced as longer is turned away at once, one that turns out
 * longer while being read.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 10) // inside the metrics
class RequestBodyLimit implements WebFilter {

    /** What {@link dev.threeways.payment.Problem} tells the caller. */
    private static final int MAX_BYTES = 16 * 1024;

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        HttpHeaders headers = exchange.getRequest().getHeaders();
        long announced = headers.getContentLength();
        if (announced > MAX_BYTES) {
            return Mono.error(new ResponseStatusException(HttpStatus.CONTENT_TOO_LARGE));
        }
        if (announced > 0 || headers.containsHeader(HttpHeaders.TRANSFER_ENCODING)) {
            return discardBody(exchange.getRequest()).then(Mono.defer(() -> chain.filter(exchange)));
        }
        return chain.filter(exchange);
    }

    private static Mono<Void> discardBody(ServerHttpRequest request) {
        return Mono.defer(() -> {
            var read = new AtomicInteger();
            return request.getBody()
                    .doOnNext(buffer -> discard(buffer, read))
                    .onErrorMap(IOException.class,
                            lost -> new ResponseStatusException(HttpStatus.BAD_REQUEST, null, lost))
                    .then();
        });
    }

    private static void discard(DataBuffer buffer, AtomicInteger read) {
        int total = read.addAndGet(buffer.readableByteCount());
        DataBufferUtils.release(buffer);
        if (total > MAX_BYTES) {
            throw new ResponseStatusException(HttpStatus.CONTENT_TOO_LARGE);
        }
    }
}
