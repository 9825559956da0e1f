package dev.threeways.reactive;

import org.springframework.boot.health.contributor.AbstractReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Whether orders can be read. Replaces Boot's indicator, which waits for ever for a frozen database, and with it every
 * readiness probe. This takes at most the time to acquire a connection and the timeout of a read.
 */
@Component("r2dbcHealthIndicator") // the name that makes Boot's step back
class OrdersHealth extends AbstractReactiveHealthIndicator {

    private final Orders orders;

    OrdersHealth(Orders orders) {
        super("Orders cannot be read");
        this.orders = orders;
    }

    @Override
    protected Mono<Health> doHealthCheck(Health.Builder builder) {
        return orders.areReachable().map(reachable -> (reachable ? builder.up() : builder.down()).build());
    }
}
