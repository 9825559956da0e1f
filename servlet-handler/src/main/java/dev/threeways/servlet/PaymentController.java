package dev.threeways.servlet;

import dev.threeways.payment.IdempotencyKey;
import dev.threeways.payment.PaymentOutcome.Paid;
import dev.threeways.payment.PaymentReceipt;
import dev.threeways.payment.Problem;
import dev.threeways.servlet.PaymentHandler.Handled;
import dev.threeways.telemetry.RequestClock;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.filter.ServerHttpObservationFilter;

/** {@code POST /orders/{orderId}/payment}: translates HTTP to the handler's terms and back. */
@RestController
class PaymentController {

    static final String PATH = "/orders/{orderId}/payment";

    private final PaymentHandler handler;

    private final JsonResponses responses;

    PaymentController(PaymentHandler handler, JsonResponses responses) {
        this.handler = handler;
        this.responses = responses;
    }

    /** Takes the order id as text: the handler rejects and logs an invalid one, as it does every other fault. */
    @PostMapping(path = PATH, produces = MediaType.APPLICATION_JSON_VALUE)
    void pay(@PathVariable String orderId, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        List<String> keys = Collections.list(request.getHeaders(IdempotencyKey.HEADER));
        Handled handled = handler.pay(orderId, keys,
                RequestClock.of(ServerHttpObservationFilter.findObservationContext(request).orElse(null)));
        if (handled.key() != null) {
            response.setHeader(IdempotencyKey.HEADER, handled.key().value());
        }
        if (handled.outcome() instanceof Paid paid) {
            responses.write(PaymentReceipt.of(paid), response);
        } else {
            responses.write(Problem.of(handled.outcome()), request.getRequestURI(), response);
        }
    }
}
