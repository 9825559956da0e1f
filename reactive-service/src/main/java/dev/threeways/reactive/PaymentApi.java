package dev.threeways.reactive;

import dev.threeways.payment.IdempotencyKey;
import dev.threeways.payment.PaymentRequest;
import dev.threeways.payment.PaymentResponse;
import dev.threeways.payment.PaymentSigner;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.service.annotation.PostExchange;
import reactor.core.publisher.Mono;

/** The payment API as it is spoken. */
interface PaymentApi {

    @PostExchange(url = "/payments", contentType = "application/json", accept = "application/json")
    Mono<PaymentResponse> pay(@RequestHeader(IdempotencyKey.HEADER) String key, @RequestBody PaymentRequest request);

    /** @param request the JSON that was signed, to be sent as it is */
    @PostExchange(url = "/payments", contentType = "application/json", accept = "application/json")
    Mono<PaymentResponse> paySigned(@RequestHeader(IdempotencyKey.HEADER) String key,
            @RequestHeader(PaymentSigner.HEADER) String signature, @RequestBody byte[] request);
}
