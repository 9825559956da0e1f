package dev.threeways.servlet;

import dev.threeways.payment.IdempotencyKey;
import dev.threeways.payment.Order;
import dev.threeways.payment.PaymentFailure;
import dev.threeways.payment.PaymentOutcome;
import dev.threeways.payment.PaymentOutcome.PaymentFailed;
import dev.threeways.payment.PaymentRequest;
import dev.threeways.payment.PaymentResponse;
import dev.threeways.telemetry.RequestClock;
import dev.threeways.telemetry.RequestStage;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.TruncatedChunkException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClientException;
import org.springframework.web.client.RestClientResponseException;
import tools.jackson.databind.json.JsonMapper;

/** One exchange with the payment API, whatever becomes of it. */
class HttpPayments {

    private final PaymentApi api;

    private final @Nullable PaymentSigning signing;

    private final JsonMapper json;

    /**
     * @param signing null if payments are not signed
     * @param json writes what is signed, as {@code api} writes what is not
     */
    HttpPayments(PaymentApi api, @Nullable PaymentSigning signing, JsonMapper json) {
        this.api = api;
        this.signing = signing;
        this.json = json;
    }

    /** Never repeats the exchange: only the caller knows whether it wants the payment still. */
    PaymentOutcome pay(Order order, IdempotencyKey key, RequestClock clock) {
        PaymentRequest request = PaymentRequest.of(order);
        if (signing == null) {
            clock.enter(RequestStage.PAY);
            return outcome(order, () -> api.pay(key.value(), request));
        }
        clock.enter(RequestStage.SIGN);
        byte[] signed = json.writeValueAsBytes(request);
        String signature = signing.sign(key, signed);
        clock.enter(RequestStage.PAY);
        return outcome(order, () -> api.paySigned(key.value(), signature, signed));
    }

    private static PaymentOutcome outcome(Order order, Supplier<@Nullable PaymentResponse> exchange) {
        try {
            PaymentResponse response = exchange.get();
            return response == null
                    ? new PaymentFailed(order.id(), PaymentFailure.INVALID_ANSWER, null)
                    : response.outcomeFor(order);
        } catch (RestClientException e) {
            return new PaymentFailed(order.id(), failure(e), e);
        }
    }

    private static PaymentFailure failure(RestClientException e) {
        if (e instanceof RestClientResponseException) {
            return PaymentFailure.ERROR_STATUS;
        }
        if (e instanceof ResourceAccessException && e.getCause() instanceof IOException io) {
            return failure(io);
        }
        return PaymentFailure.INVALID_ANSWER; // a whole answer, which no message converter could read
    }

    private static PaymentFailure failure(IOException e) {
        return switch (e) {
            case ConnectTimeoutException _ -> PaymentFailure.TIMED_OUT;
            case ConnectException _,NoRouteToHostException _,UnknownHostException _ ->
                PaymentFailure.CONNECTION_REFUSED;
            // Of a read, of the wait for a pooled connection, or of the whole exchange (ExchangeDeadline).
            case InterruptedIOException _ -> PaymentFailure.TIMED_OUT;
            case SocketException _,SSLException _,ConnectionClosedException _,TruncatedChunkException _,NoHttpResponseException _ ->
                PaymentFailure.CONNECTION_LOST;
            default -> PaymentFailure.INVALID_ANSWER; // not HTTP, or longer than an answer may be
        };
    }
}
