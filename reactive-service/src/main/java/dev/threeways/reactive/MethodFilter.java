package dev.threeways.reactive;

import java.util.Set;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;

/**
 * Answers 405 to every method but the one that a payment has. Spring would answer {@code OPTIONS}, with or without a
 * cross-origin preflight, by itself, and differently on its two web stacks.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 11) // after the body was read
class MethodFilter implements WebFilter {

    private static final PathPattern PAYMENT = PathPatternParser.defaultInstance.parse(PaymentController.PATH);

    private final ApplicationContext service;

    MethodFilter(ApplicationContext service) {
        this.service = service;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        if (!request.getMethod().equals(HttpMethod.POST)
                && PAYMENT.matches(request.getPath().pathWithinApplication())) {
            return Mono.error(new MethodNotAllowedException(request.getMethod(), Set.of(HttpMethod.POST)));
        }
        boolean onManagementPort = !service.equals(exchange.getApplicationContext()); // it has these filters, too
        if (CorsUtils.isPreFlightRequest(request) && !onManagementPort) {
            return Mono.error(new ResponseStatusException(HttpStatus.NOT_FOUND)); // WebFlux would answer 403
        }
        return chain.filter(exchange);
    }
}
