package dev.threeways.servlet;

import dev.threeways.payment.Problem;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ServletRequestPathUtils;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Answers 405 to every method but the one that a payment has. Spring would answer {@code OPTIONS}, with or without a
 * cross-origin preflight, and {@code TRACE} by itself, and differently on its two web stacks.
 */
class MethodFilter extends OncePerRequestFilter {

    private static final PathPattern PAYMENT = PathPatternParser.defaultInstance.parse(PaymentController.PATH);

    private final JsonResponses responses;

    MethodFilter(JsonResponses responses) {
        this.responses = responses;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String method = request.getMethod();
        if (!method.equals(HttpMethod.POST.name())
                && PAYMENT.matches(ServletRequestPathUtils.parse(request).pathWithinApplication())) {
            response.setHeader(HttpHeaders.ALLOW, HttpMethod.POST.name());
            responses.write(Problem.ofStatus(405), request.getRequestURI(), response);
        } else if (method.equals(HttpMethod.TRACE.name())) { // any other path, where there is nothing
            responses.write(Problem.ofStatus(404), request.getRequestURI(), response);
        } else {
            chain.doFilter(request, response);
        }
    }
}
