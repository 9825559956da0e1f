package dev.threeways.lab.process;

import java.util.List;

/**
 * Reports a process that ended, or did not become ready, when it should have served. The message has the end of its
 * log.
 */
public final class ProcessFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String processName;

    private final transient List<String> logTail;

    ProcessFailedException(String processName, String message, List<String> logTail) {
        super(message + System.lineSeparator() + String.join(System.lineSeparator(), logTail));
        this.processName = processName;
        this.logTail = List.copyOf(logTail);
    }

    public String processName() {
        return processName;
    }

    /** Returns the last lines the process wrote. */
    public List<String> logTail() {
        return logTail;
    }
}
