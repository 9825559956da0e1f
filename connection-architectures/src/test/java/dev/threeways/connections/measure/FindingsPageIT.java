package dev.threeways.connections.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.WaitForSelectorState;
import dev.threeways.connections.measure.Findings.Comparison;
import dev.threeways.connections.measure.Findings.Metric;
import dev.threeways.connections.measure.Findings.Sample;
import dev.threeways.lab.process.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opens the page in a browser, from a file, as a reader does. */
class FindingsPageIT {

    private static final Locator.WaitForOptions ATTACHED = new Locator.WaitForOptions()
            .setState(WaitForSelectorState.ATTACHED);

    private final Path directory;

    FindingsPageIT(@TempDir Path directory) {
        this.directory = directory;
    }

    /** Has one metric that grows along the x axis, and one with a single figure of each series. */
    private static Findings findings() {
        List<Sample> samples = new ArrayList<>();
        for (int fork = 1; fork <= 3; fork++) {
            for (double x : List.of(100.0, 1_000.0, 10_000.0)) {
                samples.add(new Sample("pass", "poll", x, fork, x * (0.29 + fork / 100.0)));
                samples.add(new Sample("pass", "epoll", x, fork, 4.2 + fork / 10.0));
            }
            samples.add(new Sample("exponent", "poll", 0, fork, 1.0));
            samples.add(new Sample("exponent", "epoll", 0, fork, 0.01));
        }
        return new Findings(Findings.SCHEMA, "readiness", "Does a pass cost as much as are watched?",
                List.of("readiness", "--blocks=3"), Instant.EPOCH, Instant.EPOCH, 3, 1,
                Machine.here(Path.of("."), 2), "connections watched",
                List.of(new Metric("pass", "CPU time of a pass, µs", true), new Metric("exponent", "growth", false)),
                List.of("the same <for> all"), samples,
                List.of(new Comparison("pass", "poll", "epoll", 10_000, 3, 704.5, 650.1, 760.2, 0.95, "different")),
                List.of("One thing could not be measured."));
    }

    @Test
    void isDrawnAsksForNothingAndSaysWhatTheResultSays() throws IOException {
        Path chromium = Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> Stream.of(System.getenv("PATH").split(":", -1)).map(place -> Path.of(place, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        assumeThat(chromium).as("a Chromium is on the PATH").isNotNull();
        FindingsReport.write(findings(), directory);
        String address = directory.resolve(FindingsReport.PAGE).toUri().toString();
        List<String> complaints = new ArrayList<>();
        try (Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
                Browser browser = playwright.chromium()
                        .launch(new BrowserType.LaunchOptions()
                                .setExecutablePath(chromium)
                                .setArgs(List.of("--no-sandbox")))) {
            Page page = browser.newPage();
            page.onConsoleMessage(message -> complaints.add(message.text()));
            page.onPageError(complaints::add);
            page.onRequest(request -> {
                if (!request.url().equals(address)) {
                    complaints.add("asked for " + request.url());
                }
            });
            page.navigate(address);
            assertThat(page.locator(".plot").count()).isEqualTo(2);
            for (Locator plot : page.locator(".plot").all()) {
                plot.scrollIntoViewIfNeeded();
                plot.locator("svg path").first().waitFor(ATTACHED);
            }
            assertThat(page.locator(".answer").innerText()).contains("705 (650 - 760, 3 forks): different");
            assertThat(page.locator("body").innerText()).contains("the same <for> all",
                    "One thing could not be measured.");
            page.screenshot(new Page.ScreenshotOptions().setFullPage(true)
                    .setPath(Path.of("target/screenshots/findings.png")));
            assertThat(new AxeBuilder(page).analyze().getViolations()).isEmpty();
        }
        assertThat(complaints).isEmpty();
    }
}
