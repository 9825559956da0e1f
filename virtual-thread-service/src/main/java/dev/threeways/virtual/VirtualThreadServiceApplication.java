package dev.threeways.virtual;

import dev.threeways.servlet.ServletHandlerConfiguration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.context.annotation.Import;

/** A virtual thread per request: application.yaml is all that differs. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(ServletHandlerConfiguration.class)
public class VirtualThreadServiceApplication {

    /** @param args Boot's, such as {@code --server.port=8080} */
    public static void main(String[] args) {
        SpringApplication.run(VirtualThreadServiceApplication.class, args);
    }
}
