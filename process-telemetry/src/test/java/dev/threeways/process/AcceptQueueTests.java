package dev.threeways.process;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.threeways.telemetry.LimitedResource;
import dev.threeways.telemetry.ListeningSocket;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class AcceptQueueTests {

    @Test
    void readsTheReceiveQueueOfTheSocketThatListens() throws IOException {
        assertThat(AcceptQueue.length(sockets(), 8081)).hasValue(27);
        assertThat(AcceptQueue.length(sockets(), 8083)).isEmpty();
        assertThat(AcceptQueue.length(InputStream.nullInputStream(), 8081)).isEmpty();
    }

    @Test
    void readsNoFurtherThanTheSocketsThatListen() throws IOException {
        for (int port : new int[]{8081, 8083}) {
            InputStream sockets = sockets();
            OptionalLong _ = AcceptQueue.length(sockets, port);
            assertThat(new String(sockets.readAllBytes(), US_ASCII)).as("not read for " + port).contains("   5:");
        }
    }

    private static InputStream sockets() {
        return new ByteArrayInputStream("""
                  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid
                   0: 0100007F:1F91 00000000:0000 0A 00000000:0000001B 00:00000000 00000000     0
                   1: 0100007F:1F92 00000000:0000 0A 00000000:00000007 00:00000000 00000000     0
                   2: 0100007F:1F91 0100007F:9C40 01 00000000:00000099 00:00000000 00000000     0
                   3: 0100007F:1F91 0100007F:9C41 01 00000000:00000099 00:00000000 00000000     0
                   4: 0100007F:1F91 0100007F:9C42 01 00000000:00000099 00:00000000 00000000     0
                   5: 0100007F:1F91 0100007F:9C43 01 00000000:00000099 00:00000000 00000000     0
                """.getBytes(US_ASCII));
    }

    @Test
    void readsOverflowsByTheirName() {
        assertThat(AcceptQueue.overflows(List.of("IpExt: InNoRoutes InTruncatedPkts", "IpExt: 1 2",
                "TcpExt: SyncookiesSent ListenOverflows ListenDrops", "TcpExt: 5 17 18"))).hasValue(17);
        assertThat(AcceptQueue.overflows(List.of())).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void countsConnectionsNobodyAccepts() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (var listener = new ServerSocket(0, 50, loopback)) {
            LimitedResource queue = AcceptQueue.of(new ListeningSocket(listener::getLocalPort, 50));
            try (var _ = new Socket(loopback, listener.getLocalPort());
                    var _ = new Socket(loopback, listener.getLocalPort());
                    var _ = new Socket(loopback, listener.getLocalPort())) {
                await().untilAsserted(() -> assertThat(queue.used().getAsLong()).isEqualTo(3));
            }
            assertThat(queue.limit()).isNotNull();
        }
        assertThat(AcceptQueue.overflows()).isPresent();
    }
}
