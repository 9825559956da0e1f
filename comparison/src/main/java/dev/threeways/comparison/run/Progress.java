package dev.threeways.comparison.run;

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Shows the current phase and the time left: one line, rewritten, on a terminal; one line per phase elsewhere. */
public final class Progress {

    private static final String CLEAR_LINE = "\r\u001B[2K";

    private final PrintStream out;

    private final boolean terminal;

    private String where = "";

    private String stack = "";

    private String phase = "";

    private long endNanos;

    Progress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    public static Progress ofThisTerminal() {
        return new Progress(System.err, Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false));
    }

    /** @param left estimated time until the comparison ends */
    public synchronized void run(String where, Duration left) {
        this.where = where;
        this.stack = "";
        this.phase = "";
        endNanos = System.nanoTime() + left.toNanos();
    }

    /** @param label of the stack that the next phases concern */
    synchronized void stack(String label) {
        stack = ", " + label;
        phase = "";
    }

    public synchronized void phase(String name) {
        if (!name.equals(phase)) {
            phase = name;
            if (terminal) {
                detail("");
            } else {
                out.println(line(""));
            }
        }
    }

    /** Shows a detail of the phase, on a terminal only. */
    synchronized void detail(String text) {
        if (terminal) {
            out.print(CLEAR_LINE + line(text));
            out.flush();
        }
    }

    /** Prints a line that stays. */
    public synchronized void say(String text) {
        out.println((terminal ? CLEAR_LINE : "") + text);
    }

    public synchronized void clear() {
        if (terminal) {
            out.print(CLEAR_LINE);
            out.flush();
        }
    }

    private String line(String detail) {
        long seconds = Math.max(0, (endNanos - System.nanoTime()) / 1_000_000_000);
        return String.format(Locale.ROOT, "%s%s: %s%s, about %d:%02d left", where, stack, phase,
                detail.isEmpty() ? "" : " (" + detail + ")", seconds / 60, seconds % 60);
    }
}
