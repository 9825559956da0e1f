package dev.threeways.lab.statistics;

/**
 * A ratio of figures that are known only in steps. Two figures on the same step need not be equal, and more blocks do
 * not show it. Each truth is between its figure and the next step. So the logarithm of the ratio is off by less than a
 * step's, whatever the blocks. The interval is that much wider on either side.
 *
 * @param read the ratio of the figures as they were read
 * @param step from a figure to the next one above, above 1: 1.12 is 12 %
 */
public record CoarseRatio(LogRatio read, double step) implements LogRatio {

    public CoarseRatio {
        if (!(step > 1)) {
            throw new IllegalArgumentException("A step is a factor above 1, not " + step);
        }
    }

    @Override
    public double logMean() {
        return read.logMean();
    }

    @Override
    public double standardError() {
        return read.standardError();
    }

    @Override
    public double degreesOfFreedom() {
        return read.degreesOfFreedom();
    }

    @Override
    public double critical(double confidence) {
        return read.critical(confidence);
    }

    @Override
    public double logUnknown() {
        return read.logUnknown() + Math.log(step);
    }

    @Override
    public CoarseRatio withBlocks(int blocks) {
        return new CoarseRatio(read.withBlocks(blocks), step);
    }
}
