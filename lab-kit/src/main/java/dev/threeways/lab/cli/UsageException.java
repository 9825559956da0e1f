package dev.threeways.lab.cli;

import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;

/** What was asked cannot be done; the message says what to ask instead. */
public final class UsageException extends RuntimeException {

    /** For who calls Jackson, not for who wrote the file. */
    private static final Pattern HINTS = Pattern.compile(" \\((?:set|but could|class|bound as) [^)]*\\)");

    public UsageException(String message) {
        super(message);
    }

    /** @param head what is wrong; which part of the file, why, and in which line, is added */
    public static UsageException of(String head, JacksonException e) {
        StringBuilder part = new StringBuilder();
        e.getPath()
                .forEach(step -> part.append(step.getPropertyName() == null
                        ? "[" + step.getIndex() + "]"
                        : (part.isEmpty() ? "" : ".") + step.getPropertyName()));
        String line = e.getLocation() == null || e.getLocation().getLineNr() < 1
                ? ""
                : " (line " + e.getLocation().getLineNr() + ")";
        return new UsageException(head + ": " + part + (part.isEmpty() ? "" : ": ")
                + HINTS.matcher(e.getOriginalMessage().strip().replaceAll("\\s+", " ")).replaceAll("") + line);
    }
}
