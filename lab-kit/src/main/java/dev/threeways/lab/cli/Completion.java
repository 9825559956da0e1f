package dev.threeways.lab.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/** {@code completion}: the script with which a shell completes a command. */
@Command(name = "completion", mixinStandardHelpOptions = true, versionProvider = Version.class, description = {
        "Prints the script with which bash or zsh completes this command.",
        "Use it: source <(${ROOT-COMMAND-NAME} completion)"}, exitCodeListHeading = ExitCodes.HEADING, exitCodeList = {
                ExitCodes.DONE, ExitCodes.WRONG_USAGE})
public final class Completion implements Callable<Integer> {

    private final @Nullable String job;

    @Spec
    private @Nullable CommandSpec spec;

    /** @param job the subcommand whose options may follow the command itself; null for none */
    public Completion(@Nullable String job) {
        this.job = job;
    }

    @Override
    public Integer call() {
        CommandLine command = Objects.requireNonNull(spec, "set by picocli").commandLine();
        CommandSpec root = command.getCommandSpec().root();
        if (job != null) {
            addOptions(root, Objects.requireNonNull(root.subcommands().get(job), job).getCommandSpec());
        }
        command.getOut().print(AutoComplete.bash(root.name().replace("./", ""), root.commandLine()));
        command.getOut().flush();
        return command.getCommandSpec().exitCodeOnSuccess();
    }

    /** Changes the command itself, which has nothing left to parse. */
    private static void addOptions(CommandSpec root, CommandSpec job) {
        for (OptionSpec option : job.options()) {
            if (root.findOption(option.longestName()) == null) {
                root.addOption(OptionSpec.builder(option).build());
            }
        }
    }
}
