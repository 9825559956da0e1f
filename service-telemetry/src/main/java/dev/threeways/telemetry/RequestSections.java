package dev.threeways.telemetry;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The part of {@code /actuator/waiting} about requests. */
final class RequestSections {

    /**
     * Requests in the handler.
     *
     * @param inFlightMax the most at a time, lately
     * @param stages how many are at each
     * @param waitRatio see {@link WaitRatio}; absent if no request ended lately
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Requests(int inFlight, int inFlightMax, int limit, Map<String, Integer> stages,
            @Nullable Double waitRatio) {}

    /** See {@link LimitedResource}. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Use(long used, @Nullable Long idle, @Nullable Long waiting, @Nullable Long limit) {}

    /** @param blockedMillis time that all threads together spent in the appender */
    record Log(long written, long dropped, double blockedMillis) {}

    private RequestSections() {}

    static Requests requests(RequestStages requests, WaitRatio waitRatio) {
        Map<String, Integer> stages = new LinkedHashMap<>();
        requests.known().forEach(stage -> stages.put(stage.id(), requests.present(stage)));
        OptionalDouble ratio = waitRatio.now();
        return new Requests(requests.inFlight().current(), requests.largest(), requests.inFlight().max(), stages,
                ratio.isPresent() ? ratio.getAsDouble() : null);
    }

    static Map<String, Use> resources(List<LimitedResource> resources) {
        Map<String, Use> uses = new TreeMap<>();
        resources.forEach(resource -> uses.put(resource.name(), new Use(resource.used().getAsLong(),
                read(resource.idle()), read(resource.waiting()), read(resource.limit()))));
        return uses;
    }

    static Map<String, Long> bounds(Bounds bounds) {
        Map<String, Long> now = new TreeMap<>();
        bounds.byName().forEach((name, bound) -> now.put(name, bound.getAsLong()));
        return now;
    }

    static Log log() {
        return new Log(LogAppends.written(), LogAppends.dropped(), LogAppends.blockedNanos() / 1e6);
    }

    private static @Nullable Long read(@Nullable LongSupplier number) {
        return number == null ? null : number.getAsLong();
    }
}
