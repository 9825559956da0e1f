package dev.threeways.comparison.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.threeways.comparison.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script that {@code completion} prints, in a shell that completes. */
class CompletionTests {

    /** Asks what a shell would offer: COMP_WORDS are the words typed so far, the last of which is completed. */
    private static final String COMPLETE = """
            . "$1"; shift
            complete -p compare >/dev/null || exit 1
            COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
            _complete_compare
            printf '%s\\n' "${COMPREPLY[@]}"
            """;

    @TempDir
    private Path directory = Path.of(".");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            compare re               | report
            compare do               | doctor
            compare --qu             | --quick
            compare run --qu         | --quick
            compare --scenario cold  | cold-start
            compare run --scenario d | database-restart
            compare diff --mar       | --margin
            compare list --js        | --json
            """)
    void aShellOffers(String typed, String offered) throws Exception {
        assertThat(completed(typed.strip())).contains(offered.strip());
    }

    @Test
    void anOptionOfOneCommandIsNotOfferedToAnother() throws Exception {
        assertThat(completed("compare list --qu")).doesNotContain("--quick");
    }

    private List<String> completed(String typed) throws IOException, InterruptedException {
        assumeTrue(Programs.find("bash").isPresent(), "bash");
        Ended ended = Ended.compare("completion");
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        Path script = Files.writeString(directory.resolve("script"), ended.out());
        List<String> command = new ArrayList<>(List.of("bash", "-c", COMPLETE, "bash", script.toString()));
        command.addAll(List.of(typed.split(" +", -1)));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines().map(String::strip).toList();
    }
}
