package dev.threeways.servlet;

import dev.threeways.payment.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;

/** A {@link Problem} as Spring MVC writes it. */
final class ProblemResponse {

    private ProblemResponse() {}

    /** The content type is set, not negotiated: a caller who does not accept it must still learn what is wrong. */
    static ResponseEntity<ProblemDetail> of(Problem problem, HttpHeaders headers, HttpServletRequest request) {
        ResponseEntity.BodyBuilder response = ResponseEntity.status(problem.status()).headers(headers)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON);
        if (problem.retryAfter() != null) {
            response.header(HttpHeaders.RETRY_AFTER, Long.toString(problem.retryAfter().toSeconds()));
        }
        return response.body(body(problem, URI.create(request.getRequestURI())));
    }

    /** @param instance the request's path; null if it has none that is a URI */
    static ProblemDetail body(Problem problem, @Nullable URI instance) {
        ProblemDetail body = ProblemDetail.forStatus(problem.status());
        body.setType(problem.type());
        body.setTitle(problem.title());
        body.setDetail(problem.detail());
        body.setInstance(instance);
        return body;
    }
}
