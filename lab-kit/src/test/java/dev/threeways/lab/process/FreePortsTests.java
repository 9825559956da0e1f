package dev.threeways.lab.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FreePortsTests {

    @Test
    void areNeverHandedOutTwice() {
        assertThat(IntStream.range(0, 200).map(_ -> FreePorts.next())).doesNotHaveDuplicates();
    }

    @Test
    void areBelowTheEphemeralRangeAndCanBeListenedOn() throws Exception {
        int port = FreePorts.next();

        assertThat(port).isLessThan(32_768);
        try (ServerSocket socket = new ServerSocket(port)) {
            assertThat(FreePorts.isFree(socket.getLocalPort())).isFalse();
        }
        assertThat(FreePorts.isFree(port)).isTrue();
    }
}
