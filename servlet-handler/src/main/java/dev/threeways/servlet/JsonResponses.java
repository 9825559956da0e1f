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
import tools.jackson.databind.json.JsonMapper;

/**
 * Every answer there is, as bytes. Bodies this small are written to memory first, so that their length is known and
 * Tomcat sends header and body in one packet. Spring MVC would stream and flush an object, in two packets, chunked. It
 * would also add a {@code Content-Disposition} where the path ends like a file's name.
 */
final class JsonResponses {

    private final JsonMapper json;

    JsonResponses(JsonMapper json) {
        this.json = json;
    }

    void write(PaymentReceipt receipt, HttpServletResponse response) throws IOException {
        write(HttpServletResponse.SC_OK, MediaType.APPLICATION_JSON_VALUE, json.writeValueAsBytes(receipt), response);
    }

    /**
     * Sets the content type, without negotiating: a caller who does not accept it must still learn what is wrong.
     *
     * @param path of the request, raw; null if it could not be parsed
     */
    void write(Problem problem, @Nullable String path, HttpServletResponse response) throws IOException {
        if (problem.retryAfter() != null) {
            response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(problem.retryAfter().toSeconds()));
        }
        write(problem.status(), Problem.MEDIA_TYPE, body(problem, path), response);
    }

    private static void write(int status, String mediaType, byte[] body, HttpServletResponse response)
            throws IOException {
        response.setStatus(status);
        response.setContentType(mediaType);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /** Answers a request that is not even HTTP/1.0: status line, header and body, as they go over the wire. */
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
