package dev.threeways.reactive;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import reactor.core.publisher.Hooks;

/** The service's start. */
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
class ReactiveServiceApplication {

    private static final Logger logger = LoggerFactory.getLogger(ReactiveServiceApplication.class);

    static {
        // Reactor Netty 1.3.6 may stop reading from a keep-alive connection (reactor-netty issue 4361, pull request
        // 4347). It does when a request arrives before the previous one is put away, and is answered at once. This
        // property puts requests away earlier. Remove it with the version that has the fix.
        System.setProperty("reactor.netty.http.server.lastFlushWhenNoRead", "true");
        // An error that arrives when the outcome is known, such as a timed-out connection's, belongs to no request any
        // more. Reactor would write it at level ERROR, with a stack trace.
        Hooks.onErrorDropped(error -> logger.debug("An error came after the outcome", error));
    }

    static void main(String[] args) {
        SpringApplication.run(ReactiveServiceApplication.class, args);
    }
}
