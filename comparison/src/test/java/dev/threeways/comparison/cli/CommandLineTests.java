package dev.threeways.comparison.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.threeways.backends.DatabaseAddress;
import dev.threeways.comparison.scenario.Scenario;
import dev.threeways.comparison.scenario.ScenarioFile;
import dev.threeways.comparison.scenario.Settings;
import dev.threeways.comparison.scenario.StackSpec;
import dev.threeways.comparison.scenario.Turns;
import dev.threeways.lab.cli.Interruption;
import dev.threeways.lab.cli.UsageException;
import dev.threeways.lab.process.CpuPlan;
import dev.threeways.lab.process.Home;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

class CommandLineTests {

    @TempDir
    private Path root = Path.of(".");

    private Path other = Path.of(".");

    @BeforeEach
    void jars() throws IOException {
        for (String stack : StackSpec.BUILT_IN) {
            Path target = Files.createDirectories(root.resolve(stack + "-service/target"));
            Jars.empty(target.resolve(stack + "-service-0.1.0-SNAPSHOT.jar"));
            Files.createFile(target.resolve(stack + "-service-0.1.0-SNAPSHOT-sources.jar"));
        }
        other = Jars.empty(root.resolve("other.jar"));
    }

    private Settings settings(String... arguments) {
        return run(arguments).settings(new Home(root)).getFirst();
    }

    private static Run run(String... arguments) {
        CommandLine command = Compare.commandLine(new Interruption());
        command.parseArgs(arguments);
        return Objects.requireNonNull(command.getSubcommands().get("run")).getCommand();
    }

    @Test
    void saysThatThereIsTooLittleMemoryForAllAtOnce() {
        Settings three = settings("--heap", "2g");
        three.requireMemory(9L << 30);
        three.requireMemory(0); // 0 means not known
        assertThatThrownBy(() -> three.requireMemory(8L << 30)).isInstanceOf(UsageException.class)
                .hasMessage(
                        "3 stacks side by side, with a heap of 2g each, take some 8.1 GiB; 8.0 GiB are available. Name "
                                + "fewer with --stack, or a smaller --heap.");
        settings("--heap", "2g", "--scenario", "spike").requireMemory(3L << 30); // stacks run one after the other
    }

    @ParameterizedTest
    @ValueSource(strings = {"--quick", "--scenario overload --blocks 4", "--rate=300 --stack reactive"})
    void optionsAloneAreThoseOfRun(String arguments) {
        assertThat(settings(arguments.split(" ", -1))).isEqualTo(settings(("run " + arguments).split(" ", -1)));
    }

    /** A result tells its command as it was typed. */
    @ParameterizedTest
    @ValueSource(strings = {"--quick --rate 9", "run --quick --rate 9"})
    void theCommandIsKeptAsItWasTyped(String arguments) {
        CommandLine command = Compare.commandLine(new Interruption());
        assertThat(Objects.requireNonNull(command.parseArgs(arguments.split(" ", -1)).subcommand()).originalArgs())
                .containsExactly(arguments.split(" ", -1));
    }

    @Test
    void allIsEveryScenario() {
        assertThat(run("--scenario", "all").settings(new Home(root)))
                .extracting(settings -> settings.scenario().name())
                .isEqualTo(ScenarioFile.NAMES);
    }

    @Test
    void defaults() {
        Settings settings = settings();
        assertThat(settings.stacks()).extracting(StackSpec::label)
                .containsExactly("blocking", "reactive",
                        "virtual-thread");
        assertThat(settings.stacks().getFirst().jar()).hasFileName("blocking-service-0.1.0-SNAPSHOT.jar");
        assertThat(settings.plan().quick()).isFalse();
        assertThat(settings.scenario().rate()).isEqualTo(200);
        assertThat(settings.scenario().duration()).isEqualTo(Duration.ofSeconds(25));
        assertThat(settings.plan().minBlocks()).isEqualTo(2);
        assertThat(settings.plan().budget()).isEqualTo(Duration.ofMinutes(15));
        assertThat(settings.heap()).isEqualTo("512m");
        assertThat(settings.scenario().paymentMedian()).isEqualTo(Duration.ofMillis(50));
        assertThat(settings.scenario().paymentP99()).isEqualTo(Duration.ofMillis(200));
        assertThat(settings.scenario().topology()).isEqualTo(Scenario.Topology.SHARED);
        assertThat(settings.database()).isNull();
        assertThat(settings.paymentUrl()).isNull();
        // Three blocks of three stacks, each with its longest warm-up, fit.
        assertThat(settings.plan()
                .warmUpLimit()
                .plus(settings.scenario().duration())
                .plus(Experiment.RUN_OVERHEAD)
                .multipliedBy(9))
                .isLessThanOrEqualTo(settings.plan().budget());
    }

    @Test
    void quick() {
        Settings settings = settings("--quick");
        assertThat(settings.plan().quick()).isTrue();
        assertThat(settings.plan().minBlocks()).isEqualTo(1);
        assertThat(settings.plan().budget()).isLessThan(Duration.ofMinutes(3));
        assertThat(settings.scenario().duration()).isLessThan(Duration.ofSeconds(10));
        assertThat(settings.plan().warmUpRequests()).isZero();
    }

