package dev.threeways.gatling;

import io.gatling.app.Gatling$;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Runs one simulation after the other in this JVM, which is warm from the second on. Reads from standard input what each is
 * to be: lines as {@link Properties} have them, and an empty one. Ends with the input, or with the first run that fails.
 *
 * <p>{@code Gatling.main} would end the JVM with its first run. The method behind it, which returns its exit code instead, is
 * public to the JVM and private to Scala.
 */
public final class DirectedRuns {

    private DirectedRuns() {}

    /** @param simulation such as {@code Steps} */
    public static void main(String[] simulation) throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (Properties run = next(input); !run.isEmpty(); run = next(input)) {
            int exitCode = run(simulation[0], run);
            if (exitCode != 0) {
                System.exit(exitCode);
            }
        }
    }

    private static int run(String simulation, Properties properties) {
        System.getProperties().putAll(properties);
        try {
            List<String> arguments = GatlingCommand.arguments(simulation,
                    Path.of(properties.getProperty("results")).resolve("gatling"));
            return Gatling$.MODULE$.fromArgs(Stream.concat(arguments.stream(), Stream.of("--no-reports"))
                    .toArray(String[]::new));
        } finally {
            System.getProperties().keySet().removeAll(properties.keySet());
        }
    }

    /** @return empty at the end of the input */
    private static Properties next(BufferedReader input) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (String line = input.readLine(); line != null && !line.isEmpty(); line = input.readLine()) {
            lines.append(line).append('\n');
        }
        Properties properties = new Properties();
        properties.load(new StringReader(lines.toString()));
        return properties;
    }

    /** What to write to the input for one run. */
    public static String text(Map<String, String> properties) throws IOException {
        Properties all = new Properties();
        all.putAll(properties);
        StringWriter text = new StringWriter();
        all.store(text, null);
        return text + "\n";
    }
}
