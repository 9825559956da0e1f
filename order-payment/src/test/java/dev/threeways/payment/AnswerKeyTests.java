package dev.threeways.payment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AnswerKeyTests {

    @ParameterizedTest
    @EnumSource
    void theRequestsOwnKeyFits(AnswerKey answerKey) {
        assertThat(answerKey.fits("key", List.of("key"))).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void anotherDoesNotNorTwo(AnswerKey answerKey) {
        assertThat(answerKey.fits("key", List.of("KEY"))).isFalse();
        assertThat(answerKey.fits("key", List.of(""))).isFalse();
        assertThat(answerKey.fits("key", List.of("key", "key"))).isFalse();
        assertThat(answerKey.fits("key", List.of("key, key"))).isFalse();
    }

    @Test
    void noneFitsWhereNoneIsRequired() {
        assertThat(AnswerKey.REQUIRED.fits("key", List.of())).isFalse();
        assertThat(AnswerKey.IF_PRESENT.fits("key", List.of())).isTrue();
    }
}
