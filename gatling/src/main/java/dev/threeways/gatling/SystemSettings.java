package dev.threeways.gatling;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads settings by name, each with its limits. Every error names the property, its value and its limits.
 *
 * @param lookup null for a setting that is not given, like {@link System#getProperty(String)}
 */
record SystemSettings(Lookup lookup) {

    interface Lookup {

        @Nullable
        String get(String name);
    }

    static SystemSettings ofSystemProperties() {
        return new SystemSettings(System::getProperty);
    }

    @Nullable
    String text(String name) {
        String value = lookup.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    String text(String name, String byDefault) {
        String value = text(name);
        return value == null ? byDefault : value;
    }

    double number(String name, double byDefault, double min, double max) {
        String value = text(name);
        if (value == null) {
            return byDefault;
        }
        try {
            double number = Double.parseDouble(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException _) { // reported below
        }
        throw invalid(name, value, "a number from " + plain(min) + " to " + plain(max));
    }

    int count(String name, int byDefault, int min, int max) {
        return (int) integer(name, byDefault, min, max);
    }

    long integer(String name, long byDefault, long min, long max) {
        String value = text(name);
        if (value == null) {
            return byDefault;
        }
        try {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException _) { // reported below
        }
        throw invalid(name, value, "a whole number from " + min + " to " + max);
    }

    /** A setting in seconds, fractions allowed. */
    Duration seconds(String name, double byDefault, double min, double max) {
        return Duration.ofNanos(Math.round(number(name, byDefault, min, max) * 1e9));
    }

    boolean flag(String name, boolean byDefault) {
        String value = text(name, Boolean.toString(byDefault));
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw invalid(name, value, "true or false");
        };
    }

    /** A constant, named in lower case. */
    <E extends Enum<E>> E choice(String name, E byDefault) {
        Class<E> type = byDefault.getDeclaringClass();
        UnaryOperator<String> lower = constant -> constant.toLowerCase(Locale.ROOT);
        String value = text(name, lower.apply(byDefault.name()));
        return Arrays.stream(type.getEnumConstants())
                .filter(c -> lower.apply(c.name()).equals(value))
                .findFirst()
                .orElseThrow(() -> invalid(name, value, "one of " + Arrays.stream(type.getEnumConstants())
                        .map(c -> lower.apply(c.name()))
                        .collect(Collectors.joining(", "))));
    }

    static IllegalArgumentException invalid(String name, String value, String expected) {
        return new IllegalArgumentException("-D" + name + "=" + value + ": must be " + expected);
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }
}
