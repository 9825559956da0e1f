package dev.threeways.reactive;

import dev.threeways.payment.Problem;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;

/** A {@link Problem} as a response. */
final class Problems {

    private Problems() {}

    static void addHeaders(Problem problem, HttpHeaders headers) {
        headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        if (problem.retryAfter() != null) {
            headers.set(HttpHeaders.RETRY_AFTER, Long.toString(problem.retryAfter().toSeconds()));
        }
    }

    /** @param path of the request, raw; null if it has none */
    static ProblemDetail body(Problem problem, @Nullable String path) {
        var body = ProblemDetail.forStatusAndDetail(HttpStatusCode.valueOf(problem.status()),
                problem.detail());
        body.setType(problem.type());
        body.setTitle(problem.title());
        body.setInstance(uri(path));
        return body;
    }

    private static @Nullable URI uri(@Nullable String path) {
        try {
            return path == null ? null : URI.create(path);
        } catch (IllegalArgumentException _) { // a part of a URI need not be one: // lacks an authority
            return null;
        }
    }
}
