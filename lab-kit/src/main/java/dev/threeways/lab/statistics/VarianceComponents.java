package dev.threeways.lab.statistics;

import java.util.List;
import java.util.Optional;

/**
 * Where the variance comes from that makes intervals wide: longer windows reduce the part within forks, and more forks
 * reduce both. Each fork's window is divided into turns. What moves all stacks in a turn is no part of it, as what
 * moves all stacks in a block is none of the {@link BlockModel}'s residuals. (The nested model of S. R. Searle, G.
 * Casella, C. E. McCulloch, Variance Components, 1992, by moments.)
 *
 * @param residual variance of a fork's logarithm beside stack and block
 * @param withinForks what the turns of a fork let expect of it
 */
public record VarianceComponents(double residual, double withinForks) {

    /**
     * Returns the components of a model of forks.
     *
     * @param turnsOfBlocks the model of each block: figures by stack and turn
     * @return empty if no block has turns, or if the forks do not vary
     */
    public static Optional<VarianceComponents> of(BlockModel forks, List<BlockModel> turnsOfBlocks) {
        return turnsOfBlocks.isEmpty() || forks.residualVariance() == 0
                ? Optional.empty()
                : Optional.of(new VarianceComponents(forks.residualVariance(), turnsOfBlocks.stream()
                        .mapToDouble(turns -> turns.residualVariance() / turns.blocks())
                        .average()
                        .orElseThrow()));
    }

    /** Returns what turns do not explain; 0 if they explain more than there is, which happens by chance. */
    public double betweenForks() {
        return Math.max(0, residual - withinForks);
    }
}
