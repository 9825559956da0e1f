package dev.threeways.comparison;

import dev.threeways.comparison.scenario.Plan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.threeways.comparison.report.ReportPage;
import dev.threeways.comparison.report.SummaryFile;
import dev.threeways.comparison.result.LatenciesTests;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.Result.Run;
import dev.threeways.comparison.result.Result.Status;
import dev.threeways.comparison.result.ResultFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The command with everything it starts: real services, PostgreSQL, simulator and Gatling. Says nothing about speed. Mostly
 * waits, so that its methods run at the same time.
 */
@Execution(ExecutionMode.CONCURRENT)
class CompareIT {

    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final List<CompareProcess> started = new ArrayList<>();

    private Path directory = Path.of(".");

    @BeforeEach
    void createDirectory() throws IOException {
        directory = Files.createTempDirectory("cmp");
    }

    @AfterEach
    void endWhatATestLeft() throws Exception {
        for (CompareProcess compare : started) {
            compare.end();
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            tree.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        }
    }

    private CompareProcess compare(String... arguments) throws IOException {
        CompareProcess compare = CompareProcess.start(directory, List.of(arguments));
        started.add(compare);
        return compare;
    }

    @Test
    void booksOfTwoStacksBalance() throws Exception {
        Path output = directory.resolve("output");
        CompareProcess compare = compare("--quick", "--blocks", "1", "--rate", "30", "--duration", "5s", "--stack",
                "blocking,reactive", "--seed", "5", "--output", output.toString());
        assertThat(compare.awaitExitCode(LIMIT)).as(compare.out() + compare.err()).isZero();
        assertThat(compare.processes()).isEmpty();
        assertThat(compare.out()).startsWith("Scenario baseline, stacks blocking, reactive: 1 block, at most about");
        assertThat(compare.results()).isEqualTo(output);

        Result result = ResultFile.of(compare.results());
        assertThat(result.schema()).isEqualTo(Result.SCHEMA);
        assertThat(result.status()).isEqualTo(Status.COMPLETE);
        assertThat(result.stamp()).isEqualTo(Plan.QUICK_STAMP);
        assertThat(compare.out()).contains(Plan.QUICK_STAMP);
        assertThat(compare.err().lines().filter(line -> line.contains("books balance"))).hasSize(2)
                .allMatch(line -> line.contains(Plan.QUICK_STAMP));
        assertThat(compare.results().resolve(ReportPage.NAME)).content()
                .isEqualTo(ReportPage.of(List.of(result)));
        assertThat(compare.results().resolve(SummaryFile.NAME)).content().contains(Plan.QUICK_STAMP);
        assertThat(result.runs()).extracting(Run::stack).containsExactlyInAnyOrder("blocking", "reactive");
        assertThat(result.runs()).allSatisfy(CompareIT::isAccountedFor);
        assertThat(result.summary()).extracting(Result.StackSummary::validRuns).containsExactly(1, 1);

        Run blocking = result.runs().getFirst();
        Run reactive = result.runs().getLast();
        assertThat(blocking.client().requests().planned()).as("the same schedule")
                .isEqualTo(reactive.client().requests().planned());
        assertThat(of(result, "blocking").service().flags()).containsEntry("transport", "nio");
        assertThat(of(result, "reactive").service().flags().get("transport")).isNotEmpty();
        assertThat(withoutTransport(blocking)).as("the same JVM")
                .isEqualTo(withoutTransport(reactive))
                .containsEntry("UseG1GC", "true")
                .containsEntry("MaxHeapSize", String.valueOf(512 << 20));
        assertThat(compare.out()).contains("-XX:+UseG1GC");
        assertThat(result.builds()).allSatisfy(build -> assertThat(build.libraries())
                .anyMatch(library -> library.matches("spring-boot-\\d.*\\.jar")));
        Path runDirectory = compare.results().resolve(blocking.directory());
        assertThat(runDirectory).isDirectoryContaining("glob:**/service.log.gz")
                .isDirectoryContaining("glob:**/requests.csv.gz")
                .isDirectoryContaining("glob:**/payment-calls.csv.gz");
        assertThat(compare.results().resolve("bench-1")).isDirectoryContaining("glob:**/gatling.log")
                .isDirectoryContaining("glob:**/payment-simulator.log");
        assertThat(compare.results().resolve("bench-2")).as("both stacks are measured at the same time").isDirectory();
    }

    /** Leaves out the transport: what Netty waits with depends on the system. */
    private static Map<String, String> withoutTransport(Run run) {
        Map<String, String> flags = new TreeMap<>(run.service().flags());
        flags.remove("transport");
        return flags;
    }

