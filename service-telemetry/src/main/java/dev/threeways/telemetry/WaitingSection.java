package dev.threeways.telemetry;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A field of the document {@code /actuator/waiting}: each bean of this type is one.
 *
 * @param name unlike every other's
 * @param now read at each request of the document, perhaps every second; null if there is nothing to tell
 */
public record WaitingSection(String name, Supplier<? extends @Nullable Object> now) {}
