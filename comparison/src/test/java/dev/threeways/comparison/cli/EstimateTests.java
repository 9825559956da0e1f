package dev.threeways.comparison.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.ResultFile;
import dev.threeways.comparison.scenario.Settings;
import dev.threeways.lab.cli.Interruption;
import dev.threeways.lab.process.Home;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class EstimateTests {

    @TempDir
    private Path root = Path.of(".");

    @BeforeEach
    void jars() throws IOException {
        for (String stack : List.of("a", "b", "c")) {
            Jars.empty(root.resolve(stack + ".jar"));
        }
    }

    private Estimate estimate(String arguments) {
        CommandLine command = Compare.commandLine(new Interruption());
        command.parseArgs(("--stack a=" + root + "/a.jar,b=" + root + "/b.jar,c=" + root + "/c.jar " + arguments)
                .strip()
                .split(" +", -1));
        Run run = Objects.requireNonNull(command.getSubcommands().get("run")).getCommand();
        Settings settings = run.settings(new Home(root)).getFirst();
        return Estimate.of(settings.scenario(), settings.plan(), settings.stacks().size());
    }

    @Test
    void theDefaultIsAQuarterOfAnHour() {
        assertThat(estimate("")).isEqualTo(new Estimate(3, Duration.ofMinutes(15)));
        assertThat(estimate("").text()).isEqualTo("15 min");
    }

    @Test
    void quickIsAMatterOfMinutes() {
        assertThat(estimate("--quick").blocks()).isEqualTo(1);
        assertThat(estimate("--quick").minutes()).isLessThanOrEqualTo(3);
    }

    @Test
    void blocksAreAsManyAsAskedForWithTheLongestWarmUp() {
        // Of each of fifteen runs: 120 s of warm-up, 25 s measured, 20 s around it.
        assertThat(estimate("--blocks 5")).isEqualTo(new Estimate(5, Duration.ofSeconds(15 * 165)));
    }

    @Test
    void moreThanTheBudgetIfTwoBlocksTakeMore() {
        assertThat(estimate("--budget 1m").blocks()).isEqualTo(2);
        assertThat(estimate("--budget 1m").time()).isGreaterThan(Duration.ofMinutes(5));
    }

    @Test
    void aPrecisionMayTakeItsBudget() {
        assertThat(estimate("--precision 5%")).isEqualTo(new Estimate(5, Duration.ofHours(6)));
        assertThat(estimate("--precision 5%").text()).isEqualTo("6 h");
        assertThat(estimate("--precision 5% --budget 1m").time()).as("five blocks in any case")
                .isEqualTo(estimate("--blocks 5").time());
    }

    @Test
    void whatIsMeasuredColdIsNotWarmedUp() {
        assertThat(estimate("--scenario cold-start --blocks 1").time()).isEqualTo(Duration.ofSeconds(3 * (60 + 20)));
    }

    /** Warm-ups mostly end before their limit; a run that is measured cold takes longer than others to start. */
    @ParameterizedTest
    @ValueSource(strings = {"baseline", "slow-payment", "capacity", "overload", "pool-bound", "cpu-bound", "spike",
            "payment-outage", "database-restart", "cold-start", "many-connections", "few-connections"})
    void committedRunsTookAboutThatLong(String name) {
        Result result = ResultFile.of(Home.find().root().resolve("docs/results").resolve(name));
        Estimate estimate = Estimate.of(result.settings().scenario(), result.settings().plan(),
                result.settings().stacks().size());
        assertThat(result.elapsedSeconds() / estimate.time().toSeconds()).isBetween(0.6, 1.15);
        assertThat(result.runs()).hasSize(estimate.blocks() * result.settings().stacks().size());
    }

    @Test
    void minutesAreRoundedUp() {
        assertThat(new Estimate(1, Duration.ofSeconds(61)).minutes()).isEqualTo(2);
        assertThat(new Estimate(1, Duration.ofSeconds(60)).plus(new Estimate(2, Duration.ofSeconds(60))))
                .isEqualTo(new Estimate(3, Duration.ofMinutes(2)));
    }
}
