package dev.threeways.servlet;

import dev.threeways.payment.IdempotencyKey;
import dev.threeways.payment.PaymentRequest;
import dev.threeways.payment.PaymentResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.service.annotation.PostExchange;

/** The payment API, as declared to Spring's HTTP service proxy. */
interface PaymentApi {

    /** @return null if the answer has no body */
    @PostExchange(url = "/payments", contentType = "application/json", accept = "application/json")
    @Nullable
    PaymentResponse pay(@RequestHeader(IdempotencyKey.HEADER) String key, @RequestBody PaymentRequest request);
}
