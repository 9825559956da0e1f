package dev.threeways.process;

import dev.threeways.telemetry.LimitedResource;
import dev.threeways.telemetry.ListeningSocket;
import dev.threeways.telemetry.TelemetryAutoConfiguration;
import dev.threeways.telemetry.WaitingEndpoint;
import dev.threeways.telemetry.WaitingSection;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnResource;
import org.springframework.boot.autoconfigure.condition.ConditionalOnThreading;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * The meters about the process, and its sections of the endpoint {@code waiting}.
 *
 * <p>{@code telemetry.enabled=false} leaves all of it out, so that its cost can be measured, and says so in the log.
 */
@AutoConfiguration(after = TelemetryAutoConfiguration.class)
public final class ProcessTelemetryAutoConfiguration {

    /** Instantiated by Boot. */
    public ProcessTelemetryAutoConfiguration() {}

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBooleanProperty(name = "telemetry.enabled", matchIfMissing = true)
    static class On {

        @Bean
        ProcessThreads processThreads(Environment environment) {
            return new ProcessThreads(() -> environment.getProperty("local.management.port", Integer.class, 0));
        }

        @Bean
        @ConditionalOnBean(ListeningSocket.class)
        @ConditionalOnResource(resources = "file:" + AcceptQueue.TOLD_BY)
        LimitedResource acceptQueue(ListeningSocket socket) {
            return AcceptQueue.of(socket);
        }

        @Bean
        ProcessMeters processMeters(ProcessThreads threads, Environment environment,
                @Qualifier("acceptQueue") ObjectProvider<LimitedResource> acceptQueue) {
            return new ProcessMeters(threads, Threading.VIRTUAL.isActive(environment),
                    acceptQueue.getIfAvailable() != null);
        }

        @Bean
        WaitingSection waitingThreads(ProcessThreads threads) {
            return new WaitingSection("threads", () -> ProcessSections.threads(threads));
        }

        @Bean
        WaitingSection waitingThreadStacks(ProcessThreads threads) {
            return new WaitingSection("threadStacks", () -> ProcessSections.stacks(threads));
        }

        @Bean
        @ConditionalOnThreading(Threading.VIRTUAL)
        WaitingSection waitingVirtualThreads(MeterRegistry registry) {
            return new WaitingSection("virtualThreads", () -> ProcessSections.virtualThreads(registry));
        }

        @Bean
        WaitingSection waitingContextSwitches() {
            return new WaitingSection("contextSwitches", () -> ContextSwitches.now().orElse(null));
        }

        @Bean
        @ConditionalOnAvailableEndpoint
        WaitingWithStacks waitingWithStacks(WaitingEndpoint waiting) {
            return new WaitingWithStacks(waiting);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBooleanProperty(name = "telemetry.enabled", havingValue = false)
    static class Off {

        @Bean
        SmartInitializingSingleton processTelemetryIsOff() {
            return () -> LoggerFactory.getLogger(ProcessTelemetryAutoConfiguration.class)
                    .info("telemetry.enabled is false: no meters about the process");
        }
    }
}
