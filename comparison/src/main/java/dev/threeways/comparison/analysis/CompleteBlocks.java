package dev.threeways.comparison.analysis;

import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.Result.Run;
import dev.threeways.lab.statistics.BlockModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The runs of some stacks in the blocks in which all of them are valid.
 *
 * @param runs by stack and block
 */
record CompleteBlocks(List<String> stacks, List<List<Run>> runs) {

    static CompleteBlocks of(List<String> stacks, List<Run> runs) {
        List<Map<Integer, Run>> valid = stacks.stream().map(stack -> {
            Map<Integer, Run> byBlock = new HashMap<>();
            valid(stack, runs).forEach(run -> byBlock.put(run.block(), run));
            return byBlock;
        }).toList();
        var blocks = new TreeSet<>(runs.stream().map(Run::block).toList());
        valid.forEach(ofStack -> blocks.retainAll(ofStack.keySet()));
        return new CompleteBlocks(stacks, valid.stream()
                .map(ofStack -> blocks.stream().map(ofStack::get).map(Objects::requireNonNull).toList())
                .toList());
    }

    /**
     * Returns the blocks that a metric's model has. A stack with fewer valid runs than an interval takes is left out,
     * or it would leave no block to the others. So is one whose figure is zero or not known in some run: to leave out
     * that block alone would tell of its better ones only.
     */
    static CompleteBlocks of(Result result, Metric metric) {
        return of(result.labels()
                .stream()
                .filter(stack -> valid(stack, result.runs()).size() >= metric.blocksForInterval())
                .filter(stack -> valid(stack, result.runs()).stream().allMatch(run -> metric.value(run) > 0))
                .toList(), result.runs());
    }

    private static List<Run> valid(String stack, List<Run> runs) {
        return runs.stream().filter(run -> run.isValid() && run.stack().equals(stack)).toList();
    }

    int count() {
        return runs.isEmpty() ? 0 : runs.getFirst().size();
    }

    /** Returns figures by stack and block. */
    List<List<Double>> values(Metric metric) {
        return runs.stream().map(ofStack -> ofStack.stream().map(metric::value).toList()).toList();
    }

    /** Returns the runs of one block, by stack. */
    List<Run> block(int index) {
        return runs.stream().map(ofStack -> ofStack.get(index)).toList();
    }

    /** Returns the model of all stacks; empty if there are fewer than two, or too few blocks for an interval. */
    Optional<BlockModel> model(Metric metric) {
        return count() < metric.blocksForInterval() ? Optional.empty() : BlockModel.of(values(metric));
    }
}
