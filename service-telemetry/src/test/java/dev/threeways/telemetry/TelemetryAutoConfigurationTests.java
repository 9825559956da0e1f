package dev.threeways.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class TelemetryAutoConfigurationTests {

    private enum Stage implements RequestStage {
        FETCH
    }

    private final ApplicationContextRunner service = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(TelemetryAutoConfiguration.class))
            .withPropertyValues("management.endpoints.web.exposure.include=waiting")
            .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
            .withBean(StagedRequests.class, () -> new StagedRequests("/things/{id}", List.of(Stage.FETCH)));

    private final ApplicationContextRunner limited = service.withBean(InFlightLimit.class, () -> new InFlightLimit(10));

    @Test
    void theDocumentHasTheSectionsThereAre() {
        limited.withBean(Bounds.class, () -> new Bounds(Map.of("read-millis", () -> 5)))
                .withBean("more", WaitingSection.class, () -> new WaitingSection("more", () -> 1))
                .withBean("nothing", WaitingSection.class, () -> new WaitingSection("nothing", () -> null))
                .run(context -> assertThat(context.getBean(WaitingEndpoint.class).waiting())
                        .containsOnlyKeys("more", "requests", "resources", "bounds", "log")
                        .containsEntry("bounds", Map.of("read-millis", 5L)));
    }

    @Test
    void noTwoSectionsHaveTheSameName() {
        limited.withBean(WaitingSection.class, () -> new WaitingSection("log", () -> 1))
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("a name of its own"));
    }

    @Test
    void whatTheServiceSaysIsFullIsMeasured() {
        limited.withBean(LimitedResource.class, () -> LimitedResource.of("things", () -> 3)).run(context -> {
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            context.getBeansOfType(MeterBinder.class).values().forEach(meters -> meters.bindTo(registry));
            assertThat(registry.get("resource.used").tag("resource", "things").gauge().value()).isEqualTo(3);
            assertThat(registry.get("resource.limit").tag("resource", "requests").gauge().value()).isEqualTo(10);
        });
    }

    @Test
    void aServiceWithoutLimitDoesNotStart() {
        service.run(context -> assertThat(context).getFailure().hasMessageContaining("InFlightLimit"));
    }

    @Test
    void whoeverTurnsItOffReadsSoInTheLog(CapturedOutput output) {
        service.withPropertyValues("telemetry.enabled=false").run(context -> {
            assertThat(context).doesNotHaveBean(WaitingEndpoint.class).doesNotHaveBean(RequestMeters.class);
            assertThat(output).contains("telemetry.enabled is false");
        });
    }
}
