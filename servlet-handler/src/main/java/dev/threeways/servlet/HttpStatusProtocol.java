package dev.threeways.servlet;

import org.apache.coyote.ErrorState;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.res.StringManager;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's HTTP/1.1 over NIO, with the statuses RFC 9110 and RFC 6585 have for a header that is too large. Tomcat
 * itself answers 400 to whatever it cannot parse, and so leaves the client to guess.
 *
 * <p>Public for {@link org.springframework.boot.tomcat.TomcatWebServerFactory#setProtocol(String)}, which
 * takes a class name.
 */
public final class HttpStatusProtocol extends Http11NioProtocol {

    /** What {@link ProblemValve} is to answer instead of Tomcat's 400, as an attribute of the request. */
    static final String STATUS = HttpStatusProtocol.class.getName() + ".status";

    /** The size of the header bounds the number of its fields; Tomcat's further limit of 100 would answer 400. */
    public HttpStatusProtocol() {
        setMaxHeaderCount(-1);
    }

    @Override
    protected Processor createProcessor() {
        return new HttpStatusProcessor(this);
    }

    private static final class HttpStatusProcessor extends Http11Processor {

        /** Tomcat throws no type of its own for this, only an {@link IllegalArgumentException} with this message. */
        private static final String TOO_LARGE = StringManager.getManager(Http11Processor.class)
                .getString("iib.requestheadertoolarge.error");

        HttpStatusProcessor(HttpStatusProtocol protocol) {
            super(protocol, protocol.getAdapter());
        }

        @Override
        protected void setErrorState(ErrorState state, @Nullable Throwable cause) {
            if (cause instanceof IllegalArgumentException && TOO_LARGE.equals(cause.getMessage())) {
                boolean inRequestLine = request.requestURI().isNull();
                request.setAttribute(STATUS, inRequestLine ? 414 : 431);
                response.setHeader("Connection", "close");
            }
            super.setErrorState(state, cause);
        }
    }
}
