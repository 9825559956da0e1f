package dev.threeways.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.process.ProcessSections.VirtualThreadsNow;
import dev.threeways.telemetry.InFlightLimit;
import dev.threeways.telemetry.ListeningSocket;
import dev.threeways.telemetry.StagedRequests;
import dev.threeways.telemetry.TelemetryAutoConfiguration;
import dev.threeways.telemetry.WaitingEndpoint;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class ProcessTelemetryAutoConfigurationTests {

    private final ApplicationContextRunner service = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(TelemetryAutoConfiguration.class,
                    ProcessTelemetryAutoConfiguration.class))
            .withPropertyValues("management.endpoints.web.exposure.include=waiting")
            .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
            .withBean(StagedRequests.class, () -> new StagedRequests("/things/{id}", List.of()))
            .withBean(InFlightLimit.class, () -> new InFlightLimit(10));

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void addsItsSectionsToTheDocument() {
        service.run(context -> assertThat(context.getBean(WaitingEndpoint.class).waiting())
                .containsOnlyKeys("requests", "resources", "log", "threads", "threadStacks", "contextSwitches"));
    }

    @Test
    void walksTheHeapForTheStacksOfVirtualThreadsOnlyIfAsked() {
        service.withPropertyValues("spring.threads.virtual.enabled=true").run(context -> {
            var waiting = context.getBean(WaitingWithStacks.class);
            assertThat(virtualThreads(waiting.waiting(null)).stackHeapBytes()).isNull();
            assertThat(virtualThreads(waiting.waiting(false)).stackHeapBytes()).isNull();
            assertThat(virtualThreads(waiting.waiting(true)).stackHeapBytes()).isNotNegative();
            assertThat(virtualThreads(waiting.waiting(true)).live()).isNotNegative();
        });
    }

    private static VirtualThreadsNow virtualThreads(Map<String, Object> document) {
        return (VirtualThreadsNow) Objects.requireNonNull(document.get("virtualThreads"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theAcceptQueueIsAResourceLikeAnyOther() {
        service.withBean(ListeningSocket.class, () -> new ListeningSocket(() -> 0, 7))
                .run(context -> assertThat(context.getBean(WaitingEndpoint.class).waiting().get("resources"))
                        .asString()
                        .contains("accept-queue=Use[used=0, idle=null, waiting=null, limit=7]"));
    }

    @Test
    void whatIsAbsentIsSaidInTheLog(CapturedOutput output) {
        service.run(context -> {
            context.getBean(ProcessMeters.class).bindTo(context.getBean(MeterRegistry.class));
            assertThat(output).contains("Absent from the meters: ",
                    "threads.stack.committed needs -XX:NativeMemoryTracking=summary",
                    "resource accept-queue needs a bean ListeningSocket");
        });
    }

    @Test
    void whoeverTurnsItOffReadsSoInTheLog(CapturedOutput output) {
        service.withPropertyValues("telemetry.enabled=false").run(context -> {
            assertThat(context).doesNotHaveBean(ProcessMeters.class).doesNotHaveBean(WaitingWithStacks.class);
            assertThat(output).contains("telemetry.enabled is false: no meters about the process");
        });
    }
}
