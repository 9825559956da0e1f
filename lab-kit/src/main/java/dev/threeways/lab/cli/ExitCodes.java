package dev.threeways.lab.cli;

/** What exit codes mean, as {@code --help} says it. Codes that a command has of its own stand there. */
public final class ExitCodes {

    public static final String HEADING = "%nExit codes:%n";

    public static final String DONE = "0:done";

    public static final String FAILED = "1:something failed";

    public static final String WRONG_USAGE = "2:wrong usage, explained in a line";

    public static final String INTERRUPTED = "130:ended by Ctrl-C";

    public static final String TERMINATED = "143:ended by SIGTERM";

    private ExitCodes() {}
}
