package dev.threeways.comparison.cli;

import dev.threeways.comparison.result.ResultFile;
import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.comparison.scenario.ScenarioFile;
import dev.threeways.comparison.scenario.StackSpec;
import dev.threeways.lab.cli.ExitCodes;
import dev.threeways.lab.cli.JsonOption;
import dev.threeways.lab.cli.Version;
import dev.threeways.lab.process.Home;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ./compare list}. */
@Command(name = "list", mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false, description = "Lists the scenarios with their questions and how long each takes at most, and the stacks.", exitCodeListHeading = ExitCodes.HEADING, exitCodeList = {
        ExitCodes.DONE, ExitCodes.WRONG_USAGE})
final class Listing implements Callable<Integer> {

    private static final Map<String, String> WAITS_ON = Map.of("blocking",
            "platform threads: Tomcat, Spring MVC, JDBC", "reactive", "event loops: Reactor Netty, WebFlux, R2DBC",
            "virtual-thread", "virtual threads: Tomcat, Spring MVC, JDBC");

    private static final int TEXT_COLUMNS = 66;

    @Mixin
    private JsonOption json = new JsonOption();

    @Spec
    private @Nullable CommandSpec spec;

    /** {@code --json}. */
    record All(List<Question> scenarios, List<Stack> stacks) {}

    /** @param estimatedMinutes at most, with no other option */
    record Question(String name, String question, long estimatedMinutes) {}

    /** @param jar that is started; null if it is not built */
    record Stack(String name, String waitsOn, @Nullable Path jar) {}

    @Override
    public Integer call() {
        CommandLine command = Objects.requireNonNull(spec, "set by picocli").commandLine();
        All all = all(Home.find());
        json.print(command, ResultFile.tree(all), text(all));
        return command.getCommandSpec().exitCodeOnSuccess();
    }

    static All all(Home home) {
        return new All(ScenarioFile.NAMES.stream().map(ScenarioFile::named).map(Listing::question).toList(),
                StackSpec.BUILT_IN.stream()
                        .map(name -> new Stack(name, Objects.requireNonNull(WAITS_ON.get(name), name),
                                existing(home.serviceJar(name))))
                        .toList());
    }

    private static Question question(Scenario scenario) {
        int stacks = StackSpec.BUILT_IN.size() + scenario.variants().size();
        Estimate estimate = Estimate.of(scenario, new RunOptions().plan(scenario, stacks), stacks);
        return new Question(scenario.name(), scenario.question(), estimate.minutes());
    }

    private static @Nullable Path existing(Path jar) {
        return Files.isRegularFile(jar) ? jar : null;
    }

    private static String text(All all) {
        TextTable table = TextTable.forColumns(CommandLine.Help.defaultColorScheme(Ansi.OFF),
                new Column(20, 0, Overflow.SPAN), new Column(8, 0, Overflow.SPAN),
                new Column(TEXT_COLUMNS, 0, Overflow.WRAP));
        table.addRowValues("--scenario", "at most", "question");
        for (Question one : all.scenarios()) {
            table.addRowValues(one.name(), one.estimatedMinutes() + " min", one.question());
        }
        table.addRowValues("", "", "");
        table.addRowValues("--stack", "", "waits on");
        for (Stack one : all.stacks()) {
            table.addRowValues(one.name(), "", one.waitsOn() + (one.jar() == null ? " (not built)" : ""));
        }
        return table.toString().lines().map(String::stripTrailing).collect(Collectors.joining("\n"))
                + "\n\nOr your own: --scenario FILE.yaml, --stack NAME=APP.JAR.";
    }
}
