package dev.threeways.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.threeways.lab.process.Home;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Checks the alerts of {@code ops/prometheus} with Prometheus's own tool. */
class AlertRulesTests {

    private static final Pattern NAME = Pattern.compile("- alert: (\\w+)");

    private static final Pattern RUNBOOK = Pattern.compile("runbook: docs/RUNBOOK.md#(\\w+)");

    private final Path prometheus = Home.find().root().resolve("ops/prometheus");

    @Test
    void goOffWhenTheyShouldAndOnlyThen() throws Exception {
        assumeThat(Programs.find("promtool")).as("promtool, of Prometheus, is on the PATH").isPresent();
        Process promtool = new ProcessBuilder("promtool", "test", "rules", "alerts-test.yml")
                .directory(prometheus.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(promtool.waitFor()).as(output).isZero();
    }

    @Test
    void eachIsTestedAndHasItsParagraphInTheRunbook() throws IOException {
        String rules = Files.readString(prometheus.resolve("alerts.yml"));
        List<String> names = NAME.matcher(rules).results().map(match -> match.group(1)).toList();
        assertThat(names).hasSizeGreaterThan(10).doesNotHaveDuplicates();
        String tests = Files.readString(prometheus.resolve("alerts-test.yml"));
        String runbook = Files.readString(Home.find().root().resolve("docs/RUNBOOK.md"));
        assertThat(names).allSatisfy(name -> {
            assertThat(tests).contains("alertname: " + name + "\n");
            assertThat(runbook).contains("\n## " + name + "\n");
        });
        assertThat(RUNBOOK.matcher(rules).results().map(match -> match.group(1)))
                .isEqualTo(names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList());
    }
}
