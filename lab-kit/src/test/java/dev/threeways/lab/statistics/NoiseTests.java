package dev.threeways.lab.statistics;

import static dev.threeways.lab.statistics.SimulatedExperiments.FIVE_PERCENT;
import static dev.threeways.lab.statistics.SimulatedExperiments.covers;
import static dev.threeways.lab.statistics.SimulatedExperiments.share;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.threeways.lab.statistics.SimulatedExperiments.Metric;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Student's t is exact for normal noise, which {@link CoverageTests} has. Forks have other noise, since each is
 * compiled anew. This shows what intervals and verdicts are then worth, for three stacks whose forks have the same
 * (geometric) mean.
 *
 * <p>The normal part is 0.5 %, as of memory and of medians in {@code docs/results/baseline}, or 3 %, as of CPU per
 * request.
 */
class NoiseTests {

    private static final int EXPERIMENTS = 4_000;

    /** Confidence of the first of nine comparisons. */
    private static final double OF_NINE = 1 - Family.ERROR / 9;

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

    /** Returns how often a single interval of 95 % covers the truth. */
    private static double covered(Forks forks, double deviation, int blocks) {
        List<Metric> metric = List.of(forks.metric(deviation));
        return share(EXPERIMENTS, experiments -> {
            List<List<Double>> stacks = experiments.blocks(blocks, metric).getFirst();
            return covers(PairedRatio.of(stacks.get(2), stacks.get(0)).orElseThrow().interval(0.95), 1);
        });
    }

    /**
     * A family of nine, from five blocks.
     *
     * @param missing share of experiments with an interval without the truth: had it been on the margin, this often at
     *     most they would mislead
     * @param misleading share of experiments with a "different"
     */
    private record OfNine(double missing, double misleading) {

        static OfNine of(Forks forks, double deviation) {
            List<Metric> metrics = Collections.nCopies(3, forks.metric(deviation));
            SimulatedExperiments experiments = new SimulatedExperiments(5);
            int missing = 0;
            int misleading = 0;
            for (int i = 0; i < EXPERIMENTS; i++) {
                List<Interval> intervals = experiments.pairs(5, metrics)
                        .values()
                        .stream()
                        .map(ratio -> ratio.interval(OF_NINE))
                        .toList();
                missing += intervals.stream().allMatch(interval -> covers(interval, 1)) ? 0 : 1;
                misleading += intervals.stream()
                        .anyMatch(interval -> Verdict.of(interval, FIVE_PERCENT) == Verdict.DIFFERENT) ? 1 : 0;
            }
            return new OfNine((double) missing / EXPERIMENTS, (double) misleading / EXPERIMENTS);
        }
    }

    /** Shares are in per cent, as in docs/METHOD.md, from ten times as many experiments. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
            forks                          | normal |    3 |    5 |   15 | missing | misleading
            NORMAL                         |  0.005 | 95.0 | 94.9 | 95.1 |     4.8 |       0.00
            NORMAL                         |   0.03 | 95.0 | 94.9 | 95.1 |     4.8 |       0.00
            TENTH_10_PERCENT_DEARER        |  0.005 | 97.0 | 98.0 | 97.4 |     2.0 |       0.01
            TENTH_10_PERCENT_DEARER        |   0.03 | 95.7 | 95.7 | 95.1 |     3.7 |       0.01
            TENTH_20_PERCENT_DEARER        |  0.005 | 97.0 | 98.0 | 97.5 |     2.0 |       0.01
            TENTH_20_PERCENT_DEARER        |   0.03 | 96.9 | 97.3 | 95.6 |     2.0 |       0.02
            TWO_MODES                      |  0.005 | 96.4 | 97.0 | 94.9 |     2.0 |       1.59
            TWO_MODES                      |   0.03 | 94.8 | 95.0 | 94.9 |     5.4 |       0.15
            UNEQUAL_SPREAD                 |  0.005 | 95.0 | 94.9 | 95.0 |     4.4 |       0.03
            UNEQUAL_SPREAD                 |   0.03 | 95.0 | 94.7 | 94.9 |     4.6 |       0.10
            TENTH_20_PERCENT_DEARER_OF_ONE |  0.005 | 53.0 | 41.5 | 79.3 |    86.6 |       0.00
            TENTH_20_PERCENT_DEARER_OF_ONE |   0.03 | 94.3 | 92.9 | 92.1 |     6.8 |       0.02
            TWO_MODES_OF_ONE               |  0.005 | 75.6 | 93.6 | 95.0 |    18.7 |       0.00
            TWO_MODES_OF_ONE               |   0.03 | 94.4 | 94.6 | 95.0 |     5.6 |       0.03
            """)
    void whatIntervalsAndVerdictsAreWorth(Forks forks, double deviation, double three, double five, double fifteen,
            double missing, double misleading) {
        assertShare(covered(forks, deviation, 3), three);
        assertShare(covered(forks, deviation, 5), five);
        assertShare(covered(forks, deviation, 15), fifteen);
        OfNine ofNine = OfNine.of(forks, deviation);
        assertShare(ofNine.missing(), missing);
        assertShare(ofNine.misleading(), misleading);
        assertThat(ofNine.misleading()).isLessThan(Family.ERROR);
    }

    /** Allows three standard errors, and what rounding leaves out. */
    private static void assertShare(double share, double percent) {
        double expected = percent / 100;
        assertThat(share).isCloseTo(expected,
                within(3 * Math.sqrt(expected * (1 - expected) / EXPERIMENTS) + 0.0005));
    }
}
