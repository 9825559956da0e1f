package dev.threeways.servlet;

import dev.threeways.payment.Problem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Answers what Spring MVC turns away before the handler, in the words both stacks share. */
@RestControllerAdvice
class ProblemAdvice extends ResponseEntityExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

    private final JsonResponses responses;

    ProblemAdvice(JsonResponses responses) {
        this.responses = responses;
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(Exception e, @Nullable Object body,
            HttpHeaders headers,
            HttpStatusCode status, WebRequest request) {
        if (request instanceof ServletWebRequest web && web.getResponse() != null && web.getResponse().isCommitted()) {
            return null;
        }
        var kept = new HttpHeaders(); // Spring adds more, and not the same on both its web stacks
        if (headers.containsHeader(HttpHeaders.ALLOW)) {
            kept.setAllow(headers.getAllow());
        }
        var problem = responses.problem(Problem.ofStatus(status.value()), kept,
                ((ServletWebRequest) request).getRequest().getRequestURI());
        return new ResponseEntity<>(problem.getBody(), problem.getHeaders(), status);
    }

    /** A bug outside the handler, which catches its own. */
    @ExceptionHandler
    @Nullable
    ResponseEntity<Object> handleUnexpected(Exception e, WebRequest request) {
        log.error("A request failed outside the handler", e);
        return handleExceptionInternal(e, null, new HttpHeaders(), HttpStatusCode.valueOf(500), request);
    }
}
