package dev.threeways.lab.statistics;

import static dev.threeways.lab.statistics.SimulatedExperiments.FIVE_PERCENT;
import static dev.threeways.lab.statistics.SimulatedExperiments.covers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.threeways.lab.statistics.SimulatedExperiments.Metric;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Intervals are exact for normal noise that is the same for all stacks, which {@link SimultaneousTests} has. Forks have
 * other noise, since each is compiled anew. This shows what intervals and verdicts are then worth, pooled and pairwise,
 * for three stacks whose forks have the same (geometric) mean.
 *
 * <p>The normal part is 0.5 %, as of memory and of medians in {@code docs/results/baseline}, or 3 %, as of CPU per
 * request.
 */
class NoiseTests {

    private static final int EXPERIMENTS = 4_000;

    /** Confidence of the first of three comparisons. */
    private static final double OF_THREE = 1 - Family.ERROR / 3;

    enum Forks {
        NORMAL,
        TENTH_10_PERCENT_DEARER,
        TENTH_20_PERCENT_DEARER,
        TWO_MODES,
        UNEQUAL_SPREAD,
        /** Only one stack has such forks. */
        TENTH_20_PERCENT_DEARER_OF_ONE,
        TWO_MODES_OF_ONE;

        Metric metric(double deviation) {
            return new Metric(List.of(1.0, 1.0, 1.0),
                    (stack, random) -> deviation * random.nextGaussian() + odd(stack, random));
        }

        private double odd(int stack, Random random) {
            return switch (this) {
                case NORMAL -> 0;
                case TENTH_10_PERCENT_DEARER -> dearer(1.1, random);
                case TENTH_20_PERCENT_DEARER -> dearer(1.2, random);
                case TWO_MODES -> mode(random);
                case UNEQUAL_SPREAD -> 0.03 * stack * random.nextGaussian();
                case TENTH_20_PERCENT_DEARER_OF_ONE -> stack == 2 ? dearer(1.2, random) : 0;
                case TWO_MODES_OF_ONE -> stack == 2 ? mode(random) : 0;
            };
        }

        private static double dearer(double factor, Random random) {
            return Math.log(factor) * ((random.nextDouble() < 0.1 ? 1 : 0) - 0.1);
        }

        private static double mode(Random random) {
            return Math.log(1.08) / 2 * (random.nextBoolean() ? 1 : -1);
        }
    }

    /**
     * What the intervals of a metric are worth.
     *
     * @param covering share of experiments in which all three cover the truth
     * @param misleading share of experiments with a "different"
     */
    private record Worth(double covering, double misleading) {

        static Worth of(Function<SimulatedExperiments, Stream<Interval>> intervals) {
            SimulatedExperiments experiments = new SimulatedExperiments(5);
            int covering = 0;
            int misleading = 0;
            for (int i = 0; i < EXPERIMENTS; i++) {
                List<Interval> ofExperiment = intervals.apply(experiments).toList();
                covering += ofExperiment.stream().allMatch(interval -> covers(interval, 1)) ? 1 : 0;
                misleading += ofExperiment.stream()
                        .anyMatch(interval -> Verdict.of(interval, FIVE_PERCENT) == Verdict.DIFFERENT) ? 1 : 0;
            }
            return new Worth((double) covering / EXPERIMENTS, (double) misleading / EXPERIMENTS);
        }

        static Worth pooled(Metric metric, int blocks) {
            return of(experiments -> experiments.pooled(blocks, metric)
                    .values()
                    .stream()
                    .map(ratio -> ratio.interval(1 - Family.ERROR)));
        }

        static Worth pairwise(Metric metric, int blocks) {
            return of(experiments -> experiments.pairs(blocks, List.of(metric))
                    .values()
                    .stream()
                    .map(ratio -> ratio.interval(OF_THREE)));
        }
    }

    /** Shares are in per cent, as in docs/METHOD.md, from ten times as many experiments. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
            forks                          | normal |    3 |    5 |   15 | misleading | pairwise | misleading pairwise
            NORMAL                         |  0.005 | 94.9 | 95.0 | 95.0 |       0.00 |     95.3 |                0.00
            NORMAL                         |   0.03 | 94.9 | 95.0 | 95.0 |       0.00 |     95.3 |                0.01
            TENTH_10_PERCENT_DEARER        |  0.005 | 97.9 | 98.1 | 96.6 |       0.00 |     98.3 |                0.01
            TENTH_10_PERCENT_DEARER        |   0.03 | 96.0 | 95.6 | 95.0 |       0.03 |     96.5 |                0.02
            TENTH_20_PERCENT_DEARER        |  0.005 | 97.9 | 98.1 | 97.1 |       0.06 |     98.2 |                0.01
            TENTH_20_PERCENT_DEARER        |   0.03 | 97.3 | 97.2 | 95.5 |       0.07 |     98.0 |                0.02
            TWO_MODES                      |  0.005 | 94.8 | 94.6 | 94.8 |       0.03 |     96.7 |                0.60
            TWO_MODES                      |   0.03 | 94.6 | 94.5 | 94.7 |       0.08 |     94.8 |                0.14
            UNEQUAL_SPREAD                 |  0.005 | 92.9 | 92.8 | 93.1 |       0.10 |     95.6 |                0.03
            UNEQUAL_SPREAD                 |   0.03 | 94.4 | 94.1 | 94.0 |       0.15 |     95.4 |                0.06
            TENTH_20_PERCENT_DEARER_OF_ONE |  0.005 | 38.7 | 41.0 | 78.9 |       0.01 |     42.0 |                0.00
            TENTH_20_PERCENT_DEARER_OF_ONE |   0.03 | 94.0 | 92.6 | 91.5 |       0.02 |     93.6 |                0.01
            TWO_MODES_OF_ONE               |  0.005 | 75.3 | 93.6 | 92.9 |       0.00 |     92.1 |                0.00
            TWO_MODES_OF_ONE               |   0.03 | 93.8 | 94.0 | 94.6 |       0.04 |     94.9 |                0.05
            """)
    void whatIntervalsAndVerdictsAreWorth(Forks forks, double deviation, double three, double five, double fifteen,
            double misleading, double pairwise, double misleadingPairwise) {
        Metric metric = forks.metric(deviation);
        Worth pooled = Worth.pooled(metric, 5);
        Worth paired = Worth.pairwise(metric, 5);
        assertShare(Worth.pooled(metric, 3).covering(), three);
        assertShare(pooled.covering(), five);
        assertShare(Worth.pooled(metric, 15).covering(), fifteen);
        assertShare(pooled.misleading(), misleading);
        assertShare(paired.covering(), pairwise);
        assertShare(paired.misleading(), misleadingPairwise);
        assertThat(Math.max(pooled.misleading(), paired.misleading())).isLessThan(Family.ERROR);
    }

    /** Allows three standard errors, and what rounding leaves out. */
    private static void assertShare(double share, double percent) {
        double expected = percent / 100;
        assertThat(share).isCloseTo(expected,
                within(3 * Math.sqrt(expected * (1 - expected) / EXPERIMENTS) + 0.0005));
    }
}
