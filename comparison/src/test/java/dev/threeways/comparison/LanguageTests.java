package dev.threeways.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.comparison.analysis.Difference;
import dev.threeways.comparison.cli.Compare;
import dev.threeways.comparison.cli.Diff;
import dev.threeways.comparison.report.Picture;
import dev.threeways.comparison.report.Report;
import dev.threeways.comparison.report.ReportPage;
import dev.threeways.comparison.report.SummaryFile;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.ResultFile;
import dev.threeways.comparison.result.SampleResults;
import dev.threeways.comparison.load.LoadGenerator;
import dev.threeways.comparison.scenario.ScenarioFile;
import dev.threeways.lab.cli.Interruption;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Files and output are the same in languages with digits, a decimal comma or letters of their own. */
class LanguageTests {

    /** Resets the language to none: no test depends on the previous one. */
    @AfterEach
    void endWithoutALanguage() {
        Locale.setDefault(Locale.ROOT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ar-EG", "de-DE", "tr-TR"})
    void filesAndTablesAreTheSame(String language, @TempDir Path directory) throws IOException {
        Locale.setDefault(Locale.ROOT);
        Map<String, String> expected = texts();
        Locale.setDefault(Locale.forLanguageTag(language));
        texts().forEach((name, text) -> assertThat(text.equals(expected.get(name))).as(name).isTrue());

        Result result = SampleResults.capacity(3);
        ResultFile.write(result, directory);
        assertThat(ResultFile.of(directory)).isEqualTo(result);
    }

    /** Returns texts by name, to be compared one by one: a page is a megabyte. */
    private static Map<String, String> texts() {
        Map<String, String> texts = new TreeMap<>();
        for (Result result : List.of(SampleResults.steady(3), SampleResults.outage(3), SampleResults.capacity(3))) {
            String scenario = result.settings().scenario().name() + ", ";
            texts.put(scenario + "result", ResultFile.text(result));
            texts.put(scenario + "table", Report.of(result));
            texts.put(scenario + "picture", Picture.of(result));
            texts.put(scenario + "page", ReportPage.of(List.of(result)));
            texts.put(scenario + "summary", SummaryFile.of(List.of(result)));
        }
        texts.put("diff", Diff.text(
                Difference.between(SampleResults.steady(3), SampleResults.steady(3, 1.2, 2), 0.05).rows(), 0.05));
        texts.put("steps", LoadGenerator.Schedule.of(ScenarioFile.named("spike").steps(), 123.4).steps());
        return texts;
    }

    @Test
    void helpHasNoOtherDigits() {
        Locale.setDefault(Locale.forLanguageTag("ar-EG"));
        CommandLine compare = Compare.commandLine(new Interruption());
        assertThat(compare.getUsageMessage()).matches("\\p{ASCII}+");
        assertThat(compare.getSubcommands().values()).extracting(CommandLine::getUsageMessage)
                .allMatch(help -> help.matches("\\p{ASCII}+"));
    }
}
