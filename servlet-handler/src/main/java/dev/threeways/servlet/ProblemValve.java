package dev.threeways.servlet;

import dev.threeways.payment.Problem;
import java.io.IOException;
import java.net.URI;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ProblemDetail;
import tools.jackson.databind.json.JsonMapper;

/** Answers what Tomcat turns away by itself with problem details, where it would send an HTML page. */
final class ProblemValve extends ErrorReportValve {

    private final JsonMapper json;

    ProblemValve(JsonMapper json) {
        this.json = json;
    }

    @Override
    protected void report(Request request, Response response, @Nullable Throwable cause) {
        if (response.getStatus() < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        Problem problem = Problem.ofStatus(response.getStatus());
        try {
            ProblemDetail body = ProblemResponse.body(problem, uri(request));
            response.setContentType(Problem.MEDIA_TYPE);
            byte[] bytes = json.writeValueAsBytes(body);
            response.setContentLength(bytes.length);
            response.getOutputStream().write(bytes);
            response.finishResponse();
        } catch (IOException | IllegalStateException _) {
            // The caller is gone, or the answer has begun: there is nobody left to tell.
        }
    }

    /** A request line that could not be parsed has no path. */
    private static @Nullable URI uri(Request request) {
        String path = request.getRequestURI();
        try {
            return path == null ? null : URI.create(path);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
