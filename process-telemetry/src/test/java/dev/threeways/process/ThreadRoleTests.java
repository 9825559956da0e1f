package dev.threeways.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names as the libraries give them; the contract tests look at running services. */
class ThreadRoleTests {

    private static final String NAMES = """
            http-nio-8081-Acceptor, ACCEPTOR
            http-nio-8081-Poller, POLLER
            http-nio-8081-exec-1024, REQUEST_WORKER
            http-nio-9081-exec-1, MANAGEMENT
            http-nio-9081-Acceptor, MANAGEMENT
            management-epoll-1, MANAGEMENT
            boundedElastic-1, MANAGEMENT
            reactor-http-epoll-1, MANAGEMENT
            event-loop-epoll-2, EVENT_LOOP
            reactor-tcp-epoll-1, EVENT_LOOP
            event-loop-select-epoll-1, ACCEPTOR
            signing-2, SIGNER
            ForkJoinPool-1-worker-2, VIRTUAL_THREAD_CARRIER
            VirtualThread-unparker, VIRTUAL_THREAD_CARRIER
            ForkJoinPool.commonPool-worker-1, OTHER
            MasterPoller, POLLER
            Read-Poller, POLLER
            HikariPool-1:housekeeper, JDBC_POOL
            PostgreSQL-JDBC-Cleaner, JDBC_POOL
            idle-connection-evictor-1, HTTP_CLIENT
            payment-deadline, HTTP_CLIENT
            HttpClient-1-SelectorManager, HTTP_CLIENT
            logback-appender-ASYNC-1, LOG_WRITER
            GC Thread#0, GC_COMPILER
            G1 Conc#0, GC_COMPILER
            C2 CompilerThread0, GC_COMPILER
            C2 CompilerThre, GC_COMPILER
            C1 CompilerThre, GC_COMPILER
            ZWorkerYoung#0, GC_COMPILER
            VM Thread, OTHER
            VM Periodic Task Thread, OTHER
            Common-Cleaner, OTHER
            Catalina-utility-1, OTHER
            G1000 of ours, OTHER
            something new, OTHER
            something new and longer, OTHER
            """;

    /** The kernel keeps an address or a long port, and nothing of the part that differs. */
    private static final String ADDRESSES = """
            http-nio-127.0.0.1-8081-exec-3, REQUEST_WORKER
            http-nio-127.0.0.1-auto-1-exec-3, REQUEST_WORKER
            http-nio-127.0.0.1-9081-exec-3, MANAGEMENT
            http-nio-127.0.0.1-9081-Poller, MANAGEMENT
            http-nio-127.0.0.1-auto-2-9081-Acceptor, MANAGEMENT
            http-nio-0:0:0:0:0:0:0:1-8081-Acceptor, ACCEPTOR
            http-nio-28081-exec-1, REQUEST_WORKER
            http-nio-28081-Poller, POLLER
            """;

    @ParameterizedTest
    @CsvSource(textBlock = NAMES + ADDRESSES)
    void isToldByTheName(String name, ThreadRole role) {
        assertThat(ThreadRole.of(name, 9081)).isEqualTo(role);
    }

    @ParameterizedTest
    @CsvSource(textBlock = NAMES)
    void isToldByWhatTheKernelKeepsOfTheName(String name, ThreadRole role) {
        assertThat(ThreadRole.comm(name)).hasSizeLessThanOrEqualTo(15);
        assertThat(ThreadRole.ofComm(ThreadRole.comm(name), 9081)).contains(role);
    }

    @ParameterizedTest
    @CsvSource(textBlock = ADDRESSES)
    void isNotToldByAnAddress(String name) {
        assertThat(ThreadRole.ofComm(ThreadRole.comm(name), 9081)).isEmpty();
    }

    /** A five-digit port is whole where it is the management port's. */
    @ParameterizedTest
    @CsvSource({"http-nio-29081-exec-1", "http-nio-29081-Poller"})
    void aPortThatIsWholeIsTheManagementPort(String name) {
        assertThat(ThreadRole.ofComm(ThreadRole.comm(name), 29081)).isEqualTo(Optional.of(ThreadRole.MANAGEMENT));
    }
}
