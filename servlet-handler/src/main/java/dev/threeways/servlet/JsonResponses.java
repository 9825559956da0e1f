package dev.threeways.servlet;

import dev.threeways.payment.PaymentReceipt;
import dev.threeways.payment.Problem;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every answer there is, as bytes. Bodies this small are written to memory first, so that their length is known and
 * Tomcat sends header and body in one packet; an object handed to Spring MVC is streamed and flushed, which takes two,
 * chunked.
 */
final class JsonResponses {

    private final JsonMapper json;

    JsonResponses(JsonMapper json) {
        this.json = json;
    }

    ResponseEntity<byte[]> receipt(PaymentReceipt receipt, HttpHeaders headers) {
        return ResponseEntity.ok().headers(headers).contentType(MediaType.APPLICATION_JSON)
                .body(json.writeValueAsBytes(receipt));
    }

    /**
     * The content type is set, not negotiated: a caller who does not accept it must still learn what is wrong.
     *
     * @param path of the request, raw; null if it could not be parsed
     */
    ResponseEntity<byte[]> problem(Problem problem, HttpHeaders headers, @Nullable String path) {
        ResponseEntity.BodyBuilder response = ResponseEntity.status(problem.status()).headers(headers)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON);
        if (problem.retryAfter() != null) {
            response.header(HttpHeaders.RETRY_AFTER, Long.toString(problem.retryAfter().toSeconds()));
        }
        return response.body(body(problem, path));
    }

    /** For filters and valves, where there is no {@link ResponseEntity}. */
    void writeProblem(Problem problem, @Nullable String path, HttpServletResponse response) throws IOException {
        byte[] body = body(problem, path);
        response.setStatus(problem.status());
        response.setContentType(Problem.MEDIA_TYPE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /** For what is not even HTTP/1.0: status line, header and body, as they go over the wire. */
    void writeWithHead(Problem problem, HttpServletResponse response) throws IOException {
        byte[] body = body(problem, null);
        String head = "HTTP/1.1 " + problem.status() + " \r\nContent-Type: " + Problem.MEDIA_TYPE
                + "\r\nContent-Length: "
                + body.length + "\r\nConnection: close\r\n\r\n";
        response.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        response.getOutputStream().write(body);
    }

    private byte[] body(Problem problem, @Nullable String path) {
        ProblemDetail body = ProblemDetail.forStatus(problem.status());
        body.setType(problem.type());
        body.setTitle(problem.title());
        body.setDetail(problem.detail());
        body.setInstance(uri(path));
        return json.writeValueAsBytes(body);
    }

    private static @Nullable URI uri(@Nullable String path) {
        try {
            return path == null ? null : URI.create(path);
        } catch (IllegalArgumentException _) { // Tomcat is more lenient than RFC 3986
            return null;
        }
    }
}
