package dev.threeways.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Causes that are hard to provoke; the others are in {@link SimulationTests}. */
class FailureCausesTests {

    @Test
    void aConnectionThatIsNotAnsweredIsATimeOut() {
        assertThat(FailureCauses.classify(new ConnectTimeoutException("connection timed out after 2000 ms")))
                .isEqualTo(RequestClass.TIMEOUT);
        assertThat(FailureCauses.classify(new ConnectException("Connection timed out")))
                .isEqualTo(RequestClass.TIMEOUT);
    }

    @Test
    void theGeneratorsOwnTroubleIsNotTheServers() {
        assertThat(FailureCauses.classify(new ConnectException("Cannot assign requested address")))
                .isEqualTo(RequestClass.OTHER);
        assertThat(FailureCauses.classify(new IOException("Too many open files"))).isEqualTo(RequestClass.OTHER);
        assertThat(FailureCauses.classify(new NoRouteToHostException("No route to host")))
                .isEqualTo(RequestClass.OTHER);
        assertThat(FailureCauses.classify(null)).isEqualTo(RequestClass.OTHER);
    }

    /** Nobody takes the causes of a run that is over: kept, they would grow from run to run of one JVM. */
    @Test
    void anEarlierRunGetsNoMoreCauses() {
        FailureCauses earlier = FailureCauses.install();
        FailureCauses later = FailureCauses.install();
        LoggerFactory.getLogger("io.gatling.http.engine.GatlingHttpListener")
                .debug("Request failed for user 7", new IOException("reset"));
        assertThat(later.take(7)).isInstanceOf(IOException.class);
        assertThat(earlier.take(7)).isNull();
    }
}
