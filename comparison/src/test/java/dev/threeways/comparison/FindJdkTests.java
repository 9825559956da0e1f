package dev.threeways.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.threeways.lab.process.Home;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests how {@code ./compare} finds a JDK: the shell's part, with directories that look like JDKs. */
class FindJdkTests {

    @TempDir
    private Path directory = Path.of(".");

    @BeforeEach
    void bash() {
        assumeTrue(Programs.find("bash").isPresent(), "bash");
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = directory.resolve(name);
        Path javac = Files.createFile(Files.createDirectories(home.resolve("bin")).resolve("javac"));
        Path java = Files.createFile(home.resolve("bin/java"));
        assertThat(javac.toFile().setExecutable(true) && java.toFile().setExecutable(true)).isTrue();
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    private String found(Map<String, String> environment) throws Exception {
        return said(0, "", environment);
    }

    /**
     * Runs with the shell settings of the commands, where any failure ends them.
     *
     * @param before a command of the shell
     */
    private String said(int exitCode, String before, Map<String, String> environment) throws Exception {
        ProcessBuilder command = new ProcessBuilder("bash", "-c",
                "set -euo pipefail; name=compare; . \"$0\"; " + before + " require_jdk; echo \"found $jdk\"",
                Home.find().root().resolve("ops/run.sh").toString());
        command.environment().keySet().removeIf(name -> name.startsWith("JAVA"));
        command.environment().put("HOME", directory.resolve("home").toString());
        command.environment().putAll(environment);
        Process process = command.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).as(output).isEqualTo(exitCode);
        return output;
    }

    @Test
    void javaHomeIsTheFirstOfMany() throws Exception {
        Path mine = jdk("mine", "25.0.1");
        assertThat(found(Map.of("JAVA_HOME", mine.toString(), "JAVA25_HOME", jdk("other", "25").toString())))
                .isEqualTo("found " + mine);
    }

    @Test
    void javaHomeOfAnotherVersionIsPassedOver() throws Exception {
        Path other = jdk("other", "25");
        assertThat(found(Map.of("JAVA_HOME", jdk("mine", "21.0.4").toString(), "JAVA25_HOME", other.toString())))
                .isEqualTo("found " + other);
    }

    @Test
    void javaOnThePathComesNext() throws Exception {
        Path mine = jdk("mine", "25.0.1");
        assertThat(found(Map.of("PATH", mine.resolve("bin") + ":" + System.getenv("PATH"))))
                .isEqualTo("found " + mine.toRealPath());
    }

    @Test
    void whereThereIsNoneItSaysWhatToDo() throws Exception {
        assertThat(said(1, "version=99;", Map.of("JAVA_HOME", jdk("mine", "25").toString())))
                .startsWith("compare: no JDK 99 found. ")
                .contains("JAVA_HOME");
    }
}
