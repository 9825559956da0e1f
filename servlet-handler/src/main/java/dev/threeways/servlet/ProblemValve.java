package dev.threeways.servlet;

import dev.threeways.payment.Problem;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;

/** Answers requests that Tomcat itself rejects with problem details, where it would send an HTML page. */
final class ProblemValve extends ErrorReportValve {

    private final JsonResponses responses;

    ProblemValve(JsonResponses responses) {
        this.responses = responses;
    }

    @Override
    protected void report(Request request, Response response, @Nullable Throwable cause) {
        if (response.getStatus() < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        try {
            int status = request.getCoyoteRequest().getAttribute(HttpStatusProtocol.STATUS) instanceof Integer own
                    ? own
                    : response.getStatus();
            if (HttpStatusProtocol.isVersionless(request.getCoyoteRequest())) {
                // Tomcat sends a body without a head then, so the whole answer is the body.
                responses.writeWithHead(Problem.ofStatus(400), response);
            } else {
                responses.write(Problem.ofStatus(status), request.getRequestURI(), response);
            }
            response.finishResponse();
        } catch (IOException | IllegalStateException _) {
            // The caller is gone, or the answer has begun: nothing more can be sent.
        }
    }
}
