package dev.threeways.comparison.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.threeways.comparison.scenario.ComparisonPlan.Pair;
import dev.threeways.comparison.scenario.ComparisonPlan.Variance;
import dev.threeways.comparison.scenario.Scenario.Fault;
import dev.threeways.comparison.scenario.Scenario.Span;
import dev.threeways.comparison.scenario.Scenario.FaultKind;
import dev.threeways.lab.cli.UsageException;
import dev.threeways.lab.process.Home;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScenarioFileTests {

    static final List<String> NAMES = ScenarioFile.NAMES;

    private static final String MINE = """
            question: Ours?
            rate: 30
            steps: [{seconds: 20}, {seconds: 5, times: 3}]
            payment: {medianMillis: 120, p99Millis: 900, answerBytes: 4000}
            databaseWaitMillis: 12
            expectedMillis: 140
            topology: many
            service: {spring.datasource.hikari.maximum-pool-size: 8}
            variants:
              - {label: slower, of: blocking, databaseWaitMillis: 17}
              - {label: signed, of: blocking, service: {payment.signing.iterations: 1000}}
            comparison: {variance: pooled, decidedBy: memory, pairs: [[slower, blocking], [signed, slower]]}
            """;

    private static Scenario read(String yaml) {
        return ScenarioFile.read("mine", new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void thoseOfTheProjectCanBeReadAndAreDescribed(String name) throws Exception {
        Scenario scenario = ScenarioFile.named(name);
        assertThat(scenario.question()).endsWith("?");
        assertThat(Files.readString(Home.find().root().resolve("docs/SCENARIOS.md"))).contains("| `" + name + "` |");
        assertThat(scenario.disturbance().map(Span::to).orElse(Duration.ZERO)).isLessThan(scenario.duration());
    }

    @Test
    void aTeamsOwnHasEverythingTheyHave(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("ours.yaml"), MINE);
        Scenario scenario = ScenarioFile.named(file.toString());
        assertThat(scenario).isEqualTo(new Scenario("ours", "Ours?", 30,
                List.of(new Scenario.Step(Duration.ofSeconds(20), 1), new Scenario.Step(Duration.ofSeconds(5), 3)),
                Scenario.Search.NOTHING, true, Duration.ZERO, Scenario.Topology.MANY, Duration.ofMillis(120),
                Duration.ofMillis(900),
                4000, Duration.ofMillis(12), Duration.ofMillis(140),
                Map.of("spring.datasource.hikari.maximum-pool-size", "8"), List.of(),
                List.of(new Scenario.Variant("slower", "blocking", Map.of(), Duration.ofMillis(17)),
                        new Scenario.Variant("signed", "blocking", Map.of("payment.signing.iterations", "1000"),
                                Duration.ofMillis(12))),
                new ComparisonPlan(Variance.POOLED, Headline.MEMORY,
                        List.of(new Pair("slower", "blocking"), new Pair("signed", "slower")))));
        assertThat(scenario.headlines()).containsExactly(Headline.MEMORY, Headline.GOODPUT, Headline.CPU);
    }

    /** Where something happens, each stack varies in its own way. */
    @ParameterizedTest
    @CsvSource({"baseline, POOLED, CPU", "pool-bound, POOLED, CPU", "capacity, POOLED, CAPACITY",
            "overload, PAIRWISE, GOODPUT", "spike, PAIRWISE, GOODPUT", "payment-outage, PAIRWISE, CPU",
            "cold-start, PAIRWISE, CPU_WITH_COMPILER"})
    void varianceIsPooledWhereTheLoadIsSteady(String name, Variance variance, Headline decidedBy) {
        Scenario scenario = ScenarioFile.named(name);
        assertThat(scenario.comparison()).isEqualTo(new ComparisonPlan(variance, decidedBy, List.of()));
        assertThat(scenario.headlines()).startsWith(decidedBy);
    }

    @Test
    void withoutAPlanEachIsComparedWithEachBefore() {
        ComparisonPlan all = ScenarioFile.named("baseline").comparison();
        assertThat(all.pairsOf(List.of("a", "b", "c"))).containsExactly(new Pair("b", "a"), new Pair("c", "a"),
                new Pair("c", "b"));
        ComparisonPlan some = read(MINE).comparison();
        assertThat(some.pairsOf(List.of("blocking", "slower"))).containsExactly(new Pair("slower", "blocking"));
        assertThat(some.hasAllPairsOf(List.of("blocking", "slower"))).isTrue();
        assertThat(some.hasAllPairsOf(List.of("blocking", "signed"))).isFalse();
    }

    @Test
    void aPlannedPairIsOfStacksThereAre() {
        List<StackSpec> blocking = List.of(new StackSpec("blocking", Path.of("app.jar")));
        assertThat(StackSpec.withVariants(blocking, read(MINE.replace("[signed, slower]", "[reactive, slower]"))))
                .as("reactive was left out")
                .hasSize(3);
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> StackSpec.withVariants(blocking, read(MINE.replace("[signed, ", "[singed, "))))
                .withMessageContaining("--scenario mine: comparison: pairs: 'singed' is none of blocking, reactive, "
                        + "signed, slower, virtual-thread");
    }

    /** A service that is given a property twice reads a list, and does not start. */
    @Test
    void aVariantMayHaveAnotherValueThanTheScenario() {
        Scenario scenario = read(MINE.replace("maximum-pool-size: 8}",
                "maximum-pool-size: 8, payment.signing.iterations: 1}"));
        List<StackSpec> stacks = StackSpec.withVariants(List.of(new StackSpec("blocking", Path.of("app.jar"))),
                scenario);
        assertThat(stacks).extracting(stack -> stack.propertiesOver(scenario.service()))
                .containsExactly(
                        scenario.service(), scenario.service(),
                        Map.of("spring.datasource.hikari.maximum-pool-size", "8", "payment.signing.iterations",
                                "1000"));
    }

    @Test
    void whoSignsIsToldByTheScenarioOrTheVariant() {
        Scenario scenario = read(MINE);
        List<StackSpec> stacks = StackSpec.withVariants(List.of(new StackSpec("blocking", Path.of("app.jar"))),
                scenario);
        assertThat(stacks).filteredOn(stack -> stack.signs(scenario.service()))
                .extracting(StackSpec::label)
                .containsExactly("signed");
        assertThat(stacks).allMatch(stack -> stack.signs(Map.of("payment.signing.iterations", "1")));
    }

    @Test
    void whatHappensHasABeginningAndAnEnd() {
        assertThat(read(MINE).disturbance()).contains(new Span(Duration.ofSeconds(20), Duration.ofSeconds(25)));
        Scenario outage = ScenarioFile.named("payment-outage");
        assertThat(outage.faults()).extracting(Fault::kind)
                .containsExactly(FaultKind.PAYMENT_HANGS,
                        FaultKind.PAYMENT_REFUSES, FaultKind.PAYMENT_RETURNS);
        assertThat(outage.disturbance()).contains(new Span(Duration.ofSeconds(10), Duration.ofSeconds(25)));
        assertThat(ScenarioFile.named("baseline").disturbance()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            rate: 30                             | rate: 0                    | rate must be at least 1, not 0
            rate: 30                             | rate: 30.7                 | rate: Cannot coerce Floating-point value (30.7) to `int` value (line 2)
            rate: 30                             | rate: many                 | rate: Cannot deserialize value of type `int` from String "many": not a valid `int` value (line 2)
            times: 3                             | times: .inf                | (line 3)
            {seconds: 20}                        | {times: 1}                 | steps[0].seconds: Cannot map `null` into type `double` (line 3)
            payment.signing.iterations: 1000     | payment.signing.iterations: many | variants: service of signed: payment.signing.iterations must be a whole number, not 'many'
            steps: [{seconds: 20}, {seconds: 5, times: 3}] | steps: []        | has no steps
            topology: many                       | topology: some             | topology 'some' is none of shared, many
            topology: many                       | connections: many          | connections
            topology: many                       | faults: [{at: 3, trouble: rain}] | trouble 'rain' is none of payment-hangs
            topology: many                       | faults: [{at: 3, trouble: payment-refuses}] | what refuses must return
            topology: many                       | faults: [{at: 3, trouble: payment-hangs}, {at: 2, trouble: payment-returns}] | in the order of their times
            topology: many                       | faults: [{at: -1, trouble: payment-hangs}] | faults: at -1.0 is not within the 25.0 s
            topology: many                       | faults: [{at: 25, trouble: payment-hangs}] | faults: at 25.0 is not within the 25.0 s
            topology: many                       | faults: [{at: 3}]                | faults: that at 3.0 has no trouble
            topology: many                       | faults: [{at: 3, trouble: }]     | faults: that at 3.0 has no trouble
            topology: many                       | 'faults: [{at: 3, trouble: payment-refuses}, {at: 4, trouble: database-stops}]' | what refuses must return
            topology: many                       | 'faults: [{at: 3, trouble: payment-refuses}, {at: 4, trouble: payment-refuses}]' | what refuses must return
            topology: many                       | faults: [ null ]                  | faults: one is empty
            question: Ours?                      | 'question: [a,'                  | is not a scenario
            steps: [{seconds: 20}, {seconds: 5, times: 3}] | steps: [ null ]           | steps: one is empty
            databaseWaitMillis: 12               | databaseWaitMillis: -12          | databaseWaitMillis must not be negative: -12
            expectedMillis: 140                  | expectedMillis: -1               | expectedMillis must not be negative: -1
            databaseWaitMillis: 17               | databaseWaitMillis: -17          | variants: databaseWaitMillis of slower must not be negative: -17
            medianMillis: 120                    | medianMillis: -120               | payment: medianMillis must be at least 1, not -120
            p99Millis: 900                       | p99Millis: 120                   | payment: p99Millis must be more than medianMillis (120), not 120
            answerBytes: 4000                    | answerBytes: 16385               | payment: answerBytes must be 0 to 16384, not 16385
            answerBytes: 4000                    | answerBytes: -1                  | payment: answerBytes must be 0 to 16384, not -1
            maximum-pool-size: 8                 | 'maximum-pool-size: '            | service: spring.datasource.hikari.maximum-pool-size has no value
            payment.signing.iterations: 1000     | 'payment.signing.iterations: '   | variants: service of signed: payment.signing.iterations has no value
            label: slower                        | label: ../slower                 | variants: label '../slower': a label has 1 to 40
            label: slower                        | label: signed                    | variants: two of them have the label 'signed'
            'label: slower, '                    | ''                               | variants: each has a label
            'label: slower, of: blocking'        | label: slower                    | variants: each has a label
            variance: pooled                     | variance: mine                   | comparison: variance 'mine' is none of pooled, pairwise
            variance: pooled                     | variance: pairwise-in-one-family | comparison: variance 'pairwise-in-one-family' is none of pooled, pairwise
            decidedBy: memory                    | decidedBy: p50                   | comparison: decidedBy 'p50' is none of goodput, cpu, memory
            '[signed, slower]'                   | '[signed]'                       | comparison: pairs: each has two labels, not [signed]
            '[signed, slower]'                   | '[blocking, slower]'             | comparison: pairs: [blocking, slower] is there twice
            '[signed, slower]'                   | '[signed, signed]'               | comparison: pairs: [signed, signed] is there twice
            """)
    void mistakesAreNamed(String line, String instead, String message) {
        assertThat(MINE).contains(line);
        assertThatExceptionOfType(UsageException.class).isThrownBy(() -> read(MINE.replace(line, instead)))
                .withMessageContaining("mine")
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
    }

    /** A second value would win silently. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            topology: many           | rate: 31                                  | "rate" (line 7)
            {seconds: 20}            | '{seconds: 20, seconds: 30}'              | "seconds" (line 3)
            maximum-pool-size: 8     | 'maximum-pool-size: 8, spring.datasource.hikari.maximum-pool-size: 9' | "spring.datasource.hikari.maximum-pool-size" (line 8)
            databaseWaitMillis: 17   | 'databaseWaitMillis: 17, label: faster'   | "label" (line 10)
            """)
    void aKeyIsThereOnce(String line, String instead, String where) {
        assertThat(MINE).contains(line);
        assertThatExceptionOfType(UsageException.class).isThrownBy(() -> read(MINE.replace(line, instead)))
                .withMessageStartingWith("--scenario mine is not a scenario: ")
                .withMessageEndingWith("Duplicate Object property " + where);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "- rate: 1", "rate: 1: 2", "rate: 30\n---\nrate: 31\n", "\t", "\0"})
    void whatIsNoScenarioIsNamed(String yaml) {
        assertThatExceptionOfType(UsageException.class).isThrownBy(() -> read(yaml))
                .withMessageStartingWith("--scenario mine")
                .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
    }

    @Test
    void aVariantIsOfAStackThereIs() {
        List<StackSpec> reactive = List.of(new StackSpec("reactive", Path.of("app.jar")));
        assertThat(StackSpec.withVariants(reactive, read(MINE))).as("blocking was left out").isEqualTo(reactive);
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> StackSpec.withVariants(reactive,
                        read(MINE.replace("label: slower, of: blocking", "label: slower, of: blokcing"))))
                .withMessageContaining("--scenario mine: variants: slower is of 'blokcing', which is none of reactive");
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(
                        () -> StackSpec.withVariants(reactive, read(MINE.replace("label: slower", "label: reactive"))))
                .withMessageContaining("--scenario mine: variants: label 'reactive' is that of a stack");
    }

    /** A fault of the database does not end a refusal. */
    @Test
    void aPaymentApiRefusesUntilItReturnsOrHangs() {
        Scenario scenario = read(MINE.replace("topology: many", """
                faults: [{at: 3, trouble: payment-refuses}, {at: 5, trouble: database-stops},
                  {at: 6, trouble: database-returns}, {at: 9, trouble: payment-hangs},
                  {at: 12, trouble: payment-refuses}, {at: 14, trouble: payment-returns}]"""));
        assertThat(scenario.refusal(scenario.faults().getFirst())).isEqualTo(Duration.ofSeconds(6));
        assertThat(scenario.refusal(scenario.faults().get(4))).isEqualTo(Duration.ofSeconds(2));
    }
}
