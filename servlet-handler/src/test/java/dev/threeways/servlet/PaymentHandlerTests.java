package dev.threeways.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.threeways.payment.AnswerKey;
import dev.threeways.payment.Order;
import dev.threeways.payment.PaymentLog;
import dev.threeways.payment.PaymentOutcome.UnexpectedError;
import dev.threeways.telemetry.InFlightLimit;
import dev.threeways.telemetry.RequestClock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.json.JsonMapper;

/** One request, one line, even after a failure that no outcome foresees. */
class PaymentHandlerTests {

    private final InFlightLimit limit = new InFlightLimit(1);

    private final Logger logger = (Logger) LoggerFactory.getLogger(PaymentLog.class);

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
    }

    static Stream<Throwable> bugs() {
        return Stream.of(new IllegalStateException("a bug"), new StackOverflowError(),
                new NoClassDefFoundError("dev/threeways/Missing"), new AssertionError("never"));
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void aBugIsAnOutcomeAndALine(Throwable bug) {
        assertThat(pay(bug).outcome()).isEqualTo(new UnexpectedError(bug));
        assertThat(outcomes()).containsExactly("unexpected-error");
        assertThat(limit.current()).isZero();
    }

    @Test
    void ofAJvmThatHasNoMemoryNothingMoreIsAsked() {
        var error = new OutOfMemoryError("as if");
        assertThatThrownBy(() -> pay(error)).isSameAs(error);
        assertThat(outcomes()).isEmpty();
        assertThat(limit.current()).isZero();
    }

    private PaymentHandler.Handled pay(Throwable bug) {
        var orders = new JdbcOrders(new JdbcTemplate()) {

            @Override
            Optional<Order> find(long id, RequestClock clock) {
                throw PaymentHandlerTests.<RuntimeException>thrown(bug);
            }
        };
        var handler = new PaymentHandler(limit, orders,
                new HttpPayments(RestClient.create(), AnswerKey.REQUIRED, null, new JsonMapper()));
        return handler.pay("42", List.of("key-1"), RequestClock.of(null));
    }

    /** Throws {@code any}, checked or not. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> T thrown(Throwable any) throws T {
        throw (T) any;
    }

    private List<String> outcomes() {
        return lines.list.stream()
                .flatMap(event -> event.getKeyValuePairs().stream())
                .filter(pair -> pair.key.equals("payment.outcome"))
                .map(pair -> String.valueOf(pair.value))
                .toList();
    }
}
