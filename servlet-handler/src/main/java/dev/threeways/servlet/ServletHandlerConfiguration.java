package dev.threeways.servlet;

import dev.threeways.telemetry.InFlightLimit;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.accept.HeaderContentNegotiationStrategy;
import org.springframework.web.client.RestClient;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.config.annotation.ContentNegotiationConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.databind.json.JsonMapper;

/** The handler and everything it needs. A service imports this, and sets the rest in its {@code application.yaml}. */
@Configuration(proxyBeanMethods = false)
@Import({PaymentClientConfiguration.class, ServletTelemetry.class})
@EnableConfigurationProperties(RequestsProperties.class)
public class ServletHandlerConfiguration {

    @Bean
    WorkerThreads workerThreads() {
        return new WorkerThreads();
    }

    @Bean
    InFlightLimit inFlightLimit(RequestsProperties requests, WorkerThreads workers) {
        return new InFlightLimit(requests.maxInFlight(), workers::areTooFew);
    }

    @Bean
    Semaphore signingTurns() {
        return new Semaphore(Runtime.getRuntime().availableProcessors(), true);
    }

    @Bean
    PaymentHandler paymentHandler(InFlightLimit inFlight, JdbcTemplate jdbc, RestClient paymentClient,
            PaymentProperties payment, Semaphore signingTurns, JsonMapper json) {
        PaymentSigning signing = payment.signing()
                .signer()
                .map(signer -> new PaymentSigning(signer, signingTurns))
                .orElse(null);
        var payments = new HttpPayments(paymentClient, payment.answerKey(), signing, json);
        return new PaymentHandler(inFlight, new JdbcOrders(jdbc), payments);
    }

    @Bean
    JsonResponses jsonResponses(JsonMapper json) {
        return new JsonResponses(json);
    }

    @Bean
    PaymentController paymentController(PaymentHandler handler, JsonResponses responses) {
        return new PaymentController(handler, responses);
    }

    @Bean
    ProblemAdvice problemAdvice(JsonResponses responses) {
        return new ProblemAdvice(responses);
    }

    @Bean
    FilterRegistrationBean<BodyLimitFilter> bodyLimitFilter(JsonResponses responses) {
        var registration = new FilterRegistrationBean<>(new BodyLimitFilter(responses));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 100); // after Boot's own, so that a 413 is observed too
        return registration;
    }

    @Bean
    FilterRegistrationBean<MethodFilter> methodFilter(JsonResponses responses) {
        var registration = new FilterRegistrationBean<>(new MethodFilter(responses));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 101); // after the body was read
        return registration;
    }

    /** Spring reads at most fifty media types. Some malformed ones fail in a way that would be answered 500. */
    @Bean
    WebMvcConfigurer acceptedTypes() {
        return new WebMvcConfigurer() {

            @Override
            public void configureContentNegotiation(ContentNegotiationConfigurer negotiation) {
                var header = new HeaderContentNegotiationStrategy();
                negotiation.strategies(List.of(request -> {
                    try {
                        return header.resolveMediaTypes(request);
                    } catch (RuntimeException e) {
                        throw new HttpMediaTypeNotAcceptableException(String.valueOf(e.getMessage()));
                    }
                }));
            }
        };
    }

    /**
     * The last mapping to be tried. Spring itself reports a missing handler only after reading a header it may refuse
     * to read.
     */
    @Bean
    HandlerMapping noHandler() {
        return request -> {
            throw new NoHandlerFoundException(request.getMethod(), request.getRequestURI(), HttpHeaders.EMPTY);
        };
    }

    /**
     * Removes the mappings of the welcome page, which does not exist: they read the {@code Accept} of unmatched
     * requests.
     */
    @Bean
    static BeanDefinitionRegistryPostProcessor noWelcomePage() {
        return registry -> Stream.of("welcomePageHandlerMapping", "welcomePageNotAcceptableHandlerMapping")
                .filter(registry::containsBeanDefinition)
                .forEach(registry::removeBeanDefinition);
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemsOfTomcat(JsonResponses responses,
            WorkerThreads workers) {
        return tomcat -> {
            tomcat.addConnectorCustomizers(workers::of);
            tomcat.setProtocol(HttpStatusProtocol.class.getName());
            tomcat.addConnectorCustomizers(connector -> {
                // An order id with a slash in it is as wrong as any other: the handler says so, not the connector.
                connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
                connector.setEncodedReverseSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
                connector.setAllowTrace(true); // MethodFilter answers it, with the method there is
            });
            tomcat.addContextCustomizers(
                    context -> context.getParent().getPipeline().addValve(new ProblemValve(responses)));
        };
    }
}
