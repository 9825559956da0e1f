package dev.threeways.admin;

import de.codecentric.boot.admin.server.config.EnableAdminServer;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.SpringBootConfiguration;

/** Shows the services that {@code ./compare serve} registers with it: see application.yaml. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableAdminServer
public class AdminConsoleApplication {

    /** @param args Boot's, such as {@code --server.port=9080} */
    public static void main(String[] args) {
        SpringApplication.run(AdminConsoleApplication.class, args);
    }
}
