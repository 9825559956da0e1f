package dev.threeways.comparison.statistics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Experiments whose truth is known: costs that vary in proportion, by block and by fork. */
final class SimulatedExperiments {

    /** A slow minute of the machine, which all forks of a block share. */
    private static final double BLOCK_DEVIATION = 0.2;

    private final Random random;

    SimulatedExperiments(long seed) {
        random = new Random(seed);
    }

    /**
     * One block.
     *
     * @param truth what each stack costs
     * @param deviation of the logarithm of a fork's cost, beside the block's
     */
    List<Double> block(List<Double> truth, double deviation) {
        return block(truth, deviation, BLOCK_DEVIATION);
    }

    private List<Double> block(List<Double> truth, double deviation, double blockDeviation) {
        double block = blockDeviation * random.nextGaussian();
        return truth.stream().map(cost -> cost * Math.exp(block + deviation * random.nextGaussian())).toList();
    }

    /** Figures by stack and block. */
    List<List<Double>> blocks(int count, List<Double> truth, double deviation) {
        return blocks(count, truth, deviation, BLOCK_DEVIATION);
    }

    /** The same without slow minutes. */
    List<List<Double>> blocksOfAQuietMachine(int count, List<Double> truth, double deviation) {
        return blocks(count, truth, deviation, 0);
    }

    private List<List<Double>> blocks(int count, List<Double> truth, double deviation, double blockDeviation) {
        List<List<Double>> stacks = new ArrayList<>();
        truth.forEach(_ -> stacks.add(new ArrayList<>()));
        for (int block = 0; block < count; block++) {
            add(stacks, block(truth, deviation, blockDeviation));
        }
        return stacks;
    }

    static void add(List<List<Double>> stacks, List<Double> block) {
        for (int stack = 0; stack < block.size(); stack++) {
            stacks.get(stack).add(block.get(stack));
        }
    }

    /** Each stack compared with each before it; the key is "i/j". */
    static Map<String, PairedRatio> pairs(List<List<Double>> stacks) {
        Map<String, PairedRatio> pairs = new LinkedHashMap<>();
        for (int j = 0; j < stacks.size(); j++) {
            for (int i = j + 1; i < stacks.size(); i++) {
                pairs.put(i + "/" + j, PairedRatio.of(stacks.get(i), stacks.get(j)).orElseThrow());
            }
        }
        return pairs;
    }

    static double truth(String pair, List<Double> truth) {
        int slash = pair.indexOf('/');
        return truth.get(Integer.parseInt(pair.substring(0, slash)))
                / truth.get(Integer.parseInt(pair.substring(slash + 1)));
    }

    static boolean covers(Interval interval, double truth) {
        return interval.low() <= truth && truth <= interval.high();
    }
}
