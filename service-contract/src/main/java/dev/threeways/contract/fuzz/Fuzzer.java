package dev.threeways.contract.fuzz;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.sessions.JqwikSession;

/**
 * Draws scripts from a grammar, each kind of mutation in turn, and runs them in batches, because most of them wait. A
 * finding is tried again with its script alone, and then with smaller ones.
 *
 * @param <S> a script
 */
abstract class Fuzzer<S> {

    private static final Duration SHRINK = Duration.ofSeconds(10);

    /** Limit for shrinking all failures, beside the time of the run. */
    private static final Duration SHRINK_ALL = Duration.ofMinutes(2);

    /** A reader takes in no more at a time. */
    private static final int MOST_FAILURES = 60;

    private static final String STAYS_WELL = "the services stay well";

    /** A restart takes seconds. */
    private static final int MOST_CURES = 3;

    private static final int TRIES = 2;

    private static final int MOST_SHOWN = 40;

    /** Size parameter for jqwik's distributions; any large number will do. */
    private static final int GENERATOR_SIZE = 1_000;

    private final long seed;

    private final int batchSize;

    private final int shrunkAtOnce;

    private final Failures failures = new Failures();

    private int excused;

    private int cures;

    /** Deadline after which failures are no longer shrunk. */
    private long shrinkDeadline;

    Fuzzer(long seed, int batchSize, int shrunkAtOnce) {
        this.seed = seed;
        this.batchSize = batchSize;
        this.shrunkAtOnce = shrunkAtOnce;
    }

    /** Scripts for each kind of mutation. */
    abstract List<Arbitrary<S>> scripts();

    /** All oddities of a script, to tell one failure from another. */
    abstract Set<String> features(S script);

    /** @param counted whether these enter the table; those of a search for a smaller script do not */
    abstract List<Finding<S>> follow(List<S> scripts, boolean counted);

    /** Warms up: a JVM's first requests take seconds, which would look like silence. */
    abstract void warmUp();

    /** Whether a plain script still goes well. */
    abstract boolean isWell();

    /** Starts all stacks again. */
    abstract void restart();

    abstract FuzzReport report(long seed, int scripts, Duration took, int excused, List<FuzzReport.Failure> failures);

    /** Runs until {@code duration} has passed, and until each kind of mutation has come at least once. */
    FuzzReport run(Duration duration) {
        FuzzReport[] report = new FuzzReport[1];
        JqwikSession.run(() -> report[0] = runInSession(duration));
        return report[0];
    }

    private FuzzReport runInSession(Duration duration) {
        List<RandomGenerator<S>> generators = scripts().stream()
                .map(scripts -> scripts.generator(GENERATOR_SIZE, false))
                .toList();
        warmUp();
        long start = System.nanoTime();
        shrinkDeadline = start + duration.multipliedBy(2).plus(SHRINK_ALL).toNanos();
        SplittableRandom seeds = new SplittableRandom(seed);
        int scripts = 0;
        while (failures.size() < MOST_FAILURES && cures <= MOST_CURES
                && (scripts < generators.size() || System.nanoTime() - start < duration.toNanos())) {
            List<Shrinkable<S>> batch = new ArrayList<>();
            for (int i = 0; i < batchSize; i++, scripts++) {
                batch.add(generators.get(scripts % generators.size()).next(new Random(seeds.nextLong())));
            }
            List<S> values = batch.stream().map(Shrinkable::value).toList();
            List<Finding<S>> findings = follow(values, true);
            if (!findings.isEmpty() && isIll()) {
                failures.add(STAYS_WELL, Set.of(), ill(values, findings));
                cure();
            }
            investigate(batch, findings);
        }
        return report(seed, scripts, Duration.ofNanos(System.nanoTime() - start), excused, failures.all());
    }

    private boolean isIll() {
        return IntStream.range(0, TRIES).noneMatch(_ -> isWell());
    }

    private void cure() {
        cures++;
        restart();
        warmUp();
    }

