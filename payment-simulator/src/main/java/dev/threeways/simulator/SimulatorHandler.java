package dev.threeways.simulator;

import dev.threeways.payment.IdempotencyKey;
import dev.threeways.payment.PaymentRequest;
import dev.threeways.payment.PaymentSigner;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelException;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Routes requests: payments to {@link PaymentExchange}, the admin's to the ledger and the behaviour. */
final class SimulatorHandler implements BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> {

    /** A payment request takes about 60 bytes, a behaviour 300. */
    static final int MAX_BODY_BYTES = 16 * 1024;

    private static final int CSV_ROWS_PER_CHUNK = 500;

    private static final String JSON = "application/json";

    private final JsonMapper json = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final PaymentSimulator simulator;

    SimulatorHandler(PaymentSimulator simulator) {
        this.simulator = simulator;
    }

    @Override
    public Publisher<Void> apply(HttpServerRequest request, HttpServerResponse response) {
        String method = request.method().name();
        return switch (request.fullPath()) {
            case "/payments" -> method.equals("POST") ? pay(request, response) : notAllowed(response, "POST");
            case "/admin/behaviour" -> switch (method) {
                case "GET" -> answer(response, 200, simulator.behaviour());
                case "PUT" -> changeBehaviour(request, response);
                default -> notAllowed(response, "GET, PUT");
            };
            case "/admin/calls" -> switch (method) {
                case "GET" -> calls(request, response);
                case "DELETE" -> answer(response, 200, simulator.newRun());
                default -> notAllowed(response, "GET, DELETE");
            };
            case "/admin/refusal" ->
                method.equals("POST") ? refuse(request, response) : notAllowed(response, "POST");
            case "/health" -> method.equals("GET")
                    ? answer(response, 200, Map.of("status", "UP"))
                    : notAllowed(response, "GET");
            default -> problem(response, 404,
                    "There is nothing at this path. There are /payments, /admin/behaviour, /admin/calls, /admin/refusal and "
                            + "/health.");
        };
    }

    private Mono<Void> pay(HttpServerRequest request, HttpServerResponse response) {
        List<String> header = request.requestHeaders().getAll(IdempotencyKey.HEADER);
        Optional<IdempotencyKey> key = header.isEmpty() ? Optional.empty() : IdempotencyKey.of(header);
        if (key.isEmpty()) {
            return reject(response, 400, "Send one Idempotency-Key header of 1 to 255 visible ASCII characters.");
        }
        response.header(IdempotencyKey.HEADER, key.get().value()); // every answer names its request
        return body(request).flatMap(body -> {
            Refusal refusal = body.refusal();
            if (refusal != null) {
                return reject(response, refusal.status(), refusal.detail());
            }
            try {
                var payment = json.readValue(body.bytes(), PaymentRequest.class);
                if (!isValid(payment)) {
                    return reject(response, 400,
                            "A payment has a positive orderId, a positive amount and a currency of three letters.");
                }
            } catch (JacksonException e) {
                return reject(response, 400, "The body is no payment request: " + e.getOriginalMessage());
            }
            return simulator.pay(key.get().value(), isSigned(request), response);
        });
    }

    /** Checks only that there is a signature: verifying it takes as long as signing, and a secret. */
    private static boolean isSigned(HttpServerRequest request) {
        String signature = request.requestHeaders().get(PaymentSigner.HEADER);
        return signature != null && !signature.isEmpty();
    }

    /** JSON can omit fields that the domain's type takes for granted, or be {@code null} altogether. */
    @SuppressWarnings({"ConstantValue", "ConstantConditions"})
    private static boolean isValid(PaymentRequest payment) {
        return payment != null && payment.orderId() > 0 && payment.amount() != null && payment.amount().signum() > 0
                && payment.currency() != null && payment.currency().matches("[A-Z]{3}");
    }

    private Mono<Void> reject(HttpServerResponse response, int status, String detail) {
        simulator.rejected();
        return problem(response, status, detail);
    }

    private Mono<Void> changeBehaviour(HttpServerRequest request, HttpServerResponse response) {
        return body(request).flatMap(body -> {
            Refusal refusal = body.refusal();
            if (refusal != null) {
                return problem(response, refusal.status(), refusal.detail());
            }
            try {
                JsonNode given = json.readTree(body.bytes());
                if (!(given instanceof ObjectNode fields)) {
                    return problem(response, 400, "A behaviour is a JSON object. GET shows one.");
                }
                ObjectNode complete = json.valueToTree(Behaviour.HEALTHY);
                complete.setAll(fields);
                simulator.behaviour(json.treeToValue(complete, Behaviour.class));
            } catch (JacksonException e) {
                return problem(response, 400, "Not a behaviour: "
                        + (e.getCause() instanceof IllegalArgumentException invalid
                                ? invalid.getMessage()
                                : e.getOriginalMessage()));
            }
            return answer(response, 200, simulator.behaviour());
        });
    }

