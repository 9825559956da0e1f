package dev.threeways.reactive;

import dev.threeways.payment.IdempotencyKey;
import dev.threeways.payment.PaymentOutcome.Paid;
import dev.threeways.payment.PaymentReceipt;
import dev.threeways.payment.Problem;
import dev.threeways.telemetry.RequestClock;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Translates HTTP: gives the handler what it needs from a request, and answers with its outcome. */
@RestController
class PaymentController {

    static final String PATH = "/orders/{orderId}/payment";

    private final PaymentHandler handler;

    PaymentController(PaymentHandler handler) {
        this.handler = handler;
    }

    @PostMapping(path = PATH, produces = MediaType.APPLICATION_JSON_VALUE)
    Mono<ResponseEntity<Object>> pay(@PathVariable String orderId, ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        RequestClock clock = RequestClock
                .of(ServerRequestObservationContext.findCurrent(exchange.getAttributes()).orElse(null));
        return handler.pay(orderId, request.getHeaders().getOrEmpty(IdempotencyKey.HEADER), clock)
                .map(answer -> response(answer, request));
    }

    private static ResponseEntity<Object> response(PaymentHandler.Handled answer, ServerHttpRequest request) {
        ResponseEntity.BodyBuilder response;
        Object body;
        if (answer.outcome() instanceof Paid paid) {
            response = ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON);
            body = PaymentReceipt.of(paid);
        } else {
            var problem = Problem.of(answer.outcome());
            response = ResponseEntity.status(problem.status())
                    .headers(headers -> Problems.addHeaders(problem, headers));
            body = Problems.body(problem, request.getURI().getRawPath());
        }
        if (answer.key() != null) {
            response.header(IdempotencyKey.HEADER, answer.key().value());
        }
        return response.body(body);
    }
}
