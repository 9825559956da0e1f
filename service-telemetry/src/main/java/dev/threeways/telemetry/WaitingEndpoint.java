package dev.threeways.telemetry;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * {@code /actuator/waiting}: what this process is doing while it waits, in one document cheap enough to read every
 * second. It has the {@linkplain WaitingSection sections} there are. A figure that does not apply to a stack, or is not
 * known on a system, is absent.
 */
@Endpoint(id = "waiting")
public final class WaitingEndpoint {

    private final List<WaitingSection> sections;

    /** @throws IllegalArgumentException if two sections have the same name */
    WaitingEndpoint(List<WaitingSection> sections) {
        this.sections = List.copyOf(sections);
        List<String> names = sections.stream().map(WaitingSection::name).toList();
        if (names.stream().distinct().count() < names.size()) {
            throw new IllegalArgumentException("Each section of /actuator/waiting needs a name of its own: " + names);
        }
    }

    /** The whole document, by section. */
    @ReadOperation
    public Map<String, Object> waiting() {
        Map<String, Object> document = new LinkedHashMap<>();
        sections.forEach(section -> {
            Object now = section.now().get();
            if (now != null) {
                document.put(section.name(), now);
            }
        });
        return document;
    }
}
