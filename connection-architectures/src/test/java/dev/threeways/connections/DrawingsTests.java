package dev.threeways.connections;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.lab.process.Home;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import net.sourceforge.plantuml.FileFormat;
import net.sourceforge.plantuml.FileFormatOption;
import net.sourceforge.plantuml.SourceStringReader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * PlantUML makes the drawings of docs/architectures from the text beside them:
 * {@code mvn -pl connection-architectures test -Dtest=DrawingsTests -Ddraw}. The width of a text depends on a machine's
 * fonts, so only the texts are compared.
 */
class DrawingsTests {

    private static final Pattern TEXT = Pattern.compile("<text[^>]*>([^<]*)</text>");

    private static final Path DIRECTORY = Home.find().root().resolve("docs/architectures");

    @ParameterizedTest
    @ValueSource(strings = {"single-threaded", "thread-per-connection", "multiple-acceptors", "message-balanced",
            "socket-sharded", "sharded-and-balanced"})
    void areMadeFromTheirText(String name) throws IOException {
        String source = Files.readString(DIRECTORY.resolve(name + ".puml"))
                .replace("!include style.iuml",
                        Files.readString(DIRECTORY.resolve("style.iuml")));
        ByteArrayOutputStream drawn = new ByteArrayOutputStream();
        assertThat(new SourceStringReader(source).outputImage(drawn, new FileFormatOption(FileFormat.SVG))).isNotNull();
        String svg = drawn.toString(StandardCharsets.UTF_8);
        assertThat(svg).doesNotContain("Syntax Error");
        Path committed = DIRECTORY.resolve(name + ".svg");
        if (System.getProperty("draw") != null) {
            Files.writeString(committed, svg + "\n");
        }
        assertThat(texts(Files.readString(committed))).isEqualTo(texts(svg)).isNotEmpty();
    }

    private static List<String> texts(String svg) {
        return TEXT.matcher(svg).results().map((MatchResult result) -> result.group(1)).sorted().toList();
    }
}
