package dev.threeways.servlet;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.apache.catalina.connector.Connector;
import org.apache.tomcat.util.threads.ThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/**
 * The threads on which Tomcat serves requests. A request that finds none free waits in a queue without end, which the
 * limit of requests in flight does not see. On virtual threads there is neither.
 */
final class WorkerThreads {

    private final List<Supplier<@Nullable Executor>> executors = new CopyOnWriteArrayList<>();

    void of(Connector connector) {
        add(() -> connector.getProtocolHandler().getExecutor());
    }

    /** @param executor read each time: Tomcat has none before it starts */
    void add(Supplier<@Nullable Executor> executor) {
        executors.add(executor);
    }

    /** Whether there are more requests than threads, so that some wait for a thread. */
    boolean areTooFew() {
        return sum(ThreadPoolExecutor::getSubmittedCount) > sum(ThreadPoolExecutor::getMaximumPoolSize);
    }

    /** Sum over Tomcat's executors; zero until Tomcat has started. */
    long sum(ToLongFunction<ThreadPoolExecutor> figure) {
        long sum = 0;
        for (Supplier<@Nullable Executor> executor : executors) {
            if (executor.get() instanceof ThreadPoolExecutor threads) {
                sum += figure.applyAsLong(threads);
            }
        }
        return sum;
    }
}
