package dev.threeways.comparison.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.threeways.comparison.cli.Checkup.Check;
import dev.threeways.comparison.cli.Checkup.State;
import dev.threeways.comparison.scenario.StackSpec;
import dev.threeways.lab.process.CpuPlan;
import dev.threeways.lab.process.Home;
import dev.threeways.lab.process.Machine;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class CheckupTests {

    private static final long GIB = 1L << 30;

    @TempDir
    private Path root = Path.of(".");

    /** What is not as it should be has advice; what is has none. */
    private static void assertState(Check check, State state) {
        assertThat(check.state()).as(check.toString()).isEqualTo(state);
        assertThat(check.advice().isEmpty()).as(check.toString()).isEqualTo(state == State.OK);
        assertThat(check.finding()).isNotEmpty();
    }

    @Test
    void aJdkOfAnotherVersionIsAWarning() {
        assertState(Checkup.jdk(Runtime.Version.parse("25.0.3+9"), "/jdk"), State.OK);
        assertState(Checkup.jdk(Runtime.Version.parse("26"), "/jdk"), State.WARNING);
    }

    @Test
    void mavenIsLookedForOnThePath() throws IOException {
        assertState(Checkup.maven(root + ":/nowhere"), State.WARNING);
        assertThat(Files.createFile(root.resolve("mvn")).toFile().setExecutable(true)).isTrue();
        assertState(Checkup.maven("/nowhere:" + root), State.OK);
    }

    @Test
    void withoutJarsNothingCanBeRun() throws IOException {
        Home home = new Home(root);
        assertState(Checkup.jars(home), State.IMPOSSIBLE);
        buildAll();
        assertState(Checkup.jars(home), State.OK);
        Files.delete(home.probeJar());
        assertState(Checkup.jars(home), State.IMPOSSIBLE);
        assertThat(Checkup.jars(home).finding()).contains("-probe.jar");
    }

    private void buildAll() throws IOException {
        for (String jar : List.of("blocking-service/target/blocking-service-1.0.jar",
                "reactive-service/target/reactive-service-1.0.jar",
                "virtual-thread-service/target/virtual-thread-service-1.0.jar",
                "payment-simulator/target/payment-simulator-1.0-exec.jar",
                "comparison/target/comparison-1.0-probe.jar")) {
            Path file = root.resolve(jar);
            Files.createDirectories(file.resolveSibling(""));
            Jars.empty(file);
        }
    }

    @Test
    void memoryIsThatOfThreeStacksSideBySide() {
        List<StackSpec> stacks = Checkup.stacks(new Home(root));
        assertState(Checkup.memory(4 * GIB, stacks), State.OK);
        Check tooLittle = Checkup.memory(3 * GIB, stacks);
        assertState(tooLittle, State.IMPOSSIBLE);
        assertThat(tooLittle.finding()).isEqualTo("3.0 GiB are available");
        assertThat(tooLittle.advice()).contains("--stack", "--heap");
        assertState(Checkup.memory(0, stacks), State.WARNING);
    }

    @ParameterizedTest
    @CsvSource({"1024, WARNING", "4095, WARNING", "4096, SKIPPED", "15431, SKIPPED", "15432, OK", "20000, OK",
            "9223372036854775807, OK"})
    void openFilesAreThoseOfAProcess(long limit, State state) {
        assertState(Checkup.openFiles(limit), state);
    }

    @Test
    void aPortInUseHindersServeOnly() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            Check check = Checkup.ports(Map.of(taken.getLocalPort(), "blocking"));
            assertState(check, State.WARNING);
            assertThat(check.advice()).contains("port " + taken.getLocalPort() + " (blocking) is in use")
                    .contains("--port-offset");
        }
        assertState(Checkup.ports(Map.of()), State.OK);
    }

    @Test
    void thePortsAreThoseOfServe() {
        assertThat(Serve.ports(Checkup.stacks(new Home(root)))).containsOnlyKeys(8081, 8082, 8083, 9081, 9082, 9083,
                8090, 9080).containsEntry(8082, "reactive");
    }

    @Test
    void sharedCpusAreAWarning() {
        assertState(Checkup.cpus(CpuPlan.of(CpuPlan.Mode.SHARED, List.of(0, 1))), State.WARNING);
        assertState(Checkup.cpus(CpuPlan.of(CpuPlan.Mode.PINNED, List.of(0, 1, 2, 3))), State.OK);
        assertState(Checkup.pinning(Optional.of("needs Linux")), State.SKIPPED);
        assertState(Checkup.pinning(Optional.empty()), State.OK);
    }

    @ParameterizedTest
    @CsvSource({"-1, SKIPPED", "0, OK", "5, OK", "5.1, WARNING"})
    void muchStealIsAWarning(double percent, State state) {
        assertState(Checkup.steal(percent), state);
    }

    @Test
    void figuresOfLinuxAreSkippedElsewhere() {
        assertState(Checkup.kernel(true), State.OK);
        assertState(Checkup.kernel(false), State.SKIPPED);
    }

    @Test
    void aLineHasWhatAndBelowItWhatToDo() {
        assertThat(Doctor.line(Checkup.steal(0))).isEqualTo("OK              host steal  0.0 % of CPU time");
        assertThat(Doctor.line(Checkup.steal(7)).lines()).containsExactly(
                "warning         host steal  7.0 % of CPU time",
                "                            The host is busy: wait, or run more blocks with --blocks");
    }

    private Ended doctor(String... arguments) {
        return Ended.of(new CommandLine(new Doctor(() -> new Home(root), Duration.ofMillis(10))), (Object[]) arguments);
    }

    @Test
    void onlyTheImpossibleFails() throws IOException {
        assertThat(Doctor.isRunPossible(List.of(Checkup.steal(50), Checkup.kernel(false)))).isTrue();
        Ended notBuilt = doctor();
        assertThat(notBuilt.exitCode()).isEqualTo(1);
        assertThat(notBuilt.out()).containsPattern("impossible +build").containsPattern("OK +JDK");
        buildAll();
        assumeTrue(Machine.availableMemoryBytes() > 5 * GIB, "memory for three stacks");
        assertThat(doctor().exitCode()).isZero();
    }

    @Test
    void jsonHasEveryCheck() {
        Ended ended = doctor("--json");
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.json().path("runIsPossible").asBoolean()).isFalse();
        assertThat(ended.json().path("checks").valueStream().map(check -> check.path("name").stringValue()))
                .containsExactly("JDK", "Maven", "build", "memory", "open files", "ports", "CPUs", "pinning",
                        "host steal", "kernel");
        assertThat(ended.json().at("/checks/2/state").stringValue()).isEqualTo("IMPOSSIBLE");
        assertThat(ended.err()).isEmpty();
    }
}
