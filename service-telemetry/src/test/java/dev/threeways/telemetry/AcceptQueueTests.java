package dev.threeways.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class AcceptQueueTests {

    @Test
    void readsTheReceiveQueueOfTheSocketThatListens() throws IOException {
        assertThat(AcceptQueue.length(sockets(), 8081)).hasValue(27);
        assertThat(AcceptQueue.length(sockets(), 8083)).isEmpty();
        assertThat(AcceptQueue.length(new BufferedReader(new StringReader("")), 8081)).isEmpty();
    }

    @Test
    void readsNoFurtherThanTheSocketsThatListen() throws IOException {
        BufferedReader sockets = sockets();
        AcceptQueue.length(sockets, 8081);
        assertThat(sockets.readLine()).startsWith("   3:");
    }

    private static BufferedReader sockets() {
        return new BufferedReader(new StringReader("""
                  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid
                   0: 0100007F:1F91 00000000:0000 0A 00000000:0000001B 00:00000000 00000000     0
                   1: 0100007F:1F92 00000000:0000 0A 00000000:00000007 00:00000000 00000000     0
                   2: 0100007F:1F91 0100007F:9C40 01 00000000:00000099 00:00000000 00000000     0
                   3: 0100007F:1F91 0100007F:9C41 01 00000000:00000099 00:00000000 00000000     0
                """));
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
            LimitedResource queue = new AcceptQueue(listener::getLocalPort, 50).resource().orElseThrow();
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
