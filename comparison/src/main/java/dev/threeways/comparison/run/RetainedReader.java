package dev.threeways.comparison.run;

import dev.threeways.comparison.load.LoadGenerator;
import dev.threeways.comparison.result.Retained;
import dev.threeways.comparison.result.ServiceMeters;
import dev.threeways.gatling.RequestLog;
import dev.threeways.lab.process.ProcessFigures;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Reads what a service retains. */
final class RetainedReader {

    /** Longer than what is closed, or times out, may take: a second for a connection, two for a payment. */
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** Nobody tells when connections are closed and time-outs over; each look costs a collection. */
    private static final Duration POLL = Duration.ofSeconds(1);

    private RetainedReader() {}

    static Retained read(Fork fork) throws IOException, InterruptedException {
        ServiceMeters meters = Actuator.read(fork.service().management());
        long heap = fork.probe().afterCollection().heapUsedBytes();
        return new Retained(meters.used(), meters.idle(), meters.waiting(), meters.threads(),
                descriptors(fork.service().process().pid()), heap);
    }

    /**
     * When the generator and its connections are gone, and all is given back or the limit has passed.
     *
     * @param problems to which is added what was not given back
     */
    static Retained readAfter(Retained before, LoadGenerator generator, Fork fork, List<String> problems)
            throws Exception {
        generator.awaitEnd();
        int inFlight = Timeline.mostInFlight(RequestLog.read(generator.book()));
        long limitNanos = System.nanoTime() + LIMIT.toNanos();
        Retained now = read(fork);
        while (!now.notGivenBackSince(before, inFlight).isEmpty() && System.nanoTime() - limitNanos < 0) {
            Thread.sleep(POLL); // nobody tells when connections are closed
            now = read(fork);
        }
        now.notGivenBackSince(before, inFlight).forEach(leak -> problems.add("not given back: " + leak));
        return now;
    }

    private static int descriptors(long pid) {
        try {
            return (int) new ProcessFigures(pid).descriptors();
        } catch (IOException _) { // no /proc, or not ours to see
            return 0;
        }
    }
}
