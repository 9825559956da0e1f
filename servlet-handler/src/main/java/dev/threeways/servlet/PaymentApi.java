package dev.threeways.servlet;

import dev.threeways.payment.IdempotencyKey;
import dev.threeways.payment.PaymentRequest;
import dev.threeways.payment.PaymentResponse;
import dev.threeways.payment.PaymentSigner;
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

    /**
     * @param request the JSON that was signed, to be sent as it is
     * @return null if the answer has no body
     */
    @PostExchange(url = "/payments", contentType = "application/json", accept = "application/json")
    @Nullable
    PaymentResponse paySigned(@RequestHeader(IdempotencyKey.HEADER) String key,
            @RequestHeader(PaymentSigner.HEADER) String signature, @RequestBody byte[] request);
}
