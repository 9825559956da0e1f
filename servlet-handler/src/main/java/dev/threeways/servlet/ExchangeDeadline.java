package dev.threeways.servlet;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/**
 * Bounds a whole exchange: the wait for a pooled connection, the connect, the request and the answer to its last byte.
 * The socket's timeout alone bounds each read: an answer dripped a byte at a time could hold a thread for hours. The
 * answer's body, bounded too, is read here for that reason.
 *
 * <p>When the time is up a timer thread cancels the request, which closes its connection. The thread that waits in a
 * read is then released with an exception.
 */
final class ExchangeDeadline implements ExecChainHandler, AutoCloseable {

    private final Duration timeout;

    private final int maxBodyBytes;

    private final ScheduledThreadPoolExecutor timer;

    ExchangeDeadline(Duration timeout, int maxBodyBytes) {
        this.timeout = timeout;
        this.maxBodyBytes = maxBodyBytes;
        this.timer = new ScheduledThreadPoolExecutor(1,
                Thread.ofPlatform().daemon().name("payment-deadline").factory());
        // Nearly every exchange ends in time; its timer must not stay on the heap until its due time.
        this.timer.setRemoveOnCancelPolicy(true);
    }

    Duration timeout() {
        return timeout;
    }

    int maxBodyBytes() {
        return maxBodyBytes;
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        var expired = new AtomicBoolean();
        ScheduledFuture<?> deadline = timer.schedule(() -> {
            expired.set(true);
            ((Cancellable) scope.originalRequest).cancel();
        }, timeout.toNanos(), TimeUnit.NANOSECONDS);
        try {
            ClassicHttpResponse response = chain.proceed(request, scope);
            HttpEntity entity = response.getEntity();
            if (entity != null) {
                response.setEntity(read(entity, scope));
            }
            return response;
        } catch (IOException | RuntimeException e) {
            if (expired.get()) {
                var timedOut = new SocketTimeoutException("No whole answer within " + timeout.toMillis() + " ms");
                timedOut.initCause(e);
                throw timedOut;
            }
            throw e;
        } finally {
            deadline.cancel(false);
        }
    }

    private ByteArrayEntity read(HttpEntity entity, ExecChain.Scope scope) throws IOException {
        byte[] body = entity.getContent().readNBytes(maxBodyBytes + 1);
        if (body.length > maxBodyBytes) {
            scope.execRuntime.discardEndpoint();
            throw new MessageConstraintException("The answer is longer than " + maxBodyBytes + " bytes");
        }
        return new ByteArrayEntity(body, null);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
