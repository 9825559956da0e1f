package dev.threeways.reactive;

import dev.threeways.payment.Problem;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers requests that did not reach the handler: no such path or method, nothing acceptable, a body too large, and
 * bugs. Uses the words of {@link Problem}, not the framework's, which differ between the web stacks.
 */
@Component
@Order(-2) // before Boot's own, which is at -1
class ProblemExceptionHandler implements WebExceptionHandler {

    private static final Logger logger = LoggerFactory.getLogger(ProblemExceptionHandler.class);

    private final JsonMapper jsonMapper;

    ProblemExceptionHandler(JsonMapper jsonMapper) {
        this.jsonMapper = jsonMapper;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable error) {
        ServerHttpResponse response = exchange.getResponse();
        if (response.isCommitted()) {
            return Mono.error(error);
        }
        var problem = Problem.ofStatus(status(error));
        if (problem.status() == HttpStatus.INTERNAL_SERVER_ERROR.value()) {
            logger.error("{} {} failed", exchange.getRequest().getMethod(), exchange.getRequest().getPath(), error);
        }
        response.setRawStatusCode(problem.status());
        HttpHeaders headers = response.getHeaders();
        headers.clear();
        Problems.addHeaders(problem, headers);
        if (error instanceof ErrorResponse known && known.getHeaders().containsHeader(HttpHeaders.ALLOW)) {
            headers.set(HttpHeaders.ALLOW, Objects.requireNonNull(known.getHeaders().getFirst(HttpHeaders.ALLOW)));
        }
        byte[] body = jsonMapper.writeValueAsBytes(Problems.body(problem, exchange.getRequest().getURI().getRawPath()));
        headers.setContentLength(body.length);
        return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }

    private static int status(Throwable error) {
        return error instanceof ErrorResponse known
                ? known.getStatusCode().value()
                : HttpStatus.INTERNAL_SERVER_ERROR.value();
    }
}