    @Test
    void everyOptionArrives() {
        Settings settings = settings("--quick", "--rate", "321", "--duration", "12s", "--blocks", "3", "--budget", "7m",
                "--margin", "3%", "--topology", "many", "--stack", "reactive", "--stack", "mine=" + other, "--cpus",
                "shared", "--heap",
                "256m", "--seed", "99", "--payment-median", "20ms", "--payment-p99", "1s", "--database-url",
                "postgresql://me:s%40cret@db:5433/shop", "--payment-url", "http://pay:8090/");
        assertThat(settings.scenario().rate()).isEqualTo(321);
        assertThat(settings.scenario().duration()).isEqualTo(Duration.ofSeconds(12));
        assertThat(settings.plan().blocks()).isEqualTo(3);
        assertThat(settings.plan().minBlocks()).isEqualTo(3);
        assertThat(settings.plan().budget()).isEqualTo(Duration.ofMinutes(7));
        assertThat(settings.plan().margin()).isEqualTo(0.03);
        assertThat(settings.scenario().topology()).isEqualTo(Scenario.Topology.MANY);
        assertThat(settings.stacks()).extracting(StackSpec::label).containsExactly("reactive", "mine");
        assertThat(settings.stacks().getLast().jar()).isEqualTo(other);
        assertThat(settings.cpus().mode()).isEqualTo(CpuPlan.Mode.SHARED);
        assertThat(settings.heap()).isEqualTo("256m");
        assertThat(settings.seed()).isEqualTo(99);
        assertThat(settings.scenario().paymentMedian()).isEqualTo(Duration.ofMillis(20));
        assertThat(settings.scenario().paymentP99()).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.database()).isEqualTo(new DatabaseAddress("db", 5433, "shop", "me", "s@cret"));
        assertThat(settings.paymentUrl()).isEqualTo(URI.create("http://pay:8090"));
    }

    /** Stacks side by side would find each other's calls in the record. */
    @Test
    void stacksThatShareAPaymentApiTakeNoTurns() {
        assertThat(settings().turns().areTaken()).isTrue();
        Settings settings = settings("--payment-url", "http://pay:8090");
        assertThat(settings.turns()).isEqualTo(Turns.NONE);
        settings.requireMemory(2L << 30); // one stack at a time
    }

    @Test
    void aVariantIsLeftOutWithItsStack() {
        assertThat(settings("--scenario", "cpu-bound").leftOut()).isEmpty();
        assertThat(settings("--scenario", "cpu-bound", "--stack", "blocking").leftOut())
                .extracting(Scenario.Variant::label)
                .containsExactly("reactive-offloaded");
    }

    @Test
    void databaseUrlWithoutCredentialsIsReadAsTheReader() {
        assertThat(settings("--database-url", "jdbc:postgresql://db/orders").database())
                .isEqualTo(new DatabaseAddress("db", 5432, "orders", "order_reader", "order_reader"));
    }

    @Test
    void stacksAreACommaListAndTheSameJarMayBeTwiceUnderTwoLabels() {
        assertThat(settings("--stack", "blocking,again=" + other + ",once-more=" + other).stacks())
                .extracting(StackSpec::label)
                .containsExactly("blocking", "again", "once-more");
    }

    @Test
    void aStackNamedTwiceIsComparedWithItself() {
        assertThat(settings("--stack", "blocking,blocking").stacks()).extracting(StackSpec::label)
                .containsExactly("blocking", "blocking-2");
    }

    @Test
    void whatIsNoJarIsNoStack() throws IOException {
        Path text = Files.writeString(root.resolve("hosts"), "127.0.0.1 localhost");
        assertThatExceptionOfType(UsageException.class).isThrownBy(() -> settings("--stack", "x=" + text))
                .withMessageStartingWith("--stack 'x': " + text + " is not a jar that can be read: ")
                .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
    }

    @Test
    void twoStacksOfOneLabelAreRefused() {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> settings("--stack", "blocking,blocking,blocking-2=" + other))
                .withMessageContaining("two of them would be called 'blocking-2'");
    }

    /** A search keeps its minimum warm-up, though another block would fit otherwise. */
    @Test
    void whatIsSearchedForIsSearchedForInAWarmService() {
        assertThat(settings("--scenario", "overload").plan().warmUpLimit()).isEqualTo(Duration.ofMinutes(1));
        assertThat(settings("--scenario", "overload", "--budget", "2h").plan().warmUpLimit())
                .isEqualTo(Duration.ofMinutes(2));
        assertThat(settings("--scenario", "spike", "--budget", "5m").plan().warmUpLimit())
                .isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void precisionTakesAtLeastFiveBlocks() {
        Settings settings = settings("--precision", "2.5%");
        assertThat(settings.plan().precision()).isEqualTo(0.025);
        assertThat(settings.plan().minBlocks()).isEqualTo(5);
        assertThat(settings.plan().margin()).isEqualTo(0.05);
        assertThat(settings.plan().warmUpLimit()).as("as with --blocks")
                .isEqualTo(settings("--blocks", "5").plan().warmUpLimit());
        assertThat(settings.plan().budget()).as("many blocks").isGreaterThan(Duration.ofHours(5));
        assertThat(settings("--precision", "2.5%", "--budget", "1h").plan().budget()).isEqualTo(Duration.ofHours(1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            --precision 5% --blocks 3        | give one of them
            --precision 5% --scenario capacity | capacities are known in steps of 12 %
            --stack tomcat                   | 'tomcat' is none of blocking, reactive, virtual-thread
            --stack x=/no/such.jar           | there is no jar /no/such.jar
            --stack ../x=other.jar           | a label has
            --stack blocking,                | a label has
            --rate 0                         | --rate must be 1 to
            --scenario spike --rate 2001     | --rate 2001: the steps of scenario 'spike' make 20010 requests/s of it, and 20000 is the most
            --blocks 0                       | --blocks must be 1 to
            --duration 999ms                 | --duration must be 1s to
            --duration 2h                    | --duration must be 1s to
            --seed -1                        | --seed must not be negative
            --payment-p99 50ms               | must be longer than --payment-median
            --payment-median 0ms             | must be longer than --payment-median
            --scenario pool-bound --database-url postgresql://u:p@db:5432/orders | reads wait in the database
            --scenario database-restart --database-url postgresql://u:p@db:5432/orders | breaks what services call
            --scenario payment-outage --payment-url http://pay:80 | breaks what services call
            """)
    void refusesWhatCannotBe(String arguments, String message) {
        assertThatExceptionOfType(UsageException.class).isThrownBy(() -> settings(arguments.split(" ", -1)))
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--duration 5", "--duration 1d", "--heap 512", "--heap lots", "--rate many", "--cpus mine",
            "--topology none", "--database-url mysql://db/orders", "--database-url postgresql://db",
            "--precision 0%", "--margin 100%", "--payment-url https://pay", "--payment-url http://pay:1/path",
            "--payment-url ::", "--no-such-option"})
    void refusesWhatCannotBeRead(String arguments) {
        assertThatExceptionOfType(ParameterException.class).isThrownBy(() -> settings(arguments.split(" ", -1)));
    }

    @Test
    void neverRepeatsAPassword() {
        assertThatExceptionOfType(ParameterException.class)
                .isThrownBy(() -> settings("--database-url", "postgresql://me:s ecret@db/orders"))
                .withMessageNotContaining("DatabaseAddress[")
                .satisfies(
                        e -> assertThat(e.getMessage()).contains("is not a database URL such as"));
        assertThat(Run.redacted(List.of("--database-url=postgresql://me:secret@db/orders")))
                .containsExactly("--database-url=postgresql://me:***@db/orders");
    }

    @Test
    void wrongUsageIsExplainedInALine() {
        StringWriter err = new StringWriter();
        int exitCode = Compare.commandLine(new Interruption()).setErr(new PrintWriter(err, true)).execute("--rate=0");
        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString().strip()).isEqualTo("--rate must be 1 to 20000, not 0");
    }

    /** Applies to all scenarios, too: the impossible one would have come after an hour. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            --rate 0                          | --rate must be 1 to
            --scenario all --database-url postgresql://u:p@127.0.0.1:1/orders | scenario 'pool-bound' reads wait
            --scenario all --payment-url http://127.0.0.1:1 | scenario 'payment-outage' breaks
            --database-url postgresql://u:p@127.0.0.1:1/orders | cannot read orders as
            --payment-url http://127.0.0.1:1  | --payment-url: nothing answers at http://127.0.0.1:1: java.net.ConnectException
            """)
    void whatCannotBeIsSaidBeforeAnythingIsWritten(String arguments, String message) {
        Home home = new Home(root);
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> run(arguments.split(" ", -1)).compare(home))
                .withMessageContaining(message);
        assertThat(home.results()).doesNotExist();
    }

    @Test
    void helpNamesEveryOption() {
        CommandLine command = Compare.commandLine(new Interruption());
        List<CommandLine> all = new ArrayList<>(command.getSubcommands().values());
        assertThat(all).hasSize(7);
        all.add(command);
        for (CommandLine each : all) {
            String help = each.getUsageMessage();
            each.getCommandSpec().options().forEach(option -> {
                assertThat(help).contains(option.longestName());
                assertThat(option.description()).as(option.longestName()).isNotEmpty();
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--scenario all --quick --rate 5", "--quick --rate 5 --scenario=all",
            "--quick --scenario all --rate 5"})
    void allIsEachWithTheOtherOptions(String arguments) {
        assertThat(Run.named(List.of(arguments.split(" ", -1)), "spike")).containsExactly("--quick", "--rate", "5",
                "--scenario=spike");
    }

    @Test
    void resumingIsWithTheOldOptionsAlone() {
        StringWriter err = new StringWriter();
        int exitCode = Compare.commandLine(new Interruption())
                .setErr(new PrintWriter(err, true))
                .execute("--resume",
                        root.toString(), "--rate", "7");
        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString()).contains("--resume").contains("leave out other options");
    }
}
