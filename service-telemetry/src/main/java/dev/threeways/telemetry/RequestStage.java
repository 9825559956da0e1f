package dev.threeways.telemetry;

import java.util.Locale;

/**
 * Where a request is. A service names its stages in an enum, in the order in which a request comes to them; in each a
 * request does one thing, which is nearly always to wait. What is in none of them is the framework's share, which the
 * meters call {@code rest}.
 */
public interface RequestStage {

    /** Of the enum's constant. */
    String name();

    /** Place among the stages. */
    int ordinal();

    /** As the meters name it. */
    default String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
