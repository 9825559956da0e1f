package dev.threeways.contract.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.contract.fuzz.Observation.Response;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KnownDifferenceTests {

    @Test
    void thereAreFewAndEachSaysWhatAllowsIt() {
        List<String> kinds = new Grammar().mutations().stream().map(Mutation::kind).toList();

        assertThat(KnownDifference.ALL).hasSizeLessThanOrEqualTo(KnownDifference.MOST).allSatisfy(difference -> {
            assertThat(difference.rule()).matches("C-\\d+\\.\\d+");
            assertThat(difference.rfc()).matches("RFC \\d{4}, [\\dA-Z.]+");
            assertThat(difference.what()).isNotBlank();
            assertThat(difference.mutations())
                    .allMatch(kind -> kinds.contains(kind) || kind.equals(KnownDifference.SEVERAL));
        });
    }

    @Test
    void ofAnUnknownPathAndABodyTooLongEitherMayBeToldAndNothingElse() {
        assertThat(told(404, 413).distinct()).hasSize(1);
        assertThat(told(413, 404).distinct()).hasSize(1);
        assertThat(told(400, 413).distinct()).hasSize(2);
        assertThat(told(404, 200).distinct()).hasSize(2);
    }

    private static Stream<Observation> told(int status, int otherStatus) {
        return KnownDifference.eitherTold(List.of(answered(status), answered(otherStatus))).stream();
    }

    /** An answer on a connection that is kept. */
    private static Observation answered(int status) {
        return new Observation(List.of(new Response(status, "application/problem+json", "x-" + status, "", "")), 0,
                Transcript.End.OPEN, Map.of(), Map.of());
    }
}
