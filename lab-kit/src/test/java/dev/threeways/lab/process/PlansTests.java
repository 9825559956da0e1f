package dev.threeways.lab.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.threeways.lab.cli.UsageException;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of CPU sets, JVM options and ports. */
class PlansTests {

    @Test
    void readsCpuListsAsTheKernelWritesThem() {
        assertThat(CpuPlan.parseList("0-3,8,10-11")).containsExactly(0, 1, 2, 3, 8, 10, 11);
        assertThat(CpuPlan.parseList("5")).containsExactly(5);
    }

    @Test
    void pinnedSetsAreDisjointAndUseEveryCpu() {
        CpuPlan plan = CpuPlan.of(CpuPlan.Mode.PINNED, List.of(0, 1, 4, 5, 6));
        assertThat(plan.others()).containsExactly(0, 1, 4);
        assertThat(plan.service()).containsExactly(5, 6);
        assertThat(plan.servicePrefix()).containsExactly("taskset", "-c", "5,6");
        assertThat(CpuPlan.of(CpuPlan.Mode.PINNED, List.of(0, 1)).service()).containsExactly(1);
    }

    @Test
    void sharedGivesEverybodyAll() {
        CpuPlan plan = CpuPlan.of(CpuPlan.Mode.SHARED, List.of(0, 1));
        assertThat(plan.service()).containsExactly(0, 1).isEqualTo(plan.others());
        assertThat(plan.servicePrefix()).isEmpty();
    }

    @Test
    void aLoadThatSaturatesIsPinnedFromTwoCpusOn() {
        assertThat(CpuPlan.byDefault(1, true)).isEqualTo(CpuPlan.Mode.SHARED);
        assertThat(CpuPlan.byDefault(2, true)).isEqualTo(CpuPlan.Mode.PINNED);
        assertThat(CpuPlan.byDefault(3, false)).isEqualTo(CpuPlan.Mode.SHARED);
        assertThat(CpuPlan.byDefault(4, false)).isEqualTo(CpuPlan.Mode.PINNED);
    }

    /** A run of all scenarios applies one plan after another. */
    @Test
    void whatAnEarlierPlanConfinedThisProcessToDoesNotCount() throws Exception {
        List<Integer> all = CpuPlan.allowed();
        assumeTrue(all.size() > 1 && Files.isExecutable(Path.of("/usr/bin/taskset")), "two CPUs and taskset");
        try {
            CpuPlan pinned = CpuPlan.choose(CpuPlan.Mode.PINNED, false);
            pinned.confineThisProcess();
            assertThat(CpuPlan.allowed()).isEqualTo(pinned.others()).isNotEqualTo(all);
            assertThat(CpuPlan.choose(CpuPlan.Mode.PINNED, false)).isEqualTo(pinned);
        } finally {
            CpuPlan.choose(CpuPlan.Mode.SHARED, false).confineThisProcess();
        }
        assertThat(CpuPlan.allowed()).isEqualTo(all);
    }

    /** The numbers are from {@code -XX:+PrintFlagsFinal} of a JVM on so many CPUs. */
    @ParameterizedTest
    @CsvSource({"1,2", "2,2", "4,3", "8,4", "16,12", "32,15"})
    void compilerThreadsAreThoseOfTheJvm(int cpus, int threads) {
        assertThat(JvmOptions.compilerThreads(cpus)).isEqualTo(threads);
    }

    @Test
    void nothingOfTheServicesJvmIsLeftToItsGuesses() {
        assertThat(JvmOptions.service("256m", 4)).contains("-Xms256m", "-Xmx256m", "-XX:+UseG1GC",
                "-XX:ParallelGCThreads=4", "-XX:ConcGCThreads=1", "-XX:ActiveProcessorCount=4",
                "-XX:CICompilerCount=3", "-Djdk.virtualThreadScheduler.parallelism=4",
                "-Dreactor.netty.ioWorkerCount=4");
    }

    @Test
    void namesThePortThatIsInUseAndWhoUsesIt() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            var expectation = assertThatExceptionOfType(UsageException.class)
                    .isThrownBy(() -> Ports.requireFree(Map.of(socket.getLocalPort(), "the payment simulator")))
                    .withMessageContaining("port " + socket.getLocalPort() + " (the payment simulator) is in use");
            assumeThat(Files.exists(Path.of("/proc/net/tcp"))).isTrue();
            expectation.withMessageContaining("by process " + ProcessHandle.current().pid() + " (");
        }
    }

    @Test
    void freePortsAreNoProblem() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Ports.requireFree(Map.of(port, "anything"));
        assertThat(Ports.owner(port)).isEmpty();
    }
}
