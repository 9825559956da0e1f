package dev.threeways.contract.fuzz;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Formats bytes for people. */
final class Escaped {

    /** A sequence that comes 20 times or more in a row is shown once. */
    private static final Pattern REPEATED = Pattern.compile("(.{1,8}?)\\1{19,}", Pattern.DOTALL);

    private static final int MAX_CHARS = 2_000;

    private Escaped() {}

    /** One line for each of {@code bytes}; those beyond 2,000 characters are left out. */
    static String lines(String bytes, String indent) {
        String text = text(bytes);
        String cut = text.length() <= MAX_CHARS
                ? text
                : text.substring(0, MAX_CHARS) + "…(" + bytes.length() + " bytes)";
        return indent + cut.replace("\\n", "\\n\n" + indent).stripTrailing() + '\n';
    }

    static String text(String bytes) {
        StringBuilder text = new StringBuilder();
        Matcher repeated = REPEATED.matcher(bytes);
        int from = 0;
        while (repeated.find()) {
            escape(bytes.substring(from, repeated.start()), text);
            escape(repeated.group(1), text);
            text.append("{×").append((repeated.end() - repeated.start()) / repeated.group(1).length()).append('}');
            from = repeated.end();
        }
        escape(bytes.substring(from), text);
        return text.toString();
    }

    private static void escape(String bytes, StringBuilder text) {
        bytes.chars().forEach(c -> text.append(escaped((char) c)));
    }

    private static String escaped(char c) {
        return switch (c) {
            case '\r' -> "\\r";
            case '\n' -> "\\n";
            case '\t' -> "\\t";
            case '\\' -> "\\\\";
            default -> c >= ' ' && c < 0x7f ? String.valueOf(c) : String.format(Locale.ROOT, "\\x%02x", (int) c);
        };
    }
}
