package dev.threeways.connections.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.connections.Role;
import dev.threeways.lab.process.Home;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * The JDK's flight recorder sees which thread of each service listens, accepts, reads and handles while payments are
 * made. docs/ARCHITECTURES.md must say the same.
 */
class RolesOfServicesIT {

    /** Methods of each role: on Tomcat the JDK's channels, on Reactor Netty its own epoll transport. */
    private static final Map<String, Role> METHODS = Map.of("sun.nio.ch.ServerSocketChannelImpl::bind", Role.LISTENER,
            "sun.nio.ch.ServerSocketChannelImpl::accept", Role.ACCEPTOR,
            "org.apache.tomcat.util.net.NioEndpoint$NioSocketWrapper::read", Role.READER,
            "dev.threeways.servlet.PaymentController::pay", Role.WORKER,
            "io.netty.channel.epoll.EpollServerSocketChannel::doBind", Role.LISTENER,
            "io.netty.channel.epoll.EpollServerSocketChannel::newChildChannel", Role.ACCEPTOR,
            "io.netty.channel.epoll.AbstractEpollChannel::doReadBytes", Role.READER,
            "dev.threeways.reactive.PaymentController::pay", Role.WORKER);

    private final Path directory;

    RolesOfServicesIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @ParameterizedTest
    @ValueSource(strings = {"blocking", "virtual-thread", "reactive"})
    void areAsTheDocumentSays(String name) throws IOException, InterruptedException {
        Path recording = directory.resolve("roles.jfr");
        try (Service service = Service.start(name, directory,
                "-XX:StartFlightRecording:method-trace=" + String.join(";", METHODS.keySet()))) {
            try (Worker client = Worker.client(0)) {
                JsonNode _ = client.ask("connect " + service.port() + " 8");
                assertThat(client.open(100, 2, 8, 1, service.request()).errors()).isZero();
            }
            service.processes().getFirst().jcmd("JFR.dump", "filename=" + recording);
        }
        String row = row(name, roles(recording));
        assertThat(Files.readString(Home.find().root().resolve("docs/ARCHITECTURES.md"), StandardCharsets.UTF_8))
                .as("docs/ARCHITECTURES.md should have the row: " + row)
                .contains(row);
    }

    /** Returns names of threads by role, without their numbers. */
    private static Map<Role, Set<String>> roles(Path recording) throws IOException {
        Map<Role, Set<String>> roles = new TreeMap<>();
        for (RecordedEvent event : RecordingFile.readAllEvents(recording)) {
            if (event.getEventType().getName().equals("jdk.MethodTrace")) {
                RecordedMethod method = event.getValue("method");
                Role role = METHODS.get(method.getType().getName() + "::" + method.getName());
                RecordedThread thread = event.getThread();
                if (role != null && thread != null) {
                    String threadName = thread.getJavaName() == null ? "" : thread.getJavaName();
                    roles.computeIfAbsent(role, _ -> new TreeSet<>())
                            .add(threadName.replaceAll("-\\d+(\\.\\d+){3}", "").replaceAll("\\d+", "N")
                                    + (thread.isVirtual() ? " (virtual)" : ""));
                }
            }
        }
        return roles;
    }

    private static String row(String name, Map<Role, Set<String>> roles) {
        return "| " + name + "-service | " + Arrays.stream(Role.values())
                .map(role -> roles.getOrDefault(role, Set.of())
                        .stream()
                        .map(thread -> "`" + thread + "`")
                        .collect(Collectors.joining(", ")))
                .collect(Collectors.joining(" | ")) + " |";
    }
}
