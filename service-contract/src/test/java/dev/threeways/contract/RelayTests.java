package dev.threeways.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RelayTests {

    private static final Duration LONG = Duration.ofSeconds(10);

    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();

    private ServerSocket echo;

    private Relay relay;

    @BeforeEach
    void start() throws IOException {
        echo = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket client = echo.accept();
                    Thread.ofVirtual().start(() -> echo(client));
                }
            } catch (IOException _) {
                // the test is over
            }
        });
        relay = Relay.to("127.0.0.1", echo.getLocalPort(), () -> (bytes, length) -> seen.write(bytes, 0, length));
    }

    private static void echo(Socket client) {
        try (client) {
            client.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException _) {
            // cut
        }
    }

    @AfterEach
    void stop() throws IOException {
        relay.close();
        echo.close();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), relay.port()), 500);
        socket.setSoTimeout(500);
        return socket;
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String hear(Socket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), StandardCharsets.US_ASCII);
    }

    @Test
    void passesBothWaysAndShowsWhatTheClientSent() throws IOException {
        try (Socket socket = connect()) {
            say(socket, "hello");
            assertThat(hear(socket, 5)).isEqualTo("hello");
            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).as("the end passes, too").isEqualTo(-1);
        }
        assertThat(seen.toString(StandardCharsets.US_ASCII)).isEqualTo("hello");
        assertThat(relay.accepted()).isEqualTo(1);
        await().atMost(LONG).until(() -> relay.connections() == 0);
    }

    @Test
    void refusesNewConnectionsAndKeepsOpenOnes() throws IOException {
        try (Socket open = connect()) {
            say(open, "a");
            assertThat(hear(open, 1)).isEqualTo("a");
            relay.refuse();
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
            say(open, "b");
            assertThat(hear(open, 1)).isEqualTo("b");
        }
        relay.open();
        connect().close();
    }

    @Test
    void swallowsNewConnections() throws IOException {
        relay.swallow();
        assertThatThrownBy(this::connect).isInstanceOf(SocketTimeoutException.class);
        relay.open();
        connect().close();
    }

    @Test
    void holdsBackWhatIsSentInAStall() throws IOException {
        try (Socket socket = connect()) {
            say(socket, "a");
            assertThat(hear(socket, 1)).isEqualTo("a");
            relay.stall();
            say(socket, "b");
            assertThatThrownBy(() -> hear(socket, 1)).isInstanceOf(SocketTimeoutException.class);
            relay.open();
            assertThat(hear(socket, 1)).isEqualTo("b");
        }
    }

    @Test
    void cutsOpenConnections() throws IOException {
        try (Socket socket = connect()) {
            say(socket, "a");
            assertThat(hear(socket, 1)).isEqualTo("a");
            relay.cut();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        connect().close();
    }
}
