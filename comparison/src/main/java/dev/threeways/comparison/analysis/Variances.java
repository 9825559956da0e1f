package dev.threeways.comparison.analysis;

import dev.threeways.comparison.result.Outcome;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.Result.Run;
import dev.threeways.comparison.result.Result.Second;
import dev.threeways.comparison.result.Result.Variance;
import dev.threeways.comparison.scenario.ComparisonPlan;
import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.comparison.scenario.Settings;
import dev.threeways.lab.statistics.BlockModel;
import dev.threeways.lab.statistics.VarianceComponents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Computes how much of the variance is within forks, from the turns in which each fork was loaded. */
final class Variances {

    /**
     * What a continuous load is divided into instead of turns: long beside the time of a request, or what is due in one
     * is computed in the next (batch means, A. M. Law, Simulation Modeling and Analysis, 2015, chapter 9).
     */
    private static final Duration BATCH = Duration.ofSeconds(5);

    private Variances() {}

    /** Returns those of a pooled variance; none where load or warmth change, so that turns are not alike. */
    static List<Variance> of(Result result) {
        Scenario scenario = result.settings().scenario();
        if (!scenario.isSteady() || scenario.comparison().variance() != ComparisonPlan.Variance.POOLED) {
            return List.of();
        }
        int seconds = turnSeconds(result.settings());
        List<Variance> variances = new ArrayList<>();
        for (Metric metric : Metric.headlines(result)) {
            CompleteBlocks blocks = CompleteBlocks.of(result, metric);
            blocks.model(metric)
                    .ifPresent(forks -> VarianceComponents.of(forks, turns(blocks, metric, seconds))
                            .ifPresent(parts -> variances.add(new Variance(metric.id(), parts.residual(),
                                    forks.degreesOfFreedom(), parts.withinForks(), parts.betweenForks()))));
        }
        return variances;
    }

    private static int turnSeconds(Settings settings) {
        Duration turn = settings.turns().areTaken() ? settings.turns().length() : BATCH;
        return Math.toIntExact(Math.ceilDiv(turn.toMillis(), 1000));
    }

    /** Returns the model of the turns of each block; none if the metric is not known for a turn. */
    private static List<BlockModel> turns(CompleteBlocks blocks, Metric metric, int seconds) {
        return IntStream.range(0, blocks.count())
                .mapToObj(block -> turns(blocks.block(block), metric, seconds))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<BlockModel> turns(List<Run> block, Metric metric, int seconds) {
        List<List<Double>> figures = block.stream().<List<Double>>map(_ -> new ArrayList<>()).toList();
        int turns = block.stream().mapToInt(run -> run.timeline().size() / seconds).min().orElse(0);
        for (int turn = 0; turn < turns; turn++) {
            int from = turn * seconds;
            List<Double> ofTurn = block.stream()
                    .map(run -> figure(metric, run.timeline().subList(from, from + seconds)))
                    .toList();
            if (ofTurn.stream().allMatch(figure -> figure > 0)) {
                for (int stack = 0; stack < figures.size(); stack++) {
                    figures.get(stack).add(ofTurn.get(stack));
                }
            }
        }
        return BlockModel.of(figures);
    }

    /**
     * Returns a turn's figure; 0 where it is not known. CPU includes the JIT compiler's, which is not known for a turn,
     * so that the part within forks is rather less than computed. The median of a turn is taken to be the mean of its
     * seconds'.
     */
    private static double figure(Metric metric, List<Second> turn) {
        if (metric.equals(Metric.CPU)) {
            long ok = turn.stream().mapToLong(second -> second.outcomes().getOrDefault(Outcome.OK.id(), 0L)).sum();
            boolean known = ok > 0 && turn.stream().allMatch(second -> second.serviceCpus() > 0);
            return known ? turn.stream().mapToDouble(Second::serviceCpus).sum() / ok : 0;
        }
        if (metric.equals(Metric.P50) && turn.stream().noneMatch(Second::generatorLate)) {
            return turn.stream().mapToDouble(Second::latencyP50Millis).average().orElse(0);
        }
        return 0;
    }
}