    /** Answers first: this connection is closed like all others. */
    private Mono<Void> refuse(HttpServerRequest request, HttpServerResponse response) {
        String query = request.uri().substring(request.uri().indexOf('?') + 1);
        if (!query.matches("millis=[0-9]{1,6}")) {
            return problem(response, 400, "Say for how long, as in /admin/refusal?millis=5000.");
        }
        Duration duration = Duration.ofMillis(Long.parseLong(query.substring(query.indexOf('=') + 1)));
        if (duration.compareTo(PaymentSimulator.MAX_REFUSAL) > 0) {
            return problem(response, 400,
                    "A refusal lasts at most " + PaymentSimulator.MAX_REFUSAL.toMillis() + " ms.");
        }
        return answer(response, 202, Map.of("millis", duration.toMillis()))
                .doOnSuccess(_ -> simulator.refuse(duration));
    }

    private Publisher<Void> calls(HttpServerRequest request, HttpServerResponse response) {
        return switch (request.uri().substring(request.uri().indexOf('?') + 1)) {
            case "format=csv" -> callsAsCsv(response);
            case "format=json", "/admin/calls" -> answer(response, 200, simulator.calls());
            default -> problem(response, 400, "The only parameter is format, which is json or csv.");
        };
    }

    /** The keys there are now; made chunk by chunk, as the client reads them. */
    private Publisher<Void> callsAsCsv(HttpServerResponse response) {
        Run run = simulator.run();
        int keys = run.distinctKeys();
        Flux<String> rows = Flux.range(0, Math.ceilDiv(keys, CSV_ROWS_PER_CHUNK))
                .map(chunk -> run.csv(chunk * CSV_ROWS_PER_CHUNK, Math.min(keys, (chunk + 1) * CSV_ROWS_PER_CHUNK)));
        return response.header(HttpHeaderNames.CONTENT_TYPE, "text/csv; charset=US-ASCII")
                .sendString(Flux.just(Run.CSV_HEADER).concatWith(rows));
    }

    private Mono<Void> notAllowed(HttpServerResponse response, String allow) {
        response.header(HttpHeaderNames.ALLOW, allow);
        return problem(response, 405, "The Allow header names the methods this path has.");
    }

    /** Problem details of RFC 9457. */
    private Mono<Void> problem(HttpServerResponse response, int status, String detail) {
        response.header(HttpHeaderNames.CONTENT_TYPE, "application/problem+json");
        var problem = new LinkedHashMap<String, Object>();
        problem.put("type", "about:blank");
        problem.put("title", response.status(status).status().reasonPhrase());
        problem.put("status", status);
        problem.put("detail", detail);
        return send(response, problem);
    }

    private Mono<Void> answer(HttpServerResponse response, int status, Object body) {
        return send(response.status(status).header(HttpHeaderNames.CONTENT_TYPE, JSON), body);
    }

    private Mono<Void> send(HttpServerResponse response, Object body) {
        return response.sendByteArray(Mono.just(json.writeValueAsBytes(body))).then();
    }

    private static Mono<Body> body(HttpServerRequest request) {
        return request.receive()
                .reduceWith(Body::new, Body::add)
                .onErrorResume(ChannelException.class, // the request timeout
                        _ -> Mono.just(new Body().refuse(TOO_SLOW)));
    }

    /** Reason why a body was not taken. */
    private record Refusal(int status, String detail) {}

    private static final Refusal TOO_LARGE = new Refusal(413,
            "The body may have at most " + MAX_BODY_BYTES + " bytes.");

    private static final Refusal TOO_SLOW = new Refusal(408,
            "The request must be sent within " + PaymentSimulator.REQUEST_TIMEOUT.toSeconds() + " s.");

    /** Body read so far, up to the limit. A longer one is read to its end, so that the client gets its answer. */
    private static final class Body {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);

        private @Nullable Refusal refusal;

        Body add(ByteBuf part) {
            if (bytes.size() + part.readableBytes() > MAX_BODY_BYTES) {
                return refuse(TOO_LARGE);
            }
            try {
                part.readBytes(bytes, part.readableBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e); // never thrown for an array
            }
            return this;
        }

        Body refuse(Refusal reason) {
            refusal = reason;
            return this;
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }

        @Nullable
        Refusal refusal() {
            return refusal;
        }
    }
}
