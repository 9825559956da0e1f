package dev.threeways.lab.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.threeways.lab.statistics.Family.Judgement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks the model by hand; {@link SimultaneousTests} shows what it is good for. */
class BlockModelTests {

    private static final double PRECISION = 1e-9;

    private static final Margin FIVE_PERCENT = Margin.of(0.05);

    private static List<Double> exp(double... logs) {
        return Arrays.stream(logs).map(Math::exp).boxed().toList();
    }

    private static BlockModel model(List<List<Double>> figures) {
        return BlockModel.of(figures).orElseThrow();
    }

    /**
     * Logarithms 0.0 0.1 0.2, 0.3 0.1 0.2 and 0.3 0.4 0.5: stack means 0.1, 0.2, 0.4; block means 0.2, 0.2, 0.3.
     * Residuals are, in thirtieths, -2 1 1, 4 -2 -2 and -2 1 1. Their squares add up to 36 / 900 = 0.04.
     */
    @Test
    void residualsAreWhatStackAndBlockLeave() {
        BlockModel model = model(List.of(exp(0, 0.1, 0.2), exp(0.3, 0.1, 0.2), exp(0.3, 0.4, 0.5)));
        assertThat(model.degreesOfFreedom()).isEqualTo(4);
        assertThat(model.logMeans().get(0)).isCloseTo(0.1, within(PRECISION));
        assertThat(model.logMeans().get(1)).isCloseTo(0.2, within(PRECISION));
        assertThat(model.logMeans().get(2)).isCloseTo(0.4, within(PRECISION));
        assertThat(model.residualVariance()).isCloseTo(0.04 / 4, within(PRECISION));
        PooledRatio ratio = model.ratio(2, 0, 3);
        assertThat(ratio.ratio()).isCloseTo(Math.exp(0.3), within(PRECISION));
        assertThat(ratio.standardError()).isCloseTo(Math.sqrt(2 * 0.01 / 3), within(PRECISION));
        assertThat(ratio.degreesOfFreedom()).isEqualTo(4);
    }

    @Test
    void whatABlockDoesToAllIsNoResidual() {
        BlockModel model = model(List.of(List.of(1.0, 2.0, 4.0), List.of(1.1, 2.2, 4.4), List.of(2.0, 4.0, 8.0)));
        assertThat(model.residualVariance()).isCloseTo(0, within(PRECISION));
        assertThat(model.ratio(1, 0, 3).interval(0.95).high()).isCloseTo(1.1, within(1e-6));
    }

    @Test
    void twoStacksAreAPair() {
        List<Double> one = List.of(0.9, 1.3, 1.0, 1.2);
        List<Double> other = List.of(1.0, 1.1, 0.7, 1.0);
        PooledRatio pooled = model(List.of(other, one)).ratio(1, 0, 1);
        PairedRatio paired = PairedRatio.of(one, other).orElseThrow();
        assertThat(pooled.logMean()).isCloseTo(paired.logMean(), within(PRECISION));
        assertThat(pooled.standardError()).isCloseTo(paired.standardError(), within(PRECISION));
        assertThat(pooled.halfWidth(0.95)).isCloseTo(paired.halfWidth(0.95), within(1e-6));
        assertThat(pooled.detectable(0.95, FIVE_PERCENT)).isCloseTo(paired.detectable(0.95, FIVE_PERCENT),
                within(1e-6));
        assertThat(pooled.blocksToDecide(0.95, FIVE_PERCENT)).isEqualTo(paired.blocksToDecide(0.95, FIVE_PERCENT));
    }

    @Test
    void inverseTellsTheSameStory() {
        BlockModel model = model(List.of(exp(0, 0.1, 0.2), exp(0.3, 0.1, 0.2), exp(0.3, 0.4, 0.5)));
        assertThat(model.ratio(2, 0, 3).interval(0.9).low())
                .isCloseTo(1 / model.ratio(0, 2, 3).interval(0.9).high(), within(PRECISION));
    }

    /**
     * All pairs of three stacks, five blocks: Tukey's 4.041 / √2 of a printed table. Fewer pairs: Student's t of 8
     * degrees of freedom, at 0.95 for one pair and at √0.95 for two.
     */
    @ParameterizedTest
    @CsvSource({"3, 2.8575", "2, 2.743", "1, 2.306"})
    void fewerPairsHaveNarrowerIntervals(int pairs, double critical) {
        assertThat(new PooledRatio(3, 5, pairs, 0, 0.001).critical(0.95)).isCloseTo(critical, within(0.002));
    }

    /** A capacity's interval has the model's critical value and a step. */
    @Test
    void aCoarseRatioIsAsCertainAsItsModel() {
        PooledRatio read = new PooledRatio(3, 5, 3, 0, 0.001);
        assertThat(new CoarseRatio(read, 1.12).halfWidth(0.95)).isCloseTo(read.halfWidth(0.95) + Math.log(1.12),
                within(PRECISION));
    }

    @Test
    void aFamilyGivesEachPairTheWholeConfidence() {
        Map<String, PooledRatio> pairs = Map.of("far", new PooledRatio(3, 5, 3, Math.log(2), 0.001), "near",
                new PooledRatio(3, 5, 3, Math.log(1.05), 0.001));
        assertThat(Family.ofFixedSize(FIVE_PERCENT).judgeTogether(pairs).values()).extracting(Judgement::interval)
                .extracting(Interval::confidence)
                .containsOnly(0.95);
        assertThat(Family.ofSequentialSize(FIVE_PERCENT).judgeTogether(pairs).values()).extracting(Judgement::interval)
                .extracting(Interval::confidence)
                .containsOnly(0.975);
    }

    @Test
    void tellsHowManyBlocksWouldDecide() {
        PooledRatio close = new PooledRatio(3, 3, 3, Math.log(1.02), 0.001);
        int blocks = close.blocksToDecide(0.95, FIVE_PERCENT).orElseThrow();
        assertThat(Verdict.of(close.withBlocks(blocks).interval(0.95), FIVE_PERCENT)).isEqualTo(Verdict.EQUIVALENT);
        assertThat(Verdict.of(close.withBlocks(blocks - 1).interval(0.95), FIVE_PERCENT))
                .isEqualTo(Verdict.NO_DIFFERENCE_SHOWN);
    }

    @Test
    void oneStackOrBlockHasNoModel() {
        assertThat(BlockModel.of(List.of())).isEmpty();
        assertThat(BlockModel.of(List.of(List.of(1.0, 2.0)))).isEmpty();
        assertThat(BlockModel.of(List.of(List.of(1.0), List.of(2.0)))).isEmpty();
    }

    @Test
    void refusesBlocksThatAreNotComplete() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BlockModel.of(List.of(List.of(1.0, 2.0), List.of(1.0))));
    }
}
