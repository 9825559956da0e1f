package dev.threeways.comparison.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.comparison.report.ReportPage;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.ResultFile;
import dev.threeways.comparison.result.SampleResults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MakeReportTests {

    @TempDir
    private Path directory = Path.of(".");

    /** Writes a result that would look different if it were written again. */
    private Path written(Result result, String name) throws IOException {
        Path path = Files.createDirectories(directory.resolve(name));
        Files.writeString(path.resolve(ResultFile.NAME), text(result));
        return path;
    }

    private static String text(Result result) {
        return ResultFile.text(result).replaceFirst("\\{", "{ ");
    }

    @Test
    void pageAndSummaryAreMadeAgainAndTheResultIsLeft() throws IOException {
        Path one = written(SampleResults.steady(2), "one");
        Files.writeString(one.resolve(ReportPage.NAME), "an old page");
        Ended ended = Ended.compare("report", one);
        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).contains("Report: " + one.resolve("report.html"));
        assertThat(one.resolve("report.html")).content().isEqualTo(ReportPage.of(List.of(SampleResults.steady(2))));
        assertThat(one).isDirectoryContaining("glob:**/summary.md").isDirectoryContaining("glob:**/result.svg");
        assertThat(one.resolve(ResultFile.NAME)).content().isEqualTo(text(SampleResults.steady(2)));
    }

    @Test
    void severalResultsAreOnePage() throws IOException {
        Path one = written(SampleResults.steady(2), "one");
        Path other = written(SampleResults.outage(2), "other");
        Path output = directory.resolve("new/both");
        for (int time = 1; time <= 2; time++) { // a page may be made again
            assertThat(Ended.compare("report", one, other, "--output", output).exitCode()).isZero();
        }
        String page = Files.readString(output.resolve("report.html"));
        // containsSubsequence would look at each place of a page of two megabytes in turn.
        assertThat(page.indexOf("<h2 id=\"title-1\">baseline")).isPositive()
                .isLessThan(page.indexOf("<h2 id=\"title-2\">payment-outage"));
        assertThat(output.resolve("summary.md")).content().containsSubsequence("## baseline", "## payment-outage");
        assertThat(output).isDirectoryNotContaining("glob:**/result.json");
        assertThat(one).isDirectoryNotContaining("glob:**/report.html");
    }

    @Test
    void severalResultsNeedADirectoryOfTheirOwn() throws IOException {
        Path one = written(SampleResults.steady(2), "one");
        Path other = written(SampleResults.outage(2), "other");
        assertThat(Ended.compare("report", one, other).exitCode()).isEqualTo(2);
        assertThat(Ended.compare("report", one, other, "--output", other).exitCode()).isEqualTo(2);
        assertThat(one).isDirectoryNotContaining("glob:**/report.html");
        assertThat(other).isDirectoryNotContaining("glob:**/report.html");
    }

    @Test
    void elsewhereTheResultIsWrittenAsItIsAnalysedToday() throws IOException {
        Path one = written(SampleResults.withComparisons(SampleResults.steady(2)), "one");
        Path output = directory.resolve("again");
        assertThat(Ended.compare("report", one, "--output", output).exitCode()).isZero();
        assertThat(ResultFile.of(output)).isEqualTo(SampleResults.steady(2));
        assertThat(ResultFile.of(one).comparisons()).isEmpty();
    }

    /** {@code latest} is a link: the directory may be named in two ways. */
    @Test
    void noResultIsWrittenOver() throws IOException {
        Path one = written(SampleResults.steady(2), "one");
        Path other = written(SampleResults.outage(2), "other");
        Path link = Files.createSymbolicLink(directory.resolve("latest"), other.getFileName());
        for (Path output : List.of(one, other, link)) {
            Ended ended = Ended.compare("report", one, "--output", output);
            assertThat(ended.exitCode()).isEqualTo(2);
            assertThat(ended.err()).hasLineCount(1).contains("--output " + output + " has a result.json");
        }
        assertThat(one.resolve(ResultFile.NAME)).content().isEqualTo(text(SampleResults.steady(2)));
        assertThat(other.resolve(ResultFile.NAME)).content().isEqualTo(text(SampleResults.outage(2)));
        assertThat(other).isDirectoryNotContaining("glob:**/report.html");
    }

    @Test
    void jsonHasTheVerdictsAndTheFiles() throws IOException {
        Path one = written(SampleResults.steady(6), "one");
        Ended ended = Ended.compare("report", one, "--json");
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.err()).isEmpty();
        JsonNode json = ended.json();
        assertThat(json.path("good").asBoolean()).isTrue();
        assertThat(json.path("page").stringValue()).isEqualTo(one.resolve("report.html").toString());
        JsonNode result = json.at("/results/0");
        assertThat(result.path("scenario").stringValue()).isEqualTo("baseline");
        assertThat(result.path("status").stringValue()).isEqualTo("COMPLETE");
        assertThat(result.path("result").stringValue()).isEqualTo(one.resolve("result.json").toString());
        assertThat(result.at("/stacks/1").toString())
                .isEqualTo("{\"stack\":\"reactive\",\"validRuns\":6,\"invalidRuns\":0}");
        assertThat(result.path("comparisons")).isEqualTo(
                JsonMapper.shared().readTree(ResultFile.text(SampleResults.steady(6))).path("comparisons"));
        assertThat(result.at("/findings/statements/0/kind").stringValue()).isEqualTo("DIFFERENT");
    }

    @Test
    void jsonTellsThatSomethingIsNotGood() throws IOException {
        Path one = written(SampleResults.steady(2), "one");
        Path failed = written(SampleResults.failed(SampleResults.outage(2), "the service died"), "failed");
        JsonNode json = Ended.compare("report", one, failed, "--json", "--output", directory.resolve("both")).json();
        assertThat(json.path("good").asBoolean()).isFalse();
        assertThat(json.at("/results/0/good").asBoolean()).isTrue();
        assertThat(json.at("/results/1/good").asBoolean()).isFalse();
        assertThat(json.at("/results/1/failure").stringValue()).isEqualTo("the service died");
        assertThat(json.at("/results/1/picture").isNull()).isTrue();
    }
}
