package dev.threeways.lab.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ProcessUsageTests {

    @Test
    void readsStatWhateverTheProgramIsCalled() {
        ProcessUsage.Stat stat = ProcessUsage.parseStat("4242 (a) b ) R) S 1 2 3 0 -1 4194304 9 8 7 6 "
                + "150 50 30 20 20 0 17 0 12345 1000 200");
        assertThat(stat.cpuMicros()).isEqualTo(2_000_000);
        assertThat(stat.reapedChildrenCpuMicros()).isEqualTo(500_000);
        assertThat(stat.threads()).isEqualTo(17);
    }

    @Test
    void readsResidentMemory() {
        assertThat(ProcessUsage.parseResident("Name:\tjava\nVmRSS:\t  2048 kB\nThreads:\t3\n")).isEqualTo(2_097_152);
        assertThat(ProcessUsage.parseResident("Name:\tzombie\n")).isZero();
    }

    @Test
    void knowsAProcessAndNotOneThatHasEnded() throws Exception {
        ProcessUsage own = ProcessUsage.of(ProcessHandle.current().pid()).orElseThrow();
        assertThat(own.cpuMicros()).isPositive();
        Process ended = new ProcessBuilder("java", "-version").redirectErrorStream(true).start();
        ended.getInputStream().readAllBytes();
        ended.waitFor();
        assertThat(ProcessUsage.of(ended.pid())).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void readsMemoryAndThreadsOfThisProcess() {
        ProcessUsage own = ProcessUsage.of(ProcessHandle.current().pid()).orElseThrow();
        assertThat(own.residentBytes()).isGreaterThan(1 << 20);
        assertThat(own.threads()).isGreaterThanOrEqualTo(Thread.activeCount());
    }

    /** A backend of PostgreSQL that ends must not take its CPU time out of the sum. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void keepsTheCpuTimeOfChildrenThatHaveEnded() throws Exception {
        Process parent = new ProcessBuilder("sh", "-c",
                "sh -c 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done'; echo done; read x").start();
        try {
            int first = parent.getInputStream().read(); // the child has ended and was waited for
            assertThat(first).isEqualTo('d');
            ProcessUsage alone = ProcessUsage.of(parent.pid()).orElseThrow();
            ProcessUsage tree = ProcessUsage.ofTree(parent.pid()).orElseThrow();
            assertThat(tree.cpuMicros()).isGreaterThan(alone.cpuMicros() + 50_000);
        } finally {
            parent.destroyForcibly().waitFor();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void countsLivingChildren() throws IOException, InterruptedException {
        Process parent = new ProcessBuilder("sh", "-c",
                "sh -c 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; echo done; read x'; true").start();
        try {
            assertThat(parent.getInputStream().read()).isEqualTo('d');
            ProcessUsage tree = ProcessUsage.ofTree(parent.pid()).orElseThrow();
            assertThat(tree.cpuMicros()).isGreaterThan(50_000);
            assertThat(tree.threads()).isEqualTo(2);
        } finally {
            try (Stream<ProcessHandle> children = parent.descendants()) {
                children.forEach(ProcessHandle::destroyForcibly);
            }
            parent.destroyForcibly().waitFor();
        }
        assertThat(Files.exists(Path.of("/proc/" + parent.pid()))).isFalse();
    }

    @Test
    void findsTheCompilerOfAJvm() {
        assumeTrue(Files.isDirectory(Path.of("/proc")), "CPU of single threads is read from /proc");

        assertThat(ProcessUsage.compilerMicros(ProcessHandle.current().pid())).isPositive();
        assertThat(ProcessUsage.compilerMicros(Long.MAX_VALUE)).isZero();
    }
}
