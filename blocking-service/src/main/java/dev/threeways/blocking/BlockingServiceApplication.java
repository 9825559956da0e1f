package dev.threeways.blocking;

import dev.threeways.servlet.ServletHandlerConfiguration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.context.annotation.Import;

/** A platform thread per request: application.yaml is all that differs. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(ServletHandlerConfiguration.class)
public class BlockingServiceApplication {

    /** @param args Boot's, such as {@code --server.port=8080} */
    public static void main(String[] args) {
        SpringApplication.run(BlockingServiceApplication.class, args);
    }
}
