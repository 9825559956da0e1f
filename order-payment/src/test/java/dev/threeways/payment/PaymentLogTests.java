package dev.threeways.payment;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

class PaymentLogTests {

    private static final IdempotencyKey KEY = new IdempotencyKey("key-1");

    private final Logger logger = (Logger) LoggerFactory.getLogger(PaymentLog.class);

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void attach() {
        lines.start();
        logger.setAdditive(false);
        logger.addAppender(lines);
    }

    @AfterEach
    void detach() {
        logger.detachAppender(lines);
        logger.setAdditive(true);
    }

    @Test
    void namesOrderPaymentAndKeyOfAPaidOrder() {
        PaymentLog.write(Outcomes.PAID, KEY, Duration.ofMillis(7));

        assertThat(fieldsOfTheOneLine()).isEqualTo(Map.of("event.action", "order-payment", "event.outcome", "success",
                "event.duration", 7_000_000L, "payment.outcome", "paid", "payment.idempotency_key", "key-1", "order.id",
                42L, "payment.id", "pay-1"));
    }

    @ParameterizedTest
    @MethodSource("dev.threeways.payment.Outcomes#unpaid")
    void writesOneLineForEveryOtherOutcome(PaymentOutcome outcome) {
        PaymentLog.write(outcome, KEY, Duration.ZERO);

        assertThat(fieldsOfTheOneLine()).containsEntry("event.outcome", "failure")
                .containsEntry("payment.idempotency_key", "key-1")
                .containsKey("payment.outcome");
    }

    @Test
    void tellsAllOutcomesApart() {
        Outcomes.unpaid().forEach(outcome -> PaymentLog.write(outcome, KEY, Duration.ZERO));

        assertThat(lines.list.stream().map(line -> fields(line).get("payment.outcome"))).doesNotHaveDuplicates()
                .doesNotContain("paid");
    }

    @Test
    void leavesOutAKeyThereIsNot() {
        PaymentLog.write(new PaymentOutcome.InvalidIdempotencyKey(), null, Duration.ZERO);

        assertThat(fieldsOfTheOneLine()).doesNotContainKey("payment.idempotency_key");
    }

    @Test
    void saysWhyADependencyFailedWithoutItsStackTrace() {
        PaymentLog.write(new PaymentOutcome.OrdersUnavailable(42, Outcomes.cause()), KEY, Duration.ZERO);

        assertThat(fieldsOfTheOneLine()).containsEntry("error.type", "java.lang.IllegalStateException")
                .containsEntry("error.message", "it is Sunday");
        assertThat(lines.list.getFirst().getThrowableProxy()).isNull();
        assertThat(lines.list.getFirst().getLevel()).isEqualTo(Level.WARN);
    }

    @Test
    void keepsTheStackTraceOfABug() {
        PaymentLog.write(new PaymentOutcome.UnexpectedError(Outcomes.cause()), KEY, Duration.ZERO);

        assertThat(lines.list.getFirst().getThrowableProxy().getMessage()).isEqualTo("it is Sunday");
        assertThat(lines.list.getFirst().getLevel()).isEqualTo(Level.ERROR);
    }

    private Map<String, Object> fieldsOfTheOneLine() {
        assertThat(lines.list).hasSize(1);
        return fields(lines.list.getFirst());
    }

    private static Map<String, Object> fields(ILoggingEvent line) {
        return line.getKeyValuePairs().stream().collect(Collectors.toMap(pair -> pair.key, pair -> pair.value));
    }
}
