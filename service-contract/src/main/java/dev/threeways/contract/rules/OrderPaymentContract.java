package dev.threeways.contract.rules;

import dev.threeways.contract.Backends;
import dev.threeways.contract.ServiceUnderTest;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestClassOrder;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Promises of every service, over real HTTP, against a real PostgreSQL and the payment simulator. The service is the
 * packaged jar in a JVM of its own. Class path, log on standard output and end on SIGTERM are thus those that ship.
 *
 * <p>Each rule of docs/CONTRACT.md is a test with the rule's number as its tag: {@code -Dgroups=C-1.1} runs one. Each
 * group of rules is a class of its own; this class sets their order, and they share {@link ContractRun}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
@ExtendWith(Backends.Resolver.class)
public abstract class OrderPaymentContract {

    private ContractRun run;

    /** How the service starts. */
    protected abstract ServiceUnderTest service();

    @BeforeAll
    void begin(Backends backends) {
        Awaitility.setDefaultPollDelay(Duration.ZERO); // most awaited conditions hold already
        Awaitility.setDefaultPollInterval(Duration.ofMillis(20));
        run = new ContractRun(service(), backends);
    }

    @BeforeEach
    void repairEverything() {
        run.repairEverything();
    }

    @AfterAll
    void end() {
        if (run != null) { // else the backends or the service's jar are missing
            run.close();
        }
    }

    @Nested
    @Order(1)
    @DisplayName("C-1 Answers")
    class Answers extends AnswerRules {

        Answers() {
            super(run);
        }
    }

    @Nested
    @Order(2)
    @DisplayName("C-2 HTTP: resources")
    class HttpResources extends HttpResourceRules {

        HttpResources() {
            super(run);
        }
    }

    @Nested
    @Order(3)
    @DisplayName("C-2 HTTP: messages")
    class HttpMessages extends HttpMessageRules {

        HttpMessages() {
            super(run);
        }
    }

    @Nested
    @Order(4)
    @DisplayName("C-3 Idempotency key")
    class Keys extends KeyRules {

        Keys() {
            super(run);
        }
    }

    @Nested
    @Order(5)
    @DisplayName("C-4 One exchange")
    class Exchanges extends ExchangeRules {

        Exchanges() {
            super(run);
        }
    }

    @Nested
    @Order(6)
    @DisplayName("C-11 An answer is its own request's")
    class OwnAnswers extends OwnAnswerRules {

        OwnAnswers() {
            super(run);
        }
    }

    @Nested
    @Order(7)
    @DisplayName("C-5 A caller that hangs up")
    class HangingUp extends HangUpRules {

        HangingUp() {
            super(run);
        }
    }

    @Nested
    @Order(8)
    @DisplayName("C-6 Database")
    class Database extends DatabaseRules {

        Database() {
            super(run);
        }
    }

    @Nested
    @Order(9)
    @DisplayName("C-7 Limit of requests in flight")
    class Limit extends LimitRules {

        Limit() {
            super(run);
        }
    }

    @Nested
    @Order(10)
    @DisplayName("C-8 Operation")
    class Operation extends OperationRules {

        Operation() {
            super(run);
        }
    }

    /** Runs last, because it ends the services. */
    @Nested
    @Order(11)
    @DisplayName("C-9 Shutdown")
    class Shutdown extends ShutdownRules {

        Shutdown() {
            super(run);
        }
    }
}
