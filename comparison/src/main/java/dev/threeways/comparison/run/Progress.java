package dev.threeways.comparison.run;

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Says what happens now and how long it will still take: one line that is rewritten on a terminal, a line per phase
 * elsewhere.
 */
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

    /** @param left estimate until the comparison's end */
    public synchronized void run(String where, Duration left) {
        this.where = where;
        this.stack = "";
        this.phase = "";
        endNanos = System.nanoTime() + left.toNanos();
    }

    /** @param label of whom the next phases are */
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

    /** What changes within a phase; shown on a terminal only. */
    synchronized void detail(String text) {
        if (terminal) {
            out.print(CLEAR_LINE + line(text));
            out.flush();
        }
    }

    /** A line that stays. */
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
