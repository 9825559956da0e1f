package dev.threeways.telemetry;

import dev.threeways.payment.InFlightLimit;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * The meters and the endpoint {@code waiting}. What only the stack knows it says in beans of type
 * {@link LimitedResource}, {@link AcceptQueue} and {@link Bounds}.
 *
 * <p>{@code telemetry.enabled=false} leaves all of it out, so that its cost can be measured.
 */
@AutoConfiguration(after = CompositeMeterRegistryAutoConfiguration.class)
@ConditionalOnBean({MeterRegistry.class, InFlightLimit.class})
@ConditionalOnBooleanProperty(name = "telemetry.enabled", matchIfMissing = true)
public final class TelemetryAutoConfiguration {

    /** Boot makes it. */
    public TelemetryAutoConfiguration() {}

    @Bean
    RequestStages requestStages(InFlightLimit inFlight, MeterRegistry registry) {
        return new RequestStages(inFlight, registry);
    }

    @Bean
    RequestClocks requestClocks(RequestStages stages) {
        return new RequestClocks(stages);
    }

    @Bean
    ProcessThreads processThreads(Environment environment) {
        return new ProcessThreads(() -> environment.getProperty("local.management.port", Integer.class, 0));
    }

    @Bean
    WaitRatio waitRatio(RequestStages requests) {
        return WaitRatio.of(requests);
    }

    @Bean
    LimitedResources limitedResources(InFlightLimit inFlight, ObjectProvider<LimitedResource> resources,
            ObjectProvider<AcceptQueue> acceptQueue) {
        var requests = LimitedResource.of("requests", inFlight::current).limit(inFlight::max);
        return new LimitedResources(Stream.of(Stream.of(requests), resources.orderedStream(),
                acceptQueue.stream().flatMap(queue -> queue.resource().stream())).flatMap(all -> all).toList());
    }

    @Bean
    TelemetryMeters telemetryMeters(ProcessThreads threads, WaitRatio waitRatio, LimitedResources resources,
            Environment environment) {
        return new TelemetryMeters(threads, Threading.VIRTUAL.isActive(environment), waitRatio, resources.all());
    }

    @Bean
    @ConditionalOnAvailableEndpoint
    WaitingEndpoint waitingEndpoint(RequestStages requests, ProcessThreads threads, WaitRatio waitRatio,
            LimitedResources resources, Optional<Bounds> bounds, Environment environment, MeterRegistry registry) {
        return new WaitingEndpoint(requests, threads, Threading.VIRTUAL.isActive(environment), waitRatio,
                resources.all(), bounds, registry);
    }
}
