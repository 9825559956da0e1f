package dev.threeways.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.threeways.payment.PaymentOutcome.Declined;
import dev.threeways.payment.PaymentOutcome.InvalidIdempotencyKey;
import dev.threeways.payment.PaymentOutcome.InvalidOrderId;
import dev.threeways.payment.PaymentOutcome.OrderNotFound;
import dev.threeways.payment.PaymentOutcome.OrdersUnavailable;
import dev.threeways.payment.PaymentOutcome.Overloaded;
import dev.threeways.payment.PaymentOutcome.Paid;
import dev.threeways.payment.PaymentOutcome.PaymentFailed;
import dev.threeways.payment.PaymentOutcome.UnexpectedError;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProblemTests {

    @ParameterizedTest
    @MethodSource("dev.threeways.payment.Outcomes#unpaid")
    void hasTheStatusTheContractPromises(PaymentOutcome outcome) {
        int status = switch (outcome) {
            case Paid _ -> 200;
            case Declined _ -> 402;
            case InvalidOrderId _,InvalidIdempotencyKey _ -> 400;
            case OrderNotFound _ -> 404;
            case PaymentFailed(_, var failure, _) -> failure == PaymentFailure.TIMED_OUT ? 504 : 502;
            case OrdersUnavailable _,Overloaded _ -> 503;
            case UnexpectedError _ -> 500;
        };

        assertThat(Problem.of(outcome).status()).isEqualTo(status);
    }

    @ParameterizedTest
    @MethodSource("dev.threeways.payment.Outcomes#unpaid")
    void saysWhenToRetryWhereTheStatusIs503AndNowhereElse(PaymentOutcome outcome) {
        Problem problem = Problem.of(outcome);

        assertThat(problem.retryAfter()).isEqualTo(problem.status() == 503 ? Duration.ofSeconds(1) : null);
    }

    @ParameterizedTest
    @MethodSource("dev.threeways.payment.Outcomes#unpaid")
    void tellsNothingOfTheInside(PaymentOutcome outcome) {
        assertThat(Problem.of(outcome).toString()).doesNotContain("Sunday", "Exception", "java.");
    }

    @Test
    void hasATypeOfItsOwnForEveryOutcome() {
        assertThat(Outcomes.unpaid().map(Problem::of).map(Problem::type)).doesNotHaveDuplicates()
                .allSatisfy(type -> assertThat(type).hasScheme("urn"));
    }

    @Test
    void isNotForAPaidOrder() {
        assertThatIllegalArgumentException().isThrownBy(() -> Problem.of(Outcomes.PAID));
    }

    @Test
    void keepsTheStatusItIsAskedFor() {
        assertThat(IntStream.range(400, 600).filter(status -> Problem.ofStatus(status).status() != status)).isEmpty();
    }
}
