package dev.threeways.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names as the libraries give them; the contract tests look at running services. */
class ThreadRoleTests {

    @ParameterizedTest
    @CsvSource({"http-nio-8081-Acceptor, ACCEPTOR", "http-nio-8081-Poller, POLLER",
            "http-nio-8081-exec-1024, REQUEST_WORKER", "http-nio-127.0.0.1-8081-exec-3, REQUEST_WORKER",
            "http-nio-127.0.0.1-9081-exec-3, MANAGEMENT", "http-nio-127.0.0.1-9081-Poller, MANAGEMENT",
            "http-nio-127.0.0.1-auto-2-9081-Acceptor, MANAGEMENT", "management-epoll-1, MANAGEMENT",
            "boundedElastic-1, MANAGEMENT",
            "event-loop-epoll-2, EVENT_LOOP", "event-loop-select-epoll-1, ACCEPTOR", "signing-2, SIGNER",
            "reactor-http-epoll-1, MANAGEMENT",
            "ForkJoinPool-1-worker-2, VIRTUAL_THREAD_CARRIER", "VirtualThread-unparker, VIRTUAL_THREAD_CARRIER",
            "ForkJoinPool.commonPool-worker-1, OTHER", "MasterPoller, POLLER", "Read-Poller, POLLER",
            "HikariPool-1:housekeeper, JDBC_POOL", "PostgreSQL-JDBC-Cleaner, JDBC_POOL",
            "idle-connection-evictor-1, HTTP_CLIENT", "payment-deadline, HTTP_CLIENT",
            "logback-appender-ASYNC-1, LOG_WRITER", "GC Thread#0, GC_COMPILER", "G1 Conc#0, GC_COMPILER",
            "C2 CompilerThre, GC_COMPILER", "C1 CompilerThre, GC_COMPILER", "ZWorkerYoung#0, GC_COMPILER",
            "VM Thread, OTHER", "G1000 of ours, OTHER", "something new, OTHER"})
    void isToldByTheName(String name, ThreadRole role) {
        assertThat(ThreadRole.of(name, 9081)).isEqualTo(role);
    }
}
