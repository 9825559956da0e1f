package dev.threeways.connections;

import java.io.PrintStream;
import java.util.Locale;

/**
 * Prints a line for each step: milliseconds since the trace began, connection, thread, role, step, facility. Each line
 * is one write, so that lines of several processes do not mix.
 */
public final class PrintedTrace implements Trace {

    private final PrintStream out;

    private final long begun = System.nanoTime();

    public PrintedTrace(PrintStream out) {
        this.out = out;
        out.print(String.format(Locale.ROOT, "%10s  %-4s  %-22s %-9s %-44s %s%n", "ms", "conn", "thread", "role",
                "step", "facility"));
    }

    @Override
    public void step(long connection, Role role, String step, String facility) {
        Thread thread = Thread.currentThread();
        out.print(String.format(Locale.ROOT, "%10.3f  %-4s  %-22s %-9s %-44s %s%n", (System.nanoTime() - begun) / 1e6,
                connection == NO_CONNECTION ? "-" : "#" + connection,
                thread.isVirtual() ? thread.getName() + " (virtual)" : thread.getName(), role, step, facility));
    }
}
