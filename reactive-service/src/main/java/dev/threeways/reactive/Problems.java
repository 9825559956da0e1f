package dev.threeways.reactive;

import dev.threeways.payment.Problem;
import java.net.URI;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.server.reactive.ServerHttpRequest;

/** A {@link Problem} as a response. */
final class Problems {

    private Problems() {}

    static void addHeaders(Problem problem, HttpHeaders headers) {
        headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        if (problem.retryAfter() != null) {
            headers.set(HttpHeaders.RETRY_AFTER, Long.toString(problem.retryAfter().toSeconds()));
        }
    }

    static ProblemDetail body(Problem problem, ServerHttpRequest request) {
        var body = ProblemDetail.forStatusAndDetail(HttpStatusCode.valueOf(problem.status()),
                problem.detail());
        body.setType(problem.type());
        body.setTitle(problem.title());
        body.setInstance(URI.create(request.getURI().getRawPath()));
        return body;
    }
}
