package dev.threeways.comparison.cli;

import dev.threeways.comparison.result.ResultFile;
import dev.threeways.comparison.scenario.Settings;
import dev.threeways.comparison.scenario.StackSpec;
import dev.threeways.lab.process.Home;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a command is about to do, how long that takes, and how to do less.
 *
 * @param all of each comparison, in their order
 */
record Preview(List<Settings> all) {

    /** {@code ./compare run --dry-run --json}. */
    record Document(List<Comparison> comparisons, long estimatedMinutes, @Nullable Path output) {}

    /**
     * @param blocks fewest, where a precision decides
     * @param estimatedMinutes at most
     */
    record Comparison(String scenario, String question, List<String> stacks, int blocks, long estimatedMinutes,
            Settings settings) {}

    private static Estimate estimate(Settings settings) {
        return Estimate.of(settings.scenario(), settings.plan(), settings.stacks().size());
    }

    private Estimate estimate() {
        return all.stream().map(Preview::estimate).reduce(Estimate::plus).orElseThrow();
    }

    /** Returns a few lines, printed before anything starts. */
    String text() {
        List<String> lines = new ArrayList<>();
        if (all.size() > 1) {
            lines.add("Runs " + all.size() + " scenarios, at most about " + estimate().text() + " in all.");
        } else {
            lines.add(line(all.getFirst()));
        }
        if (!all.getFirst().plan().quick()) {
            lines.add(
                    "For less: --quick checks in a few minutes that all works; --blocks 2 or --stack A,B measure less.");
            lines.add("--scenario NAME asks one question of those that ./compare list shows.");
        }
        return String.join(System.lineSeparator(), lines);
    }

    /** Returns a line for each comparison. */
    String lines() {
        return String.join(System.lineSeparator(), all.stream().map(Preview::line).toList());
    }

    private static String line(Settings settings) {
        Estimate estimate = estimate(settings);
        return "Scenario " + settings.scenario().name() + ", stacks " + String.join(", ", labels(settings)) + ": "
                + (settings.plan().precision() == null ? "" : "at least ")
                + estimate.blocks() + (estimate.blocks() == 1 ? " block" : " blocks") + ", at most about "
                + estimate.text() + ".";
    }

    private static List<String> labels(Settings settings) {
        return settings.stacks().stream().map(StackSpec::label).toList();
    }

    /** @param output null for a directory that is named when the comparison starts */
    JsonNode json(Home home, @Nullable Path output) {
        return ResultFile.tree(new Document(all.stream().map(settings -> {
            Estimate estimate = estimate(settings);
            return new Comparison(settings.scenario().name(), settings.scenario().question(), labels(settings),
                    estimate.blocks(), estimate.minutes(), settings.published(home.root()));
        }).toList(), estimate().minutes(), output));
    }
}