    private String ill(List<S> batch, List<Finding<S>> findings) {
        Set<String> features = new TreeSet<>();
        batch.forEach(script -> features.addAll(features(script)));
        return "A plain script no longer goes well, so all services were started again. Before it came " + features
                + ". Seen in that batch:\n"
                + findings.stream()
                        .map(finding -> finding.rule() + ": " + finding.seen() + "\n")
                        .distinct()
                        .limit(MOST_SHOWN)
                        .reduce("", String::concat);
    }

    private void investigate(List<Shrinkable<S>> batch, List<Finding<S>> findings) {
        for (Finding<S> finding : findings) {
            boolean more = finding.suspects()
                    .stream()
                    .anyMatch(script -> failures.isMore(finding.rule(), features(script)));
            if (!more) {
                investigate(batch, finding);
            }
        }
    }

    private void investigate(List<Shrinkable<S>> batch, Finding<S> finding) {
        List<Shrinkable<S>> suspects = finding.suspects().isEmpty()
                ? batch
                : finding.suspects()
                        .stream()
                        .flatMap(script -> batch.stream().filter(one -> one.value().equals(script)).limit(1))
                        .toList();
        Optional<Shrinkable<S>> culprit = suspects.stream()
                .filter(one -> breaks(one.value(), finding.rule()))
                .findFirst();
        if (culprit.isEmpty()) {
            seenOnce(finding);
            return;
        }
        S script = culprit.get().value();
        if (isIll()) {
            failures.add(STAYS_WELL, features(script), "After this script a plain one no longer goes well:\n" + script);
            cure();
        }
        if (!failures.isMore(finding.rule(), features(script))) {
            shrink(culprit.get(), finding);
        }
    }

    private void shrink(Shrinkable<S> script, Finding<S> finding) {
        if (cures > MOST_CURES || System.nanoTime() - shrinkDeadline > 0) {
            failures.add(finding.rule(), features(script.value()), finding.seen() + "\n" + script.value());
            return;
        }
        S smallest = new Shrinker(shrunkAtOnce, SHRINK)
                .smallest(script, candidates -> fail(candidates, finding))
                .value();
        String seen = follow(List.of(smallest), false).stream()
                .filter(one -> one.rule().equals(finding.rule()))
                .findFirst()
                .map(Finding::seen)
                .orElse(finding.seen() + "\n(not every time)");
        failures.add(finding.rule(), features(smallest), seen + "\n" + smallest);
    }

    private void seenOnce(Finding<S> finding) {
        if (finding.excusable()) {
            excused++;
            return;
        }
        String script = finding.suspects().isEmpty() ? "" : finding.suspects().getFirst().toString();
        failures.add(finding.rule(), finding.suspects().isEmpty() ? Set.of() : features(finding.suspects().getFirst()),
                finding.seen() + "\n(seen once, and not when it was tried again alone)\n" + script);
    }

    private boolean breaks(S script, String rule) {
        return follow(List.of(script), false).stream().anyMatch(finding -> finding.rule().equals(rule));
    }

    private List<Boolean> fail(List<S> candidates, Finding<S> finding) {
        if (finding.suspects().isEmpty()) {
            return candidates.stream().map(candidate -> breaks(candidate, finding.rule())).toList();
        }
        List<Finding<S>> findings = follow(candidates, false);
        return candidates.stream()
                .map(candidate -> findings.stream()
                        .anyMatch(
                                found -> found.rule().equals(finding.rule()) && found.suspects().contains(candidate)))
                .toList();
    }

    /** @param lanes concurrent tasks */
    static <T> List<T> inParallel(List<Callable<T>> tasks, int lanes) {
        try (ExecutorService executor = Executors.newFixedThreadPool(lanes, Thread.ofVirtual().factory())) {
            List<T> results = new ArrayList<>();
            for (Future<T> future : executor.invokeAll(tasks)) {
                results.add(future.get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