    private static Run of(Result result, String stack) {
        return result.runs().stream().filter(run -> run.stack().equals(stack)).findFirst().orElseThrow();
    }

    private static void isAccountedFor(Run run) {
        Result.Requests requests = run.client().requests();
        long failed = requests.failed().values().stream().mapToLong(Long::longValue).sum();
        assertThat(run.problems()).isEmpty();
        assertThat(run.isValid()).isTrue();
        assertThat(requests.planned()).isPositive();
        assertThat(requests.sent() + requests.neverSent()).isEqualTo(requests.planned());
        assertThat(requests.ok() + failed).isEqualTo(requests.sent());
        assertThat(requests.ok()).isPositive();
        assertThat(run.client().latencyMillis().count()).isPositive().isLessThanOrEqualTo(requests.ok());
        assertThat(run.warmUp().requests()).isPositive();
        assertThat(run.accounts().planned()).isGreaterThan(requests.planned());
        assertThat(run.accounts().logLines()).isPositive().isLessThanOrEqualTo(run.accounts().sent());
        assertThat(run.accounts().simulatorCalls()).isPositive();
        assertThat(run.window().completed()).isLessThanOrEqualTo(requests.sent()).isPositive();
        assertThat(run.window().countersToEpochMillis()).isGreaterThanOrEqualTo(run.window().endEpochMillis());
        assertThat(run.cost().perRequest().serviceCpuMillis()).isPositive();
        assertThat(run.cost().perRequest().allocatedBytes()).isPositive();
        assertThat(run.cost().memory().liveHeapBytes()).isPositive();
        assertThat(run.cost().threads().peakPlatform()).isPositive();
        if (Files.isDirectory(Path.of("/proc"))) {
            assertThat(run.timeline()).extracting(Result.Second::threadsByRole)
                    .anySatisfy(
                            roles -> assertThat(roles).containsEntry("acceptor", 1)
                                    .containsKeys("gc-compiler", "other"));
        }
    }

    @Test
    void ctrlCStopsEverythingAndKeepsWhatWasMeasured() throws Exception {
        CompareProcess compare = compare("--quick", "--blocks", "1", "--scenario", "pool-bound", "--rate", "20",
                "--duration", "2s", "--stack", "blocking,virtual-thread");
        await().atMost(LIMIT).until(() -> compare.err().contains("books balance"));
        await().atMost(LIMIT)
                .until(() -> compare.processes().stream().anyMatch(line -> line.contains("-service-"))
                        && compare.processes().stream().anyMatch(line -> line.contains("postgres")));
        compare.process().destroy(); // SIGTERM is handled like SIGINT
        assertThat(compare.awaitExitCode(Duration.ofMinutes(1))).isEqualTo(143);
        assertThat(compare.processes()).isEmpty();
        Result result = ResultFile.of(compare.results());
        assertThat(result.status()).isEqualTo(Status.INTERRUPTED);
        assertThat(result.runs()).hasSize(1).allMatch(Run::isValid);
        assertThat(compare.err()).contains("interrupted");
        Path results = compare.results();
        String interrupted = result.runs().getFirst().stack().equals("blocking") ? "virtual-thread" : "blocking";
        // A leftover, as if the run had got further, must not disturb the resumed one.
        Files.writeString(results.resolve("block-1").resolve(interrupted).resolve("measure"), "");

        CompareProcess resumed = compare("--resume", String.valueOf(results), "--json");
        assertThat(resumed.awaitExitCode(LIMIT)).as(resumed.out() + resumed.err()).isZero();
        JsonNode verdicts = JsonMapper.shared().readTree(resumed.out());
        assertThat(verdicts.path("good").asBoolean()).isTrue();
        assertThat(verdicts.at("/results/0/status").stringValue()).isEqualTo("COMPLETE");
        assertThat(verdicts.at("/results/0/result").stringValue())
                .isEqualTo(results.resolve("result.json").toString());
        Result whole = ResultFile.of(results);
        assertThat(whole.status()).isEqualTo(Status.COMPLETE);
        assertThat(whole.startedAt()).isEqualTo(result.startedAt());
        assertThat(whole.runs()).hasSize(2)
                .allMatch(Run::isValid)
                .extracting(Run::stack)
                .containsOnly("blocking", "virtual-thread");
        assertThat(whole.runs().getFirst()).as("what was there is kept").isEqualTo(result.runs().getFirst());
    }

