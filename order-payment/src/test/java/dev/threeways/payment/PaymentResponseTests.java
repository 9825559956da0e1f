package dev.threeways.payment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.payment.PaymentOutcome.Declined;
import dev.threeways.payment.PaymentOutcome.PaymentFailed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.jspecify.annotations.Nullable;

class PaymentResponseTests {

    @Test
    void approvedMeansPaid() {
        assertThat(new PaymentResponse("pay-1", "approved").outcomeFor(Outcomes.ORDER)).isEqualTo(Outcomes.PAID);
    }

    @Test
    void declinedMeansDeclined() {
        assertThat(new PaymentResponse("pay-1", "declined").outcomeFor(Outcomes.ORDER))
                .isEqualTo(new Declined(Outcomes.ORDER, "pay-1"));
    }

    @ParameterizedTest
    @CsvSource({",", "pay-1,", ",approved", "'',approved", "pay-1,APPROVED", "pay-1,pending"})
    void anythingElseIsNoAnswer(@Nullable String paymentId, @Nullable String status) {
        assertThat(new PaymentResponse(paymentId, status).outcomeFor(Outcomes.ORDER))
                .isEqualTo(new PaymentFailed(42, PaymentFailure.INVALID_ANSWER, null));
    }
}
