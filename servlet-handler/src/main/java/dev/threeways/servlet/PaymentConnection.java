package dev.threeways.servlet;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.apache.hc.client5.http.impl.io.DefaultManagedHttpClientConnection;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParserFactory;
import org.apache.hc.core5.http.io.HttpMessageParser;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the payment API that is used again only if nothing waits in it unread. Unrequested bytes would be
 * read as the answer to the next request: RFC 9112, 9.2. Also bounds the header of an answer, and everything after it.
 */
final class PaymentConnection extends DefaultManagedHttpClientConnection {

    private static final Http1Config BOUNDED = Http1Config.custom()
            .setMaxLineLength(PaymentClientConfiguration.MAX_ANSWER_HEADER_BYTES)
            .setMaxHeaderCount(PaymentClientConfiguration.MAX_ANSWER_HEADER_BYTES)
            .build();

    /** A body byte in a chunk of its own takes six. Trailers come on top; the parser bounds only their number. */
    private static final int MAX_CONTENT_BYTES = 8 * PaymentClientConfiguration.MAX_ANSWER_BYTES;

    /** Idle for less than this, a closed connection is left to the exchange to find: the test takes a millisecond. */
    private static final Duration TESTED_AFTER_IDLE = Duration.ofSeconds(2);

    private final AnswerHead answerHead;

    private long idleSince = System.nanoTime();

    PaymentConnection(String id) {
        this(id, new AnswerHead());
    }

    private PaymentConnection(String id, AnswerHead answerHead) {
        super(id, null, null, BOUNDED, null, null, null, new Only(answerHead));
        this.answerHead = answerHead;
    }

    @Override
    public void passivate() {
        super.passivate();
        idleSince = System.nanoTime();
    }

    /** Called each time the connection is to be used again; does not wait unless it was idle for some time. */
    @Override
    public boolean isStale() throws IOException {
        return hasUnread() || (System.nanoTime() - idleSince > TESTED_AFTER_IDLE.toNanos()
                && (super.isStale() || hasUnread())); // the test may have read something
    }

    @Override
    protected InputStream createContentInputStream(long length, SessionInputBuffer buffer, InputStream in) {
        return super.createContentInputStream(length, buffer,
                new Counting(in, buffer, "content", MAX_CONTENT_BYTES));
    }

    private boolean hasUnread() throws IOException {
        return answerHead.hasUnread() || (isOpen() && getSocket().getInputStream().available() > 0);
    }

    /**
     * Reads the head of an answer, strictly: the lenient default skips lines that are not HTTP and waits for ones that
     * are.
     */
    private static final class AnswerHead implements HttpMessageParser<ClassicHttpResponse> {

        private final HttpMessageParser<ClassicHttpResponse> parser = new DefaultHttpResponseParserFactory(BOUNDED)
                .create();

        private @Nullable SessionInputBuffer buffer;

        /** Interim answers in a row, for the request that waits. */
        private int interims;

        @Override
        public @Nullable ClassicHttpResponse parse(SessionInputBuffer buffer, InputStream in)
                throws IOException, HttpException {
            this.buffer = buffer;
            var counting = new Counting(in, buffer, "header", PaymentClientConfiguration.MAX_ANSWER_HEADER_BYTES);
            ClassicHttpResponse head;
            try {
                head = parser.parse(buffer, counting);
            } catch (IllegalArgumentException e) { // such as a status of zero
                throw new ProtocolException("The answer's head is invalid", e);
            }
            if (head != null) { // null at the end of the stream
                counting.requireWithin(buffer.length());
                if (head.getCode() > 599) {
                    throw new ProtocolException("The answer's status is " + head.getCode());
                }
                interims = head.getCode() < 200 ? interims + 1 : 0;
                if (interims > PaymentClientConfiguration.MAX_INTERIM_ANSWERS) {
                    throw new ProtocolException("More than " + PaymentClientConfiguration.MAX_INTERIM_ANSWERS
                            + " interim answers");
                }
            }
            return head;
        }

        boolean hasUnread() {
            return buffer != null && buffer.length() > 0;
        }
    }

    /** Gives a connection its one parser. */
    private static final class Only extends DefaultHttpResponseParserFactory {

        private final AnswerHead answerHead;

        Only(AnswerHead answerHead) {
            this.answerHead = answerHead;
        }

        @Override
        public HttpMessageParser<ClassicHttpResponse> create() {
            return answerHead;
        }
    }

    /** Counts what goes into a buffer while one part of one answer is read from it. */
    private static final class Counting extends FilterInputStream {

        private final String part;

        private final int limit;

        /** This many bytes beyond the part may be read with it. */
        private final int capacity;

        private long bytes;

        Counting(InputStream in, SessionInputBuffer buffer, String part, int limit) {
            super(in);
            this.part = part;
            this.limit = limit;
            this.capacity = buffer.capacity();
            this.bytes = buffer.length();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            requireWithin(capacity);
            int read = super.read(into, offset, length);
            bytes += Math.max(0, read);
            return read;
        }

        void requireWithin(int behindIt) throws MessageConstraintException {
            if (bytes - behindIt > limit) {
                throw new MessageConstraintException("The answer's " + part + " is longer than " + limit + " bytes");
            }
        }
    }
}
