package dev.threeways.comparison.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.comparison.report.ReportPage;
import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.result.ResultFile;
import dev.threeways.comparison.result.SampleResults;
import dev.threeways.lab.cli.Interruption;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A value that cannot be gets a line that says what, where and what to do, and exit code 2. */
class WrongUsageTests {

    @TempDir
    private Path directory = Path.of(".");

    /** Stands for the temporary directory in the arguments. */
    private static final String D = "IN/";

    @BeforeEach
    void files() throws IOException {
        Files.writeString(directory.resolve("file"), "");
        Files.createDirectories(directory.resolve("directory.yaml"));
        Files.writeString(directory.resolve("twice.yaml"),
                "question: Ours?\nrate: 3\nsteps: [{seconds: 9}]\nrate: 4\n");
        String text = ResultFile.text(SampleResults.steady(3));
        result("good", text);
        result("other", text);
        result("old", text.replaceFirst("\"COMPLETE\"", "\"INTERRUPTED\"")
                .replaceFirst("\"--scenario\", \"baseline\"", "\"--difference\", \"2%\""));
        result("empty", "");
        result("null", "null");
        result("array", "[]");
        result("foreign", "{\"schema\": 1, \"measurement\": \"idle\"}");
        result("text", "{\"schema\": \"" + Result.SCHEMA + "\"}");
        result("cut", text.substring(0, text.length() / 2));
        result("binary", "\0\1\2");
        result("bare", "{\"schema\": " + Result.SCHEMA + "}");
        result("twice", text.replaceFirst("\\{", "{ \"database\": \"another\","));
        result("part", text.replaceFirst("\"machine\"", "\"engine\""));
        result("run", text.replaceFirst("\"latencyMillis\"", "\"latency\""));
        result("number", text.replaceFirst("\"elapsedSeconds\" : [0-9.]+", "\"elapsedSeconds\" : \"long\""));
        result("histogram", text.replaceFirst("\"histogram\" : \"H", "\"histogram\" : \"X"));
        Jars.empty(directory.resolve("app.jar"));
        Files.createDirectories(directory.resolve("no-file").resolve(ResultFile.NAME));
        Files.createDirectories(directory.resolve("taken").resolve(ReportPage.NAME));
    }

