package dev.threeways.comparison.run;

import dev.threeways.comparison.result.ResultDirectory;
import dev.threeways.comparison.scenario.Settings;
import dev.threeways.lab.process.Home;
import dev.threeways.lab.process.ProcessFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The benches of an experiment: one for each stack of a block that is measured at the same time. Which stack is on which changes
 * with the order of the block.
 */
public final class Benches implements AutoCloseable {

    private final Home home;

    private final Path results;

    private final Map<Integer, Bench> benches = new HashMap<>();

    public Benches(Home home, Path results) {
        this.home = home;
        this.results = results;
    }

    /** @param number from 0 */
    synchronized Bench bench(int number, Settings settings)
            throws ProcessFailedException, InterruptedException, IOException {
        Bench bench = benches.get(number);
        if (bench == null) {
            bench = Bench.start(settings, home, ResultDirectory.fresh(results.resolve("bench-" + (number + 1))));
            benches.put(number, bench);
        }
        return bench;
    }

    /** A bench on which something was broken is not used again. */
    synchronized void discard(int number) {
        Bench bench = benches.remove(number);
        if (bench != null) {
            bench.close();
        }
    }

    @Override
    public synchronized void close() {
        benches.values().forEach(Bench::close);
        benches.clear();
    }
}
