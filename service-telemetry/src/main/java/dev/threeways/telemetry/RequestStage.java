package dev.threeways.telemetry;

import java.util.Locale;

/**
 * A stage of a request. A service names its stages in an enum, in the order in which a request comes to them. In each a
 * request does one thing, which is nearly always to wait. Time outside all stages is the framework's share, which the
 * meters call {@code rest}.
 */
public interface RequestStage {

    /** Name of the enum's constant. */
    String name();

    /** Place among the stages. */
    int ordinal();

    /** Name in the meters. */
    default String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
