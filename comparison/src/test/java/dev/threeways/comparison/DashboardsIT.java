package dev.threeways.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.WaitForSelectorState;
import dev.threeways.lab.process.FreePorts;
import dev.threeways.lab.process.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The dashboards, with the three services running under load. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardsIT {

    private static final Duration LIMIT = Duration.ofMinutes(3);

    /** Interval between payments to each service: the load is a steady one. */
    private static final Duration INTERVAL = Duration.ofMillis(100);

    private static final JsonMapper JSON = JsonMapper.shared();

    private static final Map<String, Integer> PORTS = Map.of("blocking", 8081, "reactive", 8082, "virtual-thread",
            8083);

    private static final int TO_ACTUATOR = 1000;

    @TempDir
    private static Path directory = Path.of(".");

    private final int offset = ServeIT.offset();

    private final HttpClient client = HttpClient.newHttpClient();

    private @Nullable CompareProcess serve;

    private Thread load = new Thread();

    @BeforeAll
    void serveAndLoad() throws IOException {
        assumeThat(Programs.find("prometheus").isPresent() || chromium().isPresent())
                .as("prometheus or a Chromium is on the PATH")
                .isTrue();
        CompareProcess started = CompareProcess.start(directory,
                List.of("serve", "--port-offset", String.valueOf(offset), "--heap", "256m"));
        serve = started;
        started.awaitServing();
        load = Thread.startVirtualThread(this::payForEver);
    }

    @AfterAll
    void stop() throws Exception {
        load.interrupt();
        load.join();
        client.close();
        if (serve != null) { // null if no browser or Prometheus is there
            serve.end();
        }
    }

    /** Sends payments, each with one for an order that does not exist, so that there are errors too. */
    private void payForEver() {
        for (int order = 1; !Thread.currentThread().isInterrupted(); order++) {
            try {
                for (int port : PORTS.values()) {
                    for (String id : List.of(String.valueOf(order % 100_000 + 1), "100001")) {
                        var request = HttpRequest.newBuilder(local(port, "/orders/" + id + "/payment"))
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build();
                        var _ = client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
                    }
                }
                Thread.sleep(INTERVAL); // the load is a steady one
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private static Optional<Path> chromium() {
        return Programs.find("chromium", "chromium-browser", "google-chrome");
    }

    private URI local(int port, String path) {
        return URI.create("http://localhost:" + (port + offset) + path);
    }

    @Test
    void everyQueryOfEveryPanelHasDataAndNoAlertGoesOff() throws Exception {
        assumeThat(Programs.find("prometheus")).as("prometheus is on the PATH").isPresent();
        int port = FreePorts.next();
        Path rules = Home.find().root().resolve("ops/prometheus/alerts.yml");
        Path configuration = Files.writeString(directory.resolve("prometheus.yml"), configuration(rules));
        Process prometheus = new ProcessBuilder("prometheus", "--config.file=" + configuration,
                "--storage.tsdb.path=" + directory.resolve("data"), "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("prometheus.log").toFile())
                .start();
        try {
            URI url = URI.create("http://127.0.0.1:" + port);
            List<String> queries = queries();
            assertThat(queries).hasSizeGreaterThan(100);
            await().atMost(LIMIT)
                    .pollInterval(Duration.ofSeconds(2))
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .untilAsserted(() -> assertThat(withoutNumbers(queries, url)).isEmpty());
            JsonNode groups = get(url.resolve("/api/v1/rules")).at("/data/groups");
            List<JsonNode> alerts = groups.valueStream().flatMap(group -> group.at("/rules").valueStream()).toList();
            assertThat(alerts).isNotEmpty().allSatisfy(alert -> {
                assertThat(alert.at("/health").stringValue()).as(alert.toString()).isEqualTo("ok");
                assertThat(alert.at("/state").stringValue()).as(alert.toString()).isNotEqualTo("firing");
            });
        } finally {
            prometheus.destroy();
            prometheus.waitFor();
        }
    }

    private String configuration(Path rules) {
        StringBuilder yaml = new StringBuilder(String.format(Locale.ROOT, """
                global: {scrape_interval: 1s, evaluation_interval: 1s}
                rule_files: ['%s']
                scrape_configs:
                  - job_name: services
                    metrics_path: /actuator/prometheus
                    static_configs:
                """, rules));
        new TreeMap<>(PORTS).forEach((stack, port) -> yaml.append("      - targets: ['127.0.0.1:")
                .append(port + TO_ACTUATOR + offset)
                .append("']\n        labels: {stack: ")
                .append(stack)
                .append("}\n"));
        return yaml.toString();
    }

    /** Returns queries as Grafana sends them: over all stacks, or for each, by whether a panel has them in one view. */
    private static List<String> queries() throws IOException {
        List<String> queries = new ArrayList<>();
        try (Stream<Path> dashboards = Files.list(Home.find().root().resolve("ops/grafana/dashboards"))) {
            dashboards.sorted()
                    .map(DashboardsIT::json)
                    .flatMap(dashboard -> dashboard.at("/panels").valueStream())
                    .flatMap(panel -> panel.at("/targets").valueStream())
                    .map(target -> target.at("/expr").stringValue().replace("$__rate_interval", "10s"))
                    .forEach(expression -> {
                        if (expression.contains("\"$stack\"") && !expression.contains("=~\"$stack\"")) {
                            PORTS.keySet().forEach(stack -> queries.add(expression.replace("$stack", stack)));
                        } else {
                            queries.add(expression.replace("$stack", ".*"));
                        }
                    });
        }
        return queries;
    }

    private static JsonNode json(Path file) {
        try {
            return JSON.readTree(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> withoutNumbers(List<String> queries, URI prometheus) throws Exception {
        List<String> empty = new ArrayList<>();
        for (String query : queries) {
            if (numbers(prometheus, query).isEmpty()) {
                empty.add(query);
            }
        }
        return empty;
    }

    private List<Double> numbers(URI prometheus, String query) throws Exception {
        URI url = prometheus.resolve("/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
        return get(url).at("/data/result")
                .valueStream()
                .map(series -> Double.valueOf(series.at("/value/1").stringValue().replace("+Inf", "Infinity")))
                .filter(number -> !number.isNaN())
                .toList();
    }

    private JsonNode get(URI url) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(HttpRequest.newBuilder(url)
                .header("Accept", "application/json")
                .build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    @Test
    void theAdminConsoleShowsAllThree() throws Exception {
        Path chromium = chromium().orElse(null);
        assumeThat(chromium).as("a Chromium is on the PATH").isNotNull();
        URI admin = local(9080, "/");
        Path screenshots = Files.createDirectories(Home.find().root().resolve("comparison/target/screenshots"));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(get(admin.resolve("/instances")).valueStream()
                        .map(instance -> instance.at("/statusInfo/status").stringValue()))
                        .containsExactly("UP", "UP", "UP"));
        JsonNode instances = get(admin.resolve("/instances"));
        try (Playwright playwright = Playwright.create(new Playwright.CreateOptions()
                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
                Browser browser = playwright.chromium()
                        .launch(new BrowserType.LaunchOptions()
                                .setExecutablePath(chromium)
                                .setArgs(List.of("--no-sandbox")))) {
            var attached = new Locator.WaitForOptions().setState(WaitForSelectorState.ATTACHED); // in a list to choose from
            Page page = browser.newPage(new Browser.NewPageOptions().setViewportSize(1400, 1600));
            page.navigate(admin.toString());
            for (String name : PORTS.keySet()) {
                page.getByText(name, new Page.GetByTextOptions().setExact(true)).first().waitFor();
            }
            page.screenshot(new Page.ScreenshotOptions().setPath(screenshots.resolve("admin.png")));
            for (JsonNode instance : instances) {
                String name = instance.at("/registration/name").stringValue();
                String path = "/instances/" + instance.at("/id").stringValue();
                page.navigate(admin.resolve(path + "/details").toString());
                page.getByText("Threads").first().waitFor();
                page.getByText("Live").first().waitFor();
                page.screenshot(new Page.ScreenshotOptions().setPath(screenshots.resolve(name + "-details.png")));
                page.navigate(admin.resolve(path + "/metrics").toString());
                page.getByText("requests.in.flight").first().waitFor(attached);
                page.navigate(admin.resolve(path + "/threaddump").toString());
                page.getByText(name.equals("reactive") ? "event-loop" : "Acceptor").first().waitFor();
                page.screenshot(new Page.ScreenshotOptions().setPath(screenshots.resolve(name + "-threads.png")));
            }
        }
    }
}
