package dev.threeways.servlet;

import dev.threeways.payment.Problem;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
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

/** Answers requests that Spring MVC rejects before the handler, in the words both stacks share. */
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
        ServletWebRequest exchange = (ServletWebRequest) request;
        HttpServletResponse response = Objects.requireNonNull(exchange.getResponse());
        if (response.isCommitted()) {
            return null;
        }
        if (headers.containsHeader(HttpHeaders.ALLOW)) { // Spring adds more, and not the same on both web stacks
            response.setHeader(HttpHeaders.ALLOW, headers.getFirst(HttpHeaders.ALLOW));
        }
        try {
            responses.write(Problem.ofStatus(status.value()), exchange.getRequest().getRequestURI(), response);
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
        return null; // all is written
    }

    /** A bug outside the handler, which catches its own. */
    @ExceptionHandler
    @Nullable
    ResponseEntity<Object> handleUnexpected(Exception e, WebRequest request) {
        log.error("A request failed outside the handler", e);
        return handleExceptionInternal(e, null, new HttpHeaders(), HttpStatusCode.valueOf(500), request);
    }
}