    private void result(String name, String text) throws IOException {
        Files.writeString(Files.createDirectories(directory.resolve(name)).resolve(ResultFile.NAME), text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            report                              | Missing required parameter: 'DIR'. See ./compare report --help
            report IN/nothing                  | There is no IN/nothing/result.json: name the directory of a comparison
            report IN/file                     | There is no IN/file/result.json: name the directory of a comparison
            report IN/file/below               | There is no IN/file/below/result.json: name the directory of a comparison
            report IN/no-file                  | There is no IN/no-file/result.json: name the directory of a comparison
            report IN/empty                    | IN/empty/result.json is not a result of a comparison: it has no schema
            report IN/null                     | IN/null/result.json is not a result of a comparison: it has no schema
            report IN/array                    | IN/array/result.json is not a result of a comparison: it has no schema
            report IN/text                     | IN/text/result.json is not a result of a comparison: it has no schema
            report IN/foreign                  | IN/foreign/result.json has schema 1, and this version reads schema 5 only
            report IN/cut                      | IN/cut/result.json is not a result of a comparison: Unexpected end-of-input
            report IN/binary                   | IN/binary/result.json is not a result of a comparison: Illegal character
            report IN/bare                     | IN/bare/result.json is not a result of a comparison: elapsedSeconds: Cannot map
            report IN/twice                    | IN/twice/result.json is not a result of a comparison: Duplicate Object property "database" (line
            report IN/part                     | IN/part/result.json is not a result of a comparison: machine is missing
            report IN/run                      | IN/run/result.json is not a result of a comparison: runs[0].client.latencyMillis is missing
            report IN/number                   | IN/number/result.json is not a result of a comparison: elapsedSeconds: Cannot deserialize
            report IN/histogram                | IN/histogram/result.json is not a result of a comparison: This is not a compressed HdrHistogram
            report IN/good IN/cut             | IN/cut/result.json is not a result
            report IN/good --output IN/file   | --output IN/file cannot be written to: there is a file of that name. A directory
            report IN/good --output IN/file/x | --output IN/file/x cannot be written to: Not a directory. A directory
            report IN/good --output /proc/x    | --output /proc/x cannot be written to: no file can be made there. A directory
            report IN/good --output=           | --output is empty. A directory
            report IN/good --output IN/taken  | --output IN/taken: a file cannot be written there: IN/taken/report.html
            report IN/good --output            | --output
            report IN/good --output IN/good    | --output IN/good has a result.json, which is not written over. Name another
            report IN/good IN/other            | several results are one page, which belongs to none of their directories: name another with --output
            report IN/good IN/other --output IN/other | --output IN/other has a result.json
            diff IN/good                       | Missing required parameter: 'B'. See ./compare diff --help
            diff IN/good IN/nothing           | There is no IN/nothing/result.json
            diff IN/bare IN/good              | IN/bare/result.json is not a result
            diff IN/good IN/good --margin=0%   | --margin
            --resume IN/nothing                | There is no IN/nothing/result.json
            --resume IN/cut                    | IN/cut/result.json is not a result
            --resume IN/good                   | --resume IN/good: it is complete
            --resume IN/old                    | --resume IN/old: its command is not one of today's: Unknown options: '--difference', '2%'
            --resume IN/good --quick           | leave out other options
            --stack mine=IN/app.jar --output IN/good | --output IN/good is not empty, and no result is written over another. Name a new
            --stack mine=IN/app.jar --output IN/file | --output IN/file cannot be written to: there is a file of that name
            --stack mine=IN/app.jar --output=  | --output is empty. A directory
            --scenario IN/nothing.yaml         | --scenario IN/nothing.yaml cannot be read: there is no such file
            --scenario IN/directory.yaml       | --scenario IN/directory.yaml cannot be read: Is a directory
            --scenario IN/file/below.yaml      | --scenario IN/file/below.yaml cannot be read: Not a directory
            --scenario IN/twice.yaml           | --scenario IN/twice.yaml is not a scenario: Duplicate Object property "rate" (line 4)
            --stack mine=IN/file               | --stack 'mine': IN/file is not a jar that can be read
            --stack mine=IN/                   | --stack 'mine': there is no jar
            --stack mine=IN/file/below         | --stack 'mine': there is no jar IN/file/below
            --rate many                         | '--rate': 'many' is not an int. See ./compare run --help
            run --rate many                     | '--rate': 'many' is not an int. See ./compare run --help
            --rate 99999999999                  | '--rate': '99999999999' is not an int
            --duration 5                        | '--duration': '5' is not a duration such as 250ms, 30s or 12m
            --rat 5                             | '--rat'
            --budgt 5m                          | Is --budget meant?
            again                               | 'again'. See ./compare --help
            reprot IN/good                     | Is report meant?
            --quick serve                       | 'serve'. See ./compare run --help
            list all                            | 'all'. See ./compare list --help
            doctor --steal                      | '--steal'
            completion zsh                      | 'zsh'
            serve --port-offset x               | '--port-offset': 'x' is not an int. See ./compare serve --help
            serve --port-offset -1              | --port-offset must be 0 to 50000, not -1
            """)
    void isExplainedInALine(String arguments, String message) {
        StringWriter err = new StringWriter();
        int exitCode = Compare.commandLine(new Interruption())
                .setErr(new PrintWriter(err, true))
                .execute(arguments.replace(D, directory + "/").split(" +", -1));
        assertThat(err.toString()).contains(message.replace(D, directory + "/")).hasLineCount(1);
        assertThat(exitCode).isEqualTo(2);
    }
}