    @Test
    void serviceThatDiesUnderLoadIsReportedWithItsLastWords() throws Exception {
        Path jar = jar(DyingService.class);
        CompareProcess compare = compare("--quick", "--blocks", "1", "--stack", "dying=" + jar);
        assertThat(compare.awaitExitCode(LIMIT)).isEqualTo(1);
        assertThat(compare.processes()).isEmpty();
        assertThat(compare.err()).contains("service 'dying'")
                .contains("with exit code " + DyingService.EXIT_CODE)
                .contains(DyingService.LAST_WORDS);
        Result result = ResultFile.of(compare.results());
        assertThat(result.status()).isEqualTo(Status.FAILED);
        assertThat(result.failure()).contains(DyingService.LAST_WORDS);
    }

    /** Requests that a dead service left unanswered are accounted for all the same. */
    @Test
    void deathInTheWindowIsAnOutcome() throws Exception {
        Path jar = jar(DyingService.class);
        CompareProcess compare = compare("--quick", "--blocks", "1", "--scenario", "cold-start", "--duration", "6s",
                "--rate", "20", "--stack", "dying=" + jar);
        assertThat(compare.awaitExitCode(LIMIT)).isEqualTo(1);
        assertThat(compare.processes()).isEmpty();
        Result result = ResultFile.of(compare.results());
        assertThat(result.status()).as(compare.err()).isEqualTo(Status.COMPLETE);
        Run run = result.runs().getFirst();
        assertThat(run.isValid()).isFalse();
        assertThat(run.problems().getFirst()).contains("died under load with exit code " + DyingService.EXIT_CODE)
                .contains(DyingService.LAST_WORDS);
        assertThat(run.timeline()).allSatisfy(second -> assertThat(
                second.outcomes().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(second.planned()));
        assertThat(run.client().requests().failed()).containsKey("refused");
        assertThat(compare.err()).contains("INVALID").contains(DyingService.LAST_WORDS);
    }

    /**
     * A run that dies in the search has nothing to measure, but the comparison goes on, and every request is accounted
     * for.
     */
    @Test
    void deathWhileTheHighestRateIsSearchedForIsAnOutcome() throws Exception {
        Path jar = jar(DyingService.class);
        Path scenario = Files.writeString(directory.resolve("capacity-of-the-dying.yaml"),
                String.format(Locale.ROOT, """
                        question: What does it bear?
                        rate: 20
                        search: capacity-to-hold
                        steps: [{seconds: 3}]
                        service: {%s: true}
                        """, DyingService.AFTER_A_REST));
        CompareProcess compare = compare("--quick", "--blocks", "1", "--scenario", scenario.toString(), "--stack",
                "dying=" + jar);
        assertThat(compare.awaitExitCode(LIMIT)).as(compare.err()).isEqualTo(1);
        assertThat(compare.processes()).isEmpty();
        Result result = ResultFile.of(compare.results());
        assertThat(result.status()).as(compare.err()).isEqualTo(Status.COMPLETE);
        Run run = result.runs().getFirst();
        assertThat(run.isValid()).isFalse();
        assertThat(run.problems().getFirst()).contains("died under load with exit code " + DyingService.EXIT_CODE)
                .contains(DyingService.LAST_WORDS);
        assertThat(run.capacity()).isNull();
        assertThat(run.client().requests().failed()).containsKey("refused");
        assertThat(run.client().requests().planned()).isEqualTo(
                run.client().requests().ok() + run.client().requests().neverSent()
                        + run.client().requests().failed().values().stream().mapToLong(Long::longValue).sum());
    }

    @Test
    void serviceThatDoesNotStartIsReportedWithTheEndOfItsLog() throws Exception {
        Path jar = jar(LatenciesTests.class); // no main method
        CompareProcess compare = compare("--quick", "--blocks", "1", "--stack", "broken=" + jar);
        assertThat(compare.awaitExitCode(LIMIT)).isEqualTo(1);
        assertThat(compare.processes()).isEmpty();
        assertThat(compare.err()).contains("service 'broken'")
                .contains("with exit code 1")
                .contains("LatenciesTests")
                .contains("service.log");
        assertThat(ResultFile.of(compare.results()).status()).isEqualTo(Status.FAILED);
    }

    private Path jar(Class<?> main) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, main.getName());
        Path file = directory.resolve(main.getSimpleName() + ".jar");
        String path = main.getName().replace('.', '/') + ".class";
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out, manifest);
                var in = Objects.requireNonNull(main.getClassLoader()).getResourceAsStream(path)) {
            jar.putNextEntry(new JarEntry(path));
            Objects.requireNonNull(in).transferTo(jar);
        }
        return file;
    }
}
