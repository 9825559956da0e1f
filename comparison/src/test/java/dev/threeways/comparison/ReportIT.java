package dev.threeways.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Margin;
import com.microsoft.playwright.options.WaitForSelectorState;
import dev.threeways.comparison.analysis.Findings;
import dev.threeways.comparison.report.Charts;
import dev.threeways.comparison.report.ReportPage;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.ResultFile;
import dev.threeways.comparison.result.SampleResults;
import dev.threeways.lab.process.Home;
import dev.threeways.lab.report.Chart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** The report in a browser, opened from a file. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReportIT {

    private static final int WIDE = 1280;

    private static final int PHONE = 390;

    private static final List<Result> RESULTS = List.of(SampleResults.steady(6), SampleResults.outage(4),
            SampleResults.spike(2));

    @TempDir
    private static Path directory = Path.of(".");

    /** Waits for presence only: the browser calls a line without height invisible. */
    private static final Locator.WaitForOptions ATTACHED = new Locator.WaitForOptions()
            .setState(WaitForSelectorState.ATTACHED);

    private final List<String> complaints = new ArrayList<>();

    private final Path screenshots = Home.find().root().resolve("comparison/target/screenshots");

    private @Nullable Playwright playwright;

    private @Nullable Browser browser;

    /** The page that tests share which change nothing on it: it takes seconds to load. */
    private @Nullable Page unchanged;

    @BeforeAll
    void writeAndStart() throws IOException {
        Path chromium = Programs.find("chromium", "chromium-browser", "google-chrome").orElse(null);
        assumeThat(chromium).as("a Chromium is on the PATH").isNotNull();
        ReportPage.write(RESULTS, directory);
        Files.createDirectories(screenshots);
        Playwright started = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        playwright = started;
        browser = started.chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(Objects.requireNonNull(chromium))
                        .setArgs(List.of("--no-sandbox")));
    }

    @AfterAll
    void close() {
        if (browser != null) {
            browser.close();
        }
        if (playwright != null) {
            playwright.close();
        }
    }

    @AfterEach
    void nothingIsAskedForAndNothingComplained() {
        assertThat(complaints).isEmpty();
    }

    /** Closes the pages that a test had for itself: all of them would go on drawing. */
    @AfterEach
    void closePages() {
        Page kept = unchanged;
        for (BrowserContext context : Objects.requireNonNull(browser).contexts()) {
            if (kept == null || !context.equals(kept.context())) {
                context.close();
            }
        }
    }

    private Page unchanged() {
        Page page = unchanged;
        if (page == null) {
            page = open(WIDE, ColorScheme.LIGHT);
            unchanged = page;
        }
        return page;
    }

    private Page open(int width, ColorScheme scheme) {
        BrowserContext context = Objects.requireNonNull(browser)
                .newContext(new Browser.NewContextOptions().setViewportSize(width, 900).setColorScheme(scheme));
        Page page = context.newPage();
        page.onConsoleMessage(message -> complaints.add(message.type() + ": " + message.text()));
        page.onPageError(complaints::add);
        page.onRequest(request -> {
            if (!request.url().equals(address()) && !request.url().matches("(data|blob):.*")) {
                complaints.add("asked for " + request.url());
            }
        });
        page.navigate(address());
        return page;
    }

    private static String address() {
        return directory.resolve(ReportPage.NAME).toUri().toString();
    }

    /** Scrolls to every figure: they are drawn when they are about to be seen. */
    private static void seeEverything(Page page) {
        for (Locator plot : page.locator(".plot").all()) {
            plot.scrollIntoViewIfNeeded();
            plot.locator("svg path").first().waitFor(ATTACHED);
        }
        page.evaluate("scrollTo(0, 0)");
    }

    /** Every figure has a shape for everything that it is to show. */
    @Test
    void everyFigureIsDrawn() {
        Page page = unchanged();
        seeEverything(page);
        List<Chart> charts = new ArrayList<>();
        for (int i = 0; i < RESULTS.size(); i++) {
            Charts.of(RESULTS.get(i), "s" + (i + 1) + "-").forEach(group -> charts.addAll(group.charts()));
        }
        assertThat(page.locator(".plot").count()).isEqualTo(charts.size()).isGreaterThan(50);
        for (Chart chart : charts) {
            Locator plot = page.locator("#" + chart.id() + " .plot");
            assertThat(plot.getAttribute("aria-label")).isEqualTo(chart.alternative());
            int shapes = ((Number) plot.evaluate("""
                    plot => [...plot.querySelectorAll('svg path')].filter(path => {
                        const box = path.getBoundingClientRect();
                        return (box.width > 2 || box.height > 2) && path.getAttribute('d').length > 10;
                    }).length
                    """)).intValue();
            assertThat(shapes).as(chart.id()).isGreaterThanOrEqualTo(atLeast(chart));
            assertThat(plot.innerText()).as(chart.id()).doesNotContain("NaN", "undefined", "Infinity");
            if (chart.kind() == Chart.Kind.LINES) {
                assertThat(plot.innerText()).as(chart.id()).contains("blocking", "reactive", "virtual-thread");
            }
        }
        page.screenshot(
                new Page.ScreenshotOptions().setFullPage(true).setPath(screenshots.resolve("report-light.png")));
    }

    private static int atLeast(Chart chart) {
        int points = chart.series().stream().mapToInt(series -> series.y().size()).sum();
        return switch (chart.kind()) {
            case LINES -> chart.series().size();
            case COLUMNS, BARS -> points / 2; // an empty column has no shape
            case POINTS -> points + chart.series().size();
            case INTERVALS -> chart.series().size() * 2;
        };
    }

    /** Points at the middle of the outage, where callers got different things. */
    @Test
    void whatIsPointedAtIsTold() {
        Page page = unchanged();
        for (String id : List.of("s2-outcomes-1", "s2-goodput", "s2-threads-0")) {
            Chart chart = Charts.of(RESULTS.get(1), "s2-")
                    .stream()
                    .flatMap(group -> group.charts().stream())
                    .filter(one -> one.id().equals(id))
                    .findFirst()
                    .orElseThrow();
            Locator plot = page.locator("#" + id + " .plot");
            plot.scrollIntoViewIfNeeded();
            plot.locator("svg path").first().waitFor(ATTACHED);
            BoundingBox box = plot.boundingBox();
            page.mouse().move(box.x + box.width * 0.42, box.y + box.height * 0.5);
            plot.getByText(Pattern.compile("^second 1\\d$")).waitFor();
            int second = Integer.parseInt(
                    plot.getByText(Pattern.compile("^second 1\\d$")).innerText().replace("second ", ""));
            String told = plot.innerText().substring(plot.innerText().indexOf("second "));
            chart.series()
                    .forEach(series -> assertThat(told).as(id)
                            .containsPattern(
                                    Pattern.quote(series.name()) + "\\s+" + Chart.shown(series.y().get(second))
                                            + "\\b"));
        }
    }

    /** Words agree with the file that can be downloaded. */
    @Test
    void wordsAgreeWithTheEmbeddedResult() throws IOException {
        Page page = unchanged();
        for (int number = 1; number <= RESULTS.size(); number++) {
            Locator section = page.locator("#scenario-" + number);
            Download download = page.waitForDownload(() -> section.locator("button").click());
            Path downloaded = Files.createDirectory(directory.resolve("downloaded-" + number));
            download.saveAs(downloaded.resolve(ResultFile.NAME));
            assertThat(download.suggestedFilename()).endsWith("-result.json");
            Result result = ResultFile.of(downloaded);
            assertThat(result).isEqualTo(RESULTS.get(number - 1));
            List<String> said = section.locator(".statements .text").allInnerTexts();
            assertThat(said).containsExactlyElementsOf(
                    Findings.of(result).statements().stream().map(Findings.Statement::text).toList());
            for (Result.Comparison comparison : result.comparisons()) {
                Pattern numbers = Pattern
                        .compile(number(comparison.ratio()) + " .*\\(" + number(comparison.low()) + " – "
                                + number(comparison.high()) + "\\)");
                assertThat(said).as("%s", comparison)
                        .anyMatch(text -> numbers.matcher(text).find() && text.contains(comparison.stack())
                                && text.contains(comparison.comparedWith()));
            }
            assertThat(JsonMapper.shared()
                    .readTree(page.locator("#result-" + number).textContent())
                    .path("schema")
                    .asInt())
                    .isEqualTo(Result.SCHEMA);
        }
    }

    /** Matches two decimals, or more where two would not tell on which side of the margin it is. */
    private static String number(double value) {
        return IntStream.rangeClosed(2, 4)
                .mapToObj(decimals -> Pattern.quote(String.format(Locale.ROOT, "%." + decimals + "f", value)))
                .collect(Collectors.joining("|", "(", ")"));
    }

    @ParameterizedTest
    @CsvSource({"LIGHT, 1280", "DARK, 390"})
    void everybodyCanReadIt(ColorScheme scheme, int width) {
        Page page = open(width, scheme);
        page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })");
        // Only the first rows of each table stay: the thousands of others are made the same way, and each would be
        // checked.
        page.evaluate("document.querySelectorAll('tr:nth-child(n+5)').forEach(row => row.remove())");
        List<Rule> violations = new AxeBuilder(page)
                .withTags(List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa"))
                .analyze()
                .getViolations();
        assertThat(violations).extracting(rule -> rule.getId() + ": " + rule.getNodes().getFirst().getHtml())
                .isEmpty();
    }

    @Test
    void aPhoneScrollsDownOnly() {
        Page page = open(PHONE, ColorScheme.DARK);
        seeEverything(page);
        assertThat(((Number) page.evaluate("document.documentElement.scrollWidth")).intValue())
                .isLessThanOrEqualTo(PHONE);
        page.screenshot(
                new Page.ScreenshotOptions().setFullPage(true).setPath(screenshots.resolve("report-phone.png")));
        page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })");
        assertThat(((Number) page.evaluate("document.documentElement.scrollWidth")).intValue())
                .as("with all tables open")
                .isLessThanOrEqualTo(PHONE);
    }

    @Test
    void darkIsDark() {
        Page page = open(WIDE, ColorScheme.DARK);
        seeEverything(page);
        page.screenshot(new Page.ScreenshotOptions().setFullPage(true).setPath(screenshots.resolve("report-dark.png")));
        assertThat(page.evaluate("getComputedStyle(document.body).backgroundColor")).isEqualTo("rgb(20, 23, 27)");
        awaitFigures(page, "#a9b1bc");
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        awaitFigures(page, "#555d68");
    }

    /** Waits until figures are drawn again, which takes a moment. */
    private static void awaitFigures(Page page, String colour) {
        page.waitForFunction(
                "colour => document.querySelector('#s1-percentiles svg text').getAttribute('fill') === colour",
                colour);
    }

    @Test
    void paperHasEveryFigureOnWhite() throws IOException {
        Page page = open(WIDE, ColorScheme.DARK);
        Path pdf = screenshots.resolve("report.pdf");
        page.pdf(new Page.PdfOptions().setPath(pdf)
                .setFormat("A4")
                .setPrintBackground(true)
                .setMargin(new Margin().setTop("15mm").setBottom("15mm").setLeft("15mm").setRight("15mm")));
        assertThat(Files.size(pdf)).isGreaterThan(100_000);
        assertThat(
                page.evaluate("Math.max(...[...document.querySelectorAll('.plot svg')].map(svg => svg.clientWidth))"))
                .as("as wide as they were before")
                .isNotEqualTo(660);
        assertThat(page.locator(".plot svg").count()).as("drawn without being scrolled to")
                .isEqualTo(page.locator(".plot").count());
    }
}
