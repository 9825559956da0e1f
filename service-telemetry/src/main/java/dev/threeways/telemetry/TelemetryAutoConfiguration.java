package dev.threeways.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The meters about requests and the endpoint {@code waiting}. The service describes itself in beans. It does not start
 * without {@link InFlightLimit} and {@link StagedRequests}; {@link LimitedResource} and {@link Bounds} are optional.
 *
 * <p>{@code telemetry.enabled=false} leaves all of it out, so that its cost can be measured, and says so in the log.
 */
@AutoConfiguration
public final class TelemetryAutoConfiguration {

    /** Instantiated by Boot. */
    public TelemetryAutoConfiguration() {}

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBooleanProperty(name = "telemetry.enabled", matchIfMissing = true)
    static class On {

        @Bean
        RequestStages requestStages(StagedRequests requests, InFlightLimit inFlight, MeterRegistry registry) {
            return new RequestStages(requests, inFlight, registry);
        }

        @Bean
        RequestClocks requestClocks(RequestStages stages) {
            return new RequestClocks(stages);
        }

        @Bean
        WaitRatio waitRatio(RequestStages requests) {
            return WaitRatio.of(requests);
        }

        @Bean
        LimitedResources limitedResources(InFlightLimit inFlight, ObjectProvider<LimitedResource> resources) {
            var requests = LimitedResource.of("requests", inFlight::current).limit(inFlight::max);
            return new LimitedResources(Stream.concat(Stream.of(requests), resources.orderedStream()).toList());
        }

        @Bean
        RequestMeters requestMeters(WaitRatio waitRatio, LimitedResources resources) {
            return new RequestMeters(waitRatio, resources.all());
        }

        @Bean
        WaitingSection waitingRequests(RequestStages requests, WaitRatio waitRatio) {
            return new WaitingSection("requests", () -> RequestSections.requests(requests, waitRatio));
        }

        @Bean
        WaitingSection waitingResources(LimitedResources resources) {
            return new WaitingSection("resources", () -> RequestSections.resources(resources.all()));
        }

        @Bean
        @ConditionalOnBean(Bounds.class)
        WaitingSection waitingBounds(Bounds bounds) {
            return new WaitingSection("bounds", () -> RequestSections.bounds(bounds));
        }

        @Bean
        WaitingSection waitingLog() {
            return new WaitingSection("log", RequestSections::log);
        }

        @Bean
        @ConditionalOnAvailableEndpoint
        WaitingEndpoint waitingEndpoint(ObjectProvider<WaitingSection> sections) {
            return new WaitingEndpoint(sections.orderedStream().toList());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBooleanProperty(name = "telemetry.enabled", havingValue = false)
    static class Off {

        @Bean
        SmartInitializingSingleton telemetryIsOff() {
            return () -> LoggerFactory.getLogger(TelemetryAutoConfiguration.class)
                    .info("telemetry.enabled is false: no meters about requests, no endpoint waiting");
        }
    }
}
