package dev.threeways.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import net.logstash.logback.appender.listener.AppenderListener;

/**
 * Counts the lines that threads hand to the asynchronous appender, and how long that takes. A line takes a few
 * microseconds, unless the ring is full and its thread has to wait. {@code logback-spring.xml} names this as that
 * appender's listener. The figures are the process's, since logging begins before there is an application.
 */
public final class LogAppends implements AppenderListener<ILoggingEvent> {

    private static final LongAdder written = new LongAdder();

    private static final LongAdder dropped = new LongAdder();

    private static final LongAdder nanos = new LongAdder();

    /** Instantiated by Logback. */
    public LogAppends() {}

    @Override
    public void eventAppended(Appender<ILoggingEvent> appender, ILoggingEvent event, long durationNanos) {
        written.increment();
        nanos.add(durationNanos);
    }

    @Override
    public void eventAppendFailed(Appender<ILoggingEvent> appender, ILoggingEvent event, Throwable reason) {
        dropped.increment();
    }

    static long written() {
        return written.sum();
    }

    static long dropped() {
        return dropped.sum();
    }

    static long blockedNanos() {
        return nanos.sum();
    }

    static void bindTo(MeterRegistry registry) {
        FunctionCounter.builder("log.lines", written, LongAdder::sum)
                .tag("result", "written")
                .description("Log lines taken by the appender")
                .baseUnit("lines")
                .register(registry);
        FunctionCounter.builder("log.lines", dropped, LongAdder::sum)
                .tag("result", "dropped")
                .description("Log lines taken by the appender")
                .baseUnit("lines")
                .register(registry);
        FunctionTimer.builder("log.append", nanos, _ -> written(), LongAdder::sum, TimeUnit.NANOSECONDS)
                .description("Time threads spent in the appender")
                .register(registry);
    }
}
