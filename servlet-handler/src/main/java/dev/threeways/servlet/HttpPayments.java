package dev.threeways.servlet;

import dev.threeways.payment.AnswerKey;
import dev.threeways.payment.IdempotencyKey;
import dev.threeways.payment.Order;
import dev.threeways.payment.PaymentApiException;
import dev.threeways.payment.PaymentFailure;
import dev.threeways.payment.PaymentOutcome;
import dev.threeways.payment.PaymentOutcome.PaymentFailed;
import dev.threeways.payment.PaymentRequest;
import dev.threeways.payment.PaymentResponse;
import dev.threeways.payment.PaymentSigner;
import dev.threeways.telemetry.RequestClock;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.TruncatedChunkException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** One exchange with the payment API, whatever its outcome. */
class HttpPayments {

    private final RestClient client;

    private final AnswerKey answerKey;

    private final @Nullable PaymentSigning signing;

    private final JsonMapper json;

    /**
     * @param client of the payment API; its answers are bounded in size and time
     * @param signing null if payments are not signed
     */
    HttpPayments(RestClient client, AnswerKey answerKey, @Nullable PaymentSigning signing, JsonMapper json) {
        this.client = client;
        this.answerKey = answerKey;
        this.signing = signing;
        this.json = json;
    }

    /** Never repeats the exchange: only the caller knows whether it still wants the payment. */
    PaymentOutcome pay(Order order, IdempotencyKey key, RequestClock clock) {
        byte[] body = json.writeValueAsBytes(PaymentRequest.of(order));
        RestClient.RequestBodySpec request = client.post()
                .uri("/payments")
                .header(IdempotencyKey.HEADER, key.value())
                .contentType(MediaType.APPLICATION_JSON)
                .accept(MediaType.APPLICATION_JSON);
        if (signing != null) {
            clock.enter(PaymentStage.SIGN);
            request.header(PaymentSigner.HEADER, signing.sign(key, body));
        }
        clock.enter(PaymentStage.PAY);
        try {
            return request.body(body).exchangeForRequiredValue((_, answer) -> outcome(order, key, answer));
        } catch (RestClientException e) {
            return new PaymentFailed(order.id(), failure(e), e);
        }
    }

    /** The body is JSON, whatever its {@code Content-Type} says or fails to say. */
    private PaymentOutcome outcome(Order order, IdempotencyKey key, ClientHttpResponse answer) throws IOException {
        List<String> answered = answer.getHeaders().getOrEmpty(IdempotencyKey.HEADER);
        if (!answerKey.fits(key.value(), answered)) {
            return new PaymentFailed(order.id(), PaymentFailure.INVALID_ANSWER,
                    new PaymentApiException(AnswerKey.mismatch(answered)));
        }
        if (answer.getStatusCode().value() != 200) {
            return new PaymentFailed(order.id(), PaymentFailure.ERROR_STATUS,
                    new PaymentApiException("The payment API answered " + answer.getStatusCode().value()));
        }
        try {
            PaymentResponse response = json.readValue(answer.getBody().readAllBytes(), PaymentResponse.class);
            return response == null // JSON's null
                    ? new PaymentFailed(order.id(), PaymentFailure.INVALID_ANSWER, null)
                    : response.outcomeFor(order);
        } catch (JacksonException e) {
            return new PaymentFailed(order.id(), PaymentFailure.INVALID_ANSWER, e);
        }
    }

    private static PaymentFailure failure(RestClientException e) {
        return e.getCause() instanceof IOException io ? failure(io) : PaymentFailure.INVALID_ANSWER;
    }

    private static PaymentFailure failure(IOException e) {
        return switch (e) {
            case ConnectTimeoutException _ -> PaymentFailure.TIMED_OUT;
            case ConnectException _,NoRouteToHostException _,UnknownHostException _ ->
                PaymentFailure.CONNECTION_REFUSED;
            // Ended a read, the wait for a pooled connection, or the whole exchange (ExchangeDeadline).
            case InterruptedIOException _ -> PaymentFailure.TIMED_OUT;
            case SocketException _,SSLException _,ConnectionClosedException _,TruncatedChunkException _,NoHttpResponseException _ ->
                PaymentFailure.CONNECTION_LOST;
            default -> PaymentFailure.INVALID_ANSWER; // not HTTP, or longer than an answer may be
        };
    }
}
