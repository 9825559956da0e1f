package dev.threeways.process;

import dev.threeways.process.ProcessSections.VirtualThreadsNow;
import dev.threeways.telemetry.WaitingEndpoint;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * {@code /actuator/waiting?virtualThreadStacks=true}: the document, and a figure too expensive to have in it by
 * default.
 */
@EndpointWebExtension(endpoint = WaitingEndpoint.class)
final class WaitingWithStacks {

    private final WaitingEndpoint waiting;

    WaitingWithStacks(WaitingEndpoint waiting) {
        this.waiting = waiting;
    }

    /** @param virtualThreadStacks true to walk the heap for them, with all threads stopped */
    @ReadOperation
    Map<String, Object> waiting(@Nullable Boolean virtualThreadStacks) {
        Map<String, Object> document = waiting.waiting();
        if (Boolean.TRUE.equals(virtualThreadStacks)) {
            document.replaceAll((_, section) -> section instanceof VirtualThreadsNow now
                    ? now.withStackHeapBytes(VirtualThreads.stackHeapBytes())
                    : section);
        }
        return document;
    }
}
