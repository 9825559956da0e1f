package dev.threeways.contract.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
}
