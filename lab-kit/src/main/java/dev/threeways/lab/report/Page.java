package dev.threeways.lab.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * One file with everything in it, for a browser that is offline: text, tables, and figures drawn by Apache ECharts,
 * which is included. Without scripts the words and tables are still there. The page requests nothing, which its
 * Content-Security-Policy enforces.
 */
public final class Page {

    private static final String CHART_LIBRARY = "/META-INF/resources/webjars/echarts/5.5.0/echarts.min.js";

    private static final JsonMapper json = new JsonMapper();

    private final StringBuilder html = new StringBuilder();

    private final List<Chart> charts = new ArrayList<>();

    private final StringBuilder data = new StringBuilder();

    private int results;

    /** @param title of the browser's window */
    public Page(String title) {
        html.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .append("<meta name=\"color-scheme\" content=\"light dark\">\n")
                .append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src '")
                .append(digest(resource(CHART_LIBRARY)))
                .append("' '")
                .append(digest(resource("report.js")))
                .append("'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">\n")
                .append(Html.element("title", title))
                .append("<style>\n")
                .append(resource("report.css"))
                .append("</style>\n</head>\n<body>\n");
    }

    /** @param markup in which all data is escaped */
    public Page append(Object markup) {
        html.append(markup);
        return this;
    }

    /**
     * Adds a figure with its table.
     *
     * @param stamp why none of its numbers may be quoted; null if they may
     */
    public Page figure(Chart chart, @Nullable String stamp) {
        html.append("<figure id=\"")
                .append(chart.id())
                .append("\" class=\"")
                .append(chart.kind().name().toLowerCase(Locale.ROOT))
                .append("\">\n<figcaption><strong>")
                .append(Html.escaped(chart.title()))
                .append("</strong> ")
                .append(stamp == null ? "" : "<em>" + Html.escaped(stamp) + "</em>. ")
                .append(Html.escaped(chart.about()))
                .append("</figcaption>\n<div class=\"plot\" role=\"img\" data-chart=\"")
                .append(charts.size())
                .append("\" aria-label=\"")
                .append(Html.escaped(chart.alternative()))
                .append("\"></div>\n")
                .append("<details><summary>Figures of: ")
                .append(Html.escaped(chart.title()))
                .append("</summary>\n")
                .append(Html.table("Figures of: " + chart.title(), chart.table()))
                .append("</details>\n</figure>\n");
        charts.add(chart);
        return this;
    }

    /**
     * Adds what the page was made from, with a button to download it.
     *
     * @param name of the file
     */
    public Page data(String name, String text) {
        results++;
        html.append("<h3>Raw data</h3>\n<p>Everything above is made from this. ")
                .append("<button type=\"button\" data-result=\"result-")
                .append(results)
                .append("\" data-name=\"")
                .append(Html.escaped(name))
                .append("\">Download result.json</button></p>\n");
        data.append("<script type=\"application/json\" class=\"result\" id=\"result-")
                .append(results)
                .append("\">")
                .append(Html.escapedJson(text))
                .append("</script>\n");
        return this;
    }

    /** Completes the page. */
    public String end() {
        return html + "" + data + "<script type=\"application/json\" id=\"charts\">"
                + Html.escapedJson(json.writeValueAsString(charts)) + "</script>\n<script>" + resource(CHART_LIBRARY)
                + "</script>\n<script>" + resource("report.js") + "</script>\n</body>\n</html>\n";
    }

    /** Reads a file of ours or of the library, as it is. */
    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(Page.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + name, e);
        }
    }

    /** Returns what a Content-Security-Policy names a script by, so that no other runs, wherever it comes from. */
    private static String digest(String script) {
        try {
            return "sha256-" + Base64.getEncoder()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
