package dev.threeways.reactive;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The service's start. */
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
class ReactiveServiceApplication {

    static void main(String[] args) {
        SpringApplication.run(ReactiveServiceApplication.class, args);
    }
}
