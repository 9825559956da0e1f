package dev.threeways.comparison.cli;

import dev.threeways.comparison.analysis.Findings;
import dev.threeways.comparison.report.Picture;
import dev.threeways.comparison.report.ReportPage;
import dev.threeways.comparison.report.SummaryFile;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.ResultFile;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What {@code run} and {@code report} print with {@code --json}: verdicts, and where the files are.
 *
 * @param good whether all that was asked for is complete, and every run valid
 * @param page of all results
 * @param summary of all results
 */
record Verdicts(boolean good, List<OfResult> results, Path page, Path summary) {

    /**
     * @param result the file with every figure
     * @param picture null if none was made
     * @param findings in sentences, as the page has them
     */
    record OfResult(String scenario, Result.Status status, @Nullable String failure, @Nullable String stamp,
            boolean good, List<Stack> stacks, List<Result.Comparison> comparisons, Findings findings, Path result,
            @Nullable Path picture) {}

    /** Runs of a stack. */
    record Stack(String stack, int validRuns, int invalidRuns) {}

    /** @param directory of page and summary */
    static JsonNode json(List<OfResult> results, Path directory) {
        return json(results.stream().allMatch(OfResult::good), results, directory);
    }

    /** @param directory of page and summary */
    static JsonNode json(boolean good, List<OfResult> results, Path directory) {
        return ResultFile.tree(new Verdicts(good, results, directory.resolve(ReportPage.NAME),
                directory.resolve(SummaryFile.NAME)));
    }

    /**
     * @param from directory of its {@code result.json}
     * @param pictured directory of its picture; null if none was made
     */
    static OfResult of(Result result, Path from, @Nullable Path pictured) {
        return new OfResult(result.settings().scenario().name(), result.status(), result.failure(), result.stamp(),
                result.isGood(),
                result.summary()
                        .stream()
                        .map(stack -> new Stack(stack.stack(), stack.validRuns(), stack.invalidRuns()))
                        .toList(),
                result.comparisons(), Findings.of(result), from.resolve(ResultFile.NAME),
                pictured == null ? null : pictured.resolve(Picture.NAME));
    }
}
