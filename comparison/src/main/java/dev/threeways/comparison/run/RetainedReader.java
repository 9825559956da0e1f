package dev.threeways.comparison.run;

import dev.threeways.comparison.load.LoadGenerator;
import dev.threeways.comparison.observe.Actuator;
import dev.threeways.comparison.result.Retained;
import dev.threeways.comparison.result.ServiceMeters;
import dev.threeways.gatling.RequestLog;
import dev.threeways.lab.process.ProcessFigures;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Reads what a service retains. */
final class RetainedReader {

    /** Longer than closing or a timeout may take: one second for a connection, two for a payment. */
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** Connections close and timeouts end without notice, so they are polled; each poll costs a collection. */
    private static final Duration POLL = Duration.ofSeconds(1);

    private RetainedReader() {}

    static Retained read(Fork fork) throws IOException, InterruptedException {
        ServiceMeters meters = Actuator.read(fork.service().management());
        long heap = fork.probe().afterCollection().heapUsedBytes();
        return new Retained(meters.used(), meters.idle(), meters.waiting(), meters.threads(),
                descriptors(fork.service().process().pid()), heap);
    }

    /**
     * Reads what is retained once the generator and its connections are gone, and all is given back or the limit has
     * passed.
     *
     * @param problems receives what was not given back
     */
    static Retained readAfter(Retained before, LoadGenerator generator, Fork fork, List<String> problems)
            throws Exception {
        generator.awaitEnd();
        int inFlight = Timeline.mostInFlight(RequestLog.read(generator.requestLog()));
        long limitNanos = System.nanoTime() + LIMIT.toNanos();
        Retained now = read(fork);
        while (!now.notGivenBackSince(before, inFlight).isEmpty() && System.nanoTime() - limitNanos < 0) {
            Thread.sleep(POLL); // no event reports a closed connection
            now = read(fork);
        }
        now.notGivenBackSince(before, inFlight).forEach(leak -> problems.add("not given back: " + leak));
        return now;
    }

    private static int descriptors(long pid) {
        try {
            return (int) new ProcessFigures(pid).descriptors();
        } catch (IOException _) { // no /proc, or no permission
            return 0;
        }
    }
}
