package dev.threeways.gatling;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Causes of requests without an answer. Gatling runs no check then and keeps no cause in the session. But its HTTP
 * listener logs the exception itself, at DEBUG, with the user's id, in the user's own event loop before the user goes
 * on. So this is an appender on that logger, set up in code, so that no Logback configuration on the class path can
 * undo it.
 */
final class FailureCauses extends AppenderBase<ILoggingEvent> {

    private static final String LOGGER = "io.gatling.http.engine.GatlingHttpListener";

    /** Causes by user id. Recording a request takes its cause, so there is at most one per living user. */
    private final Map<Long, Throwable> causes = new ConcurrentHashMap<>();

    private FailureCauses() {}

    /** @throws IllegalStateException if SLF4J is not bound to Logback, Gatling's own logging library */
    static FailureCauses install() {
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            throw new IllegalStateException(
                    "Failures are read from Gatling's log through Logback, but SLF4J is bound to "
                            + LoggerFactory.getILoggerFactory().getClass().getName()
                            + ": remove other SLF4J providers from the class path");
        }
        FailureCauses causes = new FailureCauses();
        causes.setContext(context);
        causes.start();
        Logger logger = context.getLogger(LOGGER);
        logger.setLevel(Level.DEBUG);
        logger.setAdditive(false);
        logger.detachAndStopAllAppenders(); // an earlier run of this JVM takes no causes any more, and would keep them
        logger.addAppender(causes);
        return causes;
    }

    @Override
    protected void append(ILoggingEvent event) {
        String message = event.getMessage();
        if (event.getThrowableProxy() instanceof ThrowableProxy proxy) {
            causes.put(Long.parseLong(message.substring(message.lastIndexOf(' ') + 1)), proxy.getThrowable());
        }
    }

    /** @return null if none was logged */
    @Nullable
    Throwable take(long userId) {
        return causes.remove(userId);
    }

    /** The class of a request that had no whole answer. */
    static RequestClass classify(@Nullable Throwable cause) {
        return switch (cause) {
            case null -> RequestClass.OTHER;
            case ResendRefusedException _ -> RequestClass.RESET;
            case ConnectTimeoutException _,TimeoutException _ -> RequestClass.TIMEOUT;
            case ConnectException e when says(e, "refused") -> RequestClass.REFUSED;
            case ConnectException e when says(e, "timed out") -> RequestClass.TIMEOUT;
            case ClosedChannelException _ -> RequestClass.RESET;
            case IOException e when says(e, "reset") || says(e, "broken pipe") || says(e, "premature close") ->
                RequestClass.RESET;
            default -> RequestClass.OTHER;
        };
    }

    private static boolean says(Throwable cause, String words) {
        String message = cause.getMessage();
        return message != null && message.toLowerCase(Locale.ROOT).contains(words);
    }
}
