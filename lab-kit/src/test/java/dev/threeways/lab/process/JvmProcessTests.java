package dev.threeways.lab.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JvmProcessTests {

    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private JvmProcess.Builder child(String... args) {
        return JvmProcess.builder("child")
                .mainClass(ChildProgram.class.getName(), System.getProperty("java.class.path"))
                .jvmOptions(List.of("-Xmx64m"))
                .args(List.of(args))
                .log(directory.resolve("logs/child.log"));
    }

    @Test
    void becomesReadyAndStopsOnSigterm() throws Exception {
        int port = FreePorts.next();
        try (JvmProcess process = child("serve", Integer.toString(port)).start()) {
            process.awaitReady(URI.create("http://127.0.0.1:" + port + "/ready"), LONG);

            assertThat(process.isAlive()).isTrue();
            assertThat(process.logTail(10)).containsExactly("serving");
            assertThat(process.stop(LONG)).isEqualTo(143);
            assertThat(process.isAlive()).isFalse();
            assertThat(process.stop(LONG)).as("stopped again").isEqualTo(143);
        }
    }

    @Test
    void isKilledWhenItIgnoresSigterm() throws Exception {
        int port = FreePorts.next();
        try (JvmProcess process = child("ignore-sigterm", Integer.toString(port)).start()) {
            process.awaitReady(URI.create("http://127.0.0.1:" + port + "/ready"), LONG);

            assertThat(process.stop(Duration.ofMillis(300))).isEqualTo(137);
        }
    }

    @Test
    void saysAtOnceWhyItIsNotReadyWhenItDies() {
        try (JvmProcess process = child("fail").start()) {
            URI nobody = URI.create("http://127.0.0.1:" + FreePorts.next() + "/ready");

            assertThatThrownBy(() -> process.awaitReady(nobody, Duration.ofHours(1)))
                    .isInstanceOfSatisfying(ProcessFailedException.class, e -> {
                        assertThat(e.processName()).isEqualTo("child");
                        assertThat(e.logTail()).containsExactly("about to fail", "for this reason");
                    })
                    .hasMessageContaining("child (process " + process.pid() + ")")
                    .hasMessageContaining("exit code 3")
                    .hasMessageContaining(process.log().toString())
                    .hasMessageContaining("for this reason");
        }
    }

    @Test
    void saysWhatItWasAnsweredWhenItIsNotReadyInTime() throws Exception {
        int port = FreePorts.next();
        try (JvmProcess process = child("serve", Integer.toString(port)).start()) {
            process.awaitReady(URI.create("http://127.0.0.1:" + port + "/ready"), LONG);

            assertThatThrownBy(() -> process.awaitReady(URI.create("http://127.0.0.1:" + port + "/other"),
                    Duration.ofMillis(200))).isInstanceOf(ProcessFailedException.class)
                    .hasMessageContaining("status 503")
                    .hasMessageContaining("200 ms");
            assertThat(process.isAlive()).isTrue();
        }
    }

    @Test
    void waitsForALineOfItsLog() throws Exception {
        try (JvmProcess process = child("serve", Integer.toString(FreePorts.next())).start()) {
            assertThat(process.awaitLine("serv", LONG)).isEqualTo("serving");
            assertThatThrownBy(() -> process.awaitLine("dancing", Duration.ofMillis(200)))
                    .isInstanceOf(ProcessFailedException.class)
                    .hasMessageContaining("did not say 'dancing'");
        }
        try (JvmProcess process = child("fail").start()) {
            assertThat(process.awaitLine("reason", LONG)).isEqualTo("for this reason");
            assertThatThrownBy(() -> process.awaitLine("dancing", Duration.ofHours(1)))
                    .isInstanceOf(ProcessFailedException.class)
                    .hasMessageContaining("exit code 3");
        }
    }

    @Test
    void passesOptionsEnvironmentAndPrefix() throws Exception {
        try (JvmProcess process = child("print-environment").jvmOptions(List.of("-Dproperty=given"))
                .environment(Map.of("HELLO", "world"))
                .commandPrefix(List.of("env", "HELLO=prefixed"))
                .start()) {
            assertThat(process.awaitEnd(LONG)).isTrue();

            assertThat(process.exitCode()).isZero();
            assertThat(process.logTail(10)).containsExactly("HELLO=prefixed", "property=given");
            assertThat(process.command()).startsWith("env", "HELLO=prefixed", Jdk.java().toString())
                    .containsSubsequence(JvmProcess.childOptions())
                    .contains("-Dproperty=given");
        }
    }

    @Test
    void showsOnlyTheEndOfALongLog() throws Exception {
        try (JvmProcess process = child("print-environment").start()) {
            assertThat(process.awaitEnd(LONG)).isTrue();

            assertThat(process.logTail(1)).containsExactly("property=null");
        }
    }

    @Test
    void namesACommandThatCannotRun() {
        assertThatThrownBy(() -> child("serve", "0").java(directory.resolve("no-java")).start())
                .hasMessageContaining("Cannot start child")
                .hasMessageContaining("no-java");
    }
}
