package dev.threeways.lab.cli;

import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;

/** Rejects what cannot be done; the message says what to ask instead. */
public final class UsageException extends RuntimeException {

    /** Jackson's hints for programmers, which do not help the author of a file. */
    private static final Pattern HINTS = Pattern.compile(" \\((?:set|but could|class|bound as) [^)]*\\)");

    public UsageException(String message) {
        super(message);
    }

    /** @param head what is wrong; part of the file, reason and line are added */
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
