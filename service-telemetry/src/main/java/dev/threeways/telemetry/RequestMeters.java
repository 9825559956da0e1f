package dev.threeways.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The meters about requests that are read on demand. {@link RequestStages} has the others. */
final class RequestMeters implements MeterBinder {

    private final WaitRatio waitRatio;

    private final List<LimitedResource> resources;

    RequestMeters(WaitRatio waitRatio, List<LimitedResource> resources) {
        this.waitRatio = waitRatio;
        this.resources = resources;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("requests.wait.ratio", waitRatio, ratio -> ratio.now().orElse(Double.NaN))
                .description("1 - CPU time of the process / summed time of requests, over the last seconds")
                .register(registry);
        resources.forEach(resource -> bind(resource, registry));
        LogAppends.bindTo(registry);
    }

    private static void bind(LimitedResource resource, MeterRegistry registry) {
        bind("resource.used", "In use now", resource, resource.used(), registry);
        bind("resource.idle", "There, and not in use", resource, resource.idle(), registry);
        bind("resource.waiting", "Those who wait for one", resource, resource.waiting(), registry);
        bind("resource.limit", "How many there can be", resource, resource.limit(), registry);
    }

    private static void bind(String name, String description, LimitedResource resource, @Nullable LongSupplier number,
            MeterRegistry registry) {
        if (number != null) {
            Gauge.builder(name, number::getAsLong)
                    .tag("resource", resource.name())
                    .description(description)
                    .register(registry);
        }
    }
}
