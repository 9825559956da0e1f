package dev.threeways.servlet;

import dev.threeways.payment.HostHeader;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.apache.coyote.ErrorState;
import org.apache.coyote.Processor;
import org.apache.coyote.Request;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.buf.ByteChunk;
import org.apache.tomcat.util.buf.MessageBytes;
import org.apache.tomcat.util.res.StringManager;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's HTTP/1.1 over NIO, with the statuses of RFC 9110 and RFC 6585 for a header that is too large. Tomcat itself
 * answers 400 to anything it cannot parse, and so leaves the client to guess. {@link HostHeader} decides what a host
 * is: Tomcat accepts no underscore in it.
 *
 * <p>Public for {@link org.springframework.boot.tomcat.TomcatWebServerFactory#setProtocol(String)}, which takes a class
 * name.
 */
public final class HttpStatusProtocol extends Http11NioProtocol {

    /** Status for {@link ProblemValve} to answer instead of Tomcat's 400, as an attribute of the request. */
    static final String STATUS = HttpStatusProtocol.class.getName() + ".status";

    /** The size of the header bounds the number of its fields; Tomcat's further limit of 100 would answer 400. */
    public HttpStatusProtocol() {
        setMaxHeaderCount(-1);
        // "100 Continue" is for a body that will be read: one announced as too long is answered 413 instead.
        setContinueResponseTiming("onRead");
    }

    @Override
    protected Processor createProcessor() {
        return new HttpStatusProcessor(this);
    }

    /** Whether the request was read as HTTP/0.9, which had neither versions nor headers. */
    static boolean isVersionless(Request request) {
        return !request.protocol().isNull() && request.protocol().getLength() == 0;
    }

    private static final class HttpStatusProcessor extends Http11Processor {

        /** Tomcat throws no type of its own for this, only an {@link IllegalArgumentException} with this message. */
        private static final String TOO_LARGE = StringManager.getManager(Http11Processor.class)
                .getString("iib.requestheadertoolarge.error");

        /** A line that begins so, before the first empty one. */
        private static final Pattern HAD_CONTENT_LENGTH = Pattern
                .compile("(?i)(?:[^\\n]++\\n(?!\\r?\\n))*?[^\\n]++\\ncontent-length[ \\t]*:");

        private static final Pattern IN_HEADER = Pattern.compile("[^\\n]* HTTP/1\\.[01]\\r?\\n");

        private static final byte[] ROOT = {'/'};

        private final int headerBytes;

        private boolean hadVersionless;

        HttpStatusProcessor(HttpStatusProtocol protocol) {
            super(protocol, protocol.getAdapter());
            this.headerBytes = protocol.getMaxHttpRequestHeaderSize();
        }

        @Override
        protected void setErrorState(ErrorState state, @Nullable Throwable cause) {
            hadVersionless |= isVersionless(request);
            if (cause instanceof IllegalArgumentException && TOO_LARGE.equals(cause.getMessage())) {
                boolean inRequestLine = request.requestURI().isNull() || !isInHeader();
                request.setAttribute(STATUS, inRequestLine ? 414 : 431);
                response.setHeader("Connection", "close");
            }
            super.setErrorState(state, cause);
        }

        /**
         * Asked when this returns to the pool of idle processors, with no connection any more; a processor that says
         * yes does not. Tomcat still remembers then that it has read HTTP/0.9. It would answer the next unreadable
         * request without a head.
         */
        @Override
        public boolean isUpgrade() {
            return (hadVersionless && getSocketWrapper() == null) || super.isUpgrade();
        }

        /** Called once for each request, when its head was read. */
        @Override
        protected void parseHost(@Nullable MessageBytes value) {
            // Size bounds the trailers. Tomcat's bound of eight fields, from the second request on, would answer 500.
            request.getMimeTrailerFields().setLimit(-1);
            String host = value == null || value.isNull() ? "" : value.toString();
            boolean server = request.requestURI().equals("*"); // Tomcat would answer OPTIONS by itself
            boolean versionless = isVersionless(request);
            if (server) {
                request.requestURI().setBytes(ROOT, 0, ROOT.length);
            }
            if (server || versionless || !HostHeader.isValid(host) || isOfUnknownLength()) {
                response.setStatus(400);
                setErrorState(ErrorState.CLOSE_CLEAN, null);
            } else if (host.isEmpty()) {
                super.parseHost(value);
            } else {
                int colon = HostHeader.portColon(host);
                request.serverName().setString(colon < 0 ? host : host.substring(0, colon));
                if (colon >= 0 && colon < host.length() - 1) {
                    request.setServerPort(Integer.parseInt(host.substring(colon + 1)));
                }
            }
        }

        /**
         * Whether other servers on the way may find the request's end elsewhere (RFC 9112, 6.1 and 6.3). It is chunked
         * and has a length, too; or is chunked in HTTP/1.0, which has no chunks; or its coding is a list with empty
         * elements. Tomcat takes the chunks.
         */
        private boolean isOfUnknownLength() {
            MessageBytes coding = request.getMimeHeaders().getValue("transfer-encoding");
            return coding != null && (!request.protocol().equals("HTTP/1.1")
                    || (!getErrorState().isError() && !coding.toString().strip().equalsIgnoreCase("chunked"))
                    || HAD_CONTENT_LENGTH.matcher(fromTarget()).lookingAt());
        }

        /** Whether the limit was hit in the header. The buffer is full now; bytes behind its limit are older. */
        private boolean isInHeader() {
            int start = request.requestURI().getByteChunk().getStart();
            String read = fromTarget();
            return IN_HEADER.matcher(read.substring(0,
                    Math.clamp(headerBytes - start, 0, read.length()))).lookingAt();
        }

        /** The head as it came. Tomcat has removed a Content-Length from its own by now. */
        private String fromTarget() {
            ByteChunk target = request.requestURI().getByteChunk();
            return new String(target.getBytes(), target.getStart(), target.getBytes().length - target.getStart(),
                    StandardCharsets.ISO_8859_1);
        }
    }
}
