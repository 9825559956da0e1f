package dev.threeways.lab.statistics;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The additive model of a randomised complete block design, on logarithms: log(figure) = stack + block + residual. All
 * residuals have one variance, which all stacks and blocks estimate together (H. Scheffé, The Analysis of Variance,
 * 1959, chapter 4). Two stacks' model is {@link PairedRatio}'s.
 *
 * @param blocks at least 2
 * @param logMeans mean logarithm of each stack, at least two
 * @param residualVariance estimated from {@link #degreesOfFreedom()}
 */
public record BlockModel(int blocks, List<Double> logMeans, double residualVariance) {

    /**
     * Returns the model of figures by stack and block.
     *
     * @param figures all positive, for each stack as many as there are blocks, in one order
     * @return empty with fewer than two stacks or blocks
     */
    public static Optional<BlockModel> of(List<List<Double>> figures) {
        int stacks = figures.size();
        int blocks = figures.stream().mapToInt(List::size).min().orElse(0);
        if (figures.stream().anyMatch(ofStack -> ofStack.size() != blocks)) {
            throw new IllegalArgumentException("Blocks are complete: each stack has a figure in each");
        }
        if (stacks < 2 || blocks < 2) {
            return Optional.empty();
        }
        double[][] logs = figures.stream()
                .map(ofStack -> ofStack.stream().mapToDouble(Math::log).toArray())
                .toArray(double[][]::new);
        double[] stackMeans = Arrays.stream(logs).mapToDouble(BlockModel::mean).toArray();
        double grandMean = mean(stackMeans);
        double squares = 0;
        for (int block = 0; block < blocks; block++) {
            int current = block;
            double blockEffect = Arrays.stream(logs).mapToDouble(ofStack -> ofStack[current]).average().orElseThrow()
                    - grandMean;
            for (int stack = 0; stack < stacks; stack++) {
                double residual = logs[stack][block] - stackMeans[stack] - blockEffect;
                squares += residual * residual;
            }
        }
        return Optional.of(new BlockModel(blocks, Arrays.stream(stackMeans).boxed().toList(),
                squares / degreesOfFreedom(stacks, blocks)));
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    static int degreesOfFreedom(int stacks, int blocks) {
        return (stacks - 1) * (blocks - 1);
    }

    public int degreesOfFreedom() {
        return degreesOfFreedom(logMeans.size(), blocks);
    }

    /**
     * Returns the ratio of two stacks.
     *
     * @param pairs of stacks whose intervals are to hold together, this one among them
     */
    public PooledRatio ratio(int stack, int comparedWith, int pairs) {
        return new PooledRatio(logMeans.size(), blocks, pairs, logMeans.get(stack) - logMeans.get(comparedWith),
                residualVariance);
    }
}
