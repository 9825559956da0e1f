package dev.threeways.servlet;

import dev.threeways.payment.Problem;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * No endpoint here takes a body. A small one is read and thrown away, so that the connection can be used again. A large
 * one is answered 413, at once if its length is announced, else as soon as it is too long. Tomcat swallows or cuts off
 * the rest ({@code server.tomcat.max-swallow-size}).
 */
class BodyLimitFilter extends OncePerRequestFilter {

    static final int MAX_BYTES = 16 * 1024;

    private final JsonResponses responses;

    BodyLimitFilter(JsonResponses responses) {
        this.responses = responses;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        long announced = request.getContentLengthLong();
        boolean chunked = request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
        if (announced > MAX_BYTES || ((announced > 0 || chunked) && isTooLong(request))) {
            responses.write(Problem.ofStatus(413), request.getRequestURI(), response);
        } else {
            chain.doFilter(request, response);
        }
    }

    private static boolean isTooLong(HttpServletRequest request) throws IOException {
        return request.getInputStream().readNBytes(MAX_BYTES + 1).length > MAX_BYTES;
    }
}
