package dev.threeways.comparison.cli;

import dev.threeways.lab.cli.Interruption;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Stream;
import picocli.CommandLine;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A command that has ended, and what it printed. */
record Ended(int exitCode, String out, String err) {

    static Ended compare(Object... arguments) {
        return of(Compare.commandLine(new Interruption()), arguments);
    }

    static Ended of(CommandLine command, Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = command.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(Stream.of(arguments).map(String::valueOf).toArray(String[]::new));
        return new Ended(exitCode, out.toString(), err.toString());
    }

    /** Returns standard output, which must be one JSON document and nothing else. */
    JsonNode json() {
        return JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build()
                .readTree(out);
    }
}
