package dev.threeways.connections;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.connections.cli.Architectures;
import dev.threeways.connections.Wire.Answer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ServeIT {

    private static final List<String> NO_PREFIX = List.of();

    @Test
    void printsTheFiveStepsOfANonBlockingServer() throws Exception {
        try (CommandProcess serve = new CommandProcess(NO_PREFIX, "single-threaded", "--port=0", "--trace")) {
            int port = CommandProcess.port(serve.awaitLine("serves"));
            try (Wire wire = new Wire(port)) {
                assertThat(wire.ask(Wire.post("/echo", "traced")).body()).isEqualTo("traced");
            }
            assertThat(serve.awaitLine("set it non-blocking and register it")).contains("#1", "loop-1", "epoll");
            assertThat(serve.awaitLine("ask for ready ones among 2 watched")).contains("loop-1", "epoll_wait");
            assertThat(serve.awaitLine("the kernel returns 1 ready")).contains("loop-1");
            assertThat(serve.awaitLine("callback: read")).contains("#1", "loop-1");
            assertThat(serve.awaitLine("ask for ready ones")).contains("loop-1");
        }
    }

    @Test
    void printsWhereAThreadParks() throws Exception {
        try (CommandProcess serve = new CommandProcess(NO_PREFIX, "thread-per-connection", "--port=0", "--trace")) {
            int port = CommandProcess.port(serve.awaitLine("serves"));
            try (Wire wire = new Wire(port)) {
                assertThat(wire.ask(Wire.post("/wait/5", "traced")).body()).isEqualTo("traced");
            }
            assertThat(serve.awaitLine("wait for a request: this thread parks")).contains("#1", "connection-1");
            assertThat(serve.awaitLine("wait: this thread parks for 5 ms")).contains("#1", "connection-1");
        }
    }

    @Test
    void asksPollWhenToldSo() throws Exception {
        try (CommandProcess serve = new CommandProcess(NO_PREFIX, "single-threaded", "--port=0", "--trace",
                "--selector=poll")) {
            int port = CommandProcess.port(serve.awaitLine("serves"));
            try (Wire wire = new Wire(port)) {
                assertThat(wire.ask(Wire.post("/echo", "polled")).body()).isEqualTo("polled");
            }
            assertThat(serve.awaitLine("ask for ready ones among 2 watched")).endsWith(" poll");
        }
    }

    @Test
    void numbersAreTheSameInEveryLanguage() throws Exception {
        try (CommandProcess serve = new CommandProcess(NO_PREFIX, "single-threaded", "--port=0", "--trace")) {
            String line = serve.awaitLine("serves");
            assertThat(line).contains("(process " + serve.process().pid() + ")");
            try (Wire wire = new Wire(CommandProcess.port(line))) {
                assertThat(wire.ask(Wire.get("/nothing")).body()).contains("\"status\":404,");
                assertThat(wire.ask(Wire.get("/stats")).body()).matches("\\p{ASCII}+");
            }
            assertThat(serve.awaitLine("callback: read")).matches(" +\\d+\\.\\d{3} .*");
        }
    }

    @Test
    void servesInSeveralProcessesOnOnePort() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Set<Long> children;
        try (CommandProcess serve = new CommandProcess(NO_PREFIX, "socket-sharded", "--port=" + port,
                "--processes=3")) {
            Set<String> processes = new HashSet<>();
            for (int i = 0; i < 3; i++) {
                processes.add(serve.awaitLine("serves").replaceAll(".*process (\\d+).*", "$1"));
            }
            assertThat(processes).hasSize(3);
            children = new HashSet<>(serve.process().children().map(ProcessHandle::pid).toList());
            assertThat(children.stream().map(String::valueOf)).containsExactlyInAnyOrderElementsOf(processes);
            Set<Long> accepted = new HashSet<>();
            for (int i = 0; i < 200; i++) {
                try (Wire wire = new Wire(port)) {
                    Answer stats = wire.ask(Wire.get("/stats"));
                    accepted.add(stats.body()
                            .lines()
                            .filter(line -> line.startsWith("accepted"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
                            .sum());
                }
            }
            // A single process would have counted up to 200.
            assertThat(accepted.stream().mapToLong(Long::longValue).max().orElseThrow()).isLessThan(150);
        }
        for (long child : children) {
            ProcessHandle.of(child).ifPresent(process -> {
                try {
                    process.onExit().get(10, TimeUnit.SECONDS);
                } catch (Exception e) {
                    throw new AssertionError("process " + child + " outlives the command", e);
                }
            });
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            ""                                                | What is to be done?
            measure                                           | 'measure'
            serve                                             | 'NAME'
            serve nothing                                     | There is no architecture 'nothing'
            serve jdk --processes=2                           | cannot share its port
            serve single-threaded --processes=2 --port=0      | need a --port
            serve socket-sharded --processes=0                | --processes must be at least 1, not 0
            serve socket-sharded --processes=2 --port=65536   | between 0 and 65535, not 65536
            serve single-threaded --port=-1                   | between 0 and 65535, not -1
            serve single-threaded --port=http                 | 'http' is not an int
            serve single-threaded --connections=0             | connections 0
            serve single-threaded --workers=0                 | workers 0
            serve single-threaded --selector=telepathy        | 'telepathy'
            serve single-threaded --colour=red                | '--colour=red'
            serve single-threaded --proces=2                  | Is --processes meant?
            blocked --blocks=0                                | --blocks must be more than 0, not 0
            blocked --duration=8                              | '8' is not a duration such as
            blocked --warm-up=0s                              | --warm-up must be more than 0, not 0
            blocked --rate=NaN                                | --rate must be more than 0, not NaN
            blocked --rate=Infinity                           | --rate must be more than 0, not Infinity
            blocked --margin=0                                | '0' is not a percentage such as
            completion zsh                                    | 'zsh'
            balance --busy=-1                                 | --busy must be more than 0, not -1
            accept --acceptors=1,0                            | --acceptors must be more than 0, not 0
            threads --rate=fast                               | 'fast' is not a double
            idle --servers=nothing                            | There is no architecture 'nothing'
            idle --services=nothing                           | There is no service 'nothing'
            readiness --only=nothing                          | There is no 'nothing' here
            readiness --output=target/serve-it/a-file  | a-file cannot be written to: there is a file of that name
            readiness --output=target/serve-it/a-file/below | a-file/below cannot be written to: Not a directory
            readiness --output=/proc/nothing                  | --output /proc/nothing cannot be written to
            readiness --output=                               | --output is empty
            """)
    void saysWhatIsWrong(String line, String message) throws IOException {
        Files.createDirectories(Path.of("target/serve-it"));
        Files.writeString(Path.of("target/serve-it/a-file"), "");
        refuses(line, message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"single-threaded", "thread-per-connection", "netty-nio", "socket-sharded",
            "socket-sharded --processes=2"})
    void saysThatAPortIsInUse(String name) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            refuses("serve " + name + " --port=" + taken.getLocalPort(),
                    "Cannot listen on port " + taken.getLocalPort() + ": Address already in use: give another --port");
        }
    }

    private static void refuses(String line, String message) {
        StringWriter said = new StringWriter();
        CommandLine command = Architectures.commandLine().setErr(new PrintWriter(said));
        int exitCode = command.execute(line.isEmpty() ? new String[0] : line.split(" ", -1));
        assertThat(said.toString()).contains(message).hasLineCount(1);
        assertThat(exitCode).isEqualTo(2);
    }

    @Test
    void listsThemAll() throws IOException {
        StringWriter said = new StringWriter();
        assertThat(Architectures.commandLine().setOut(new PrintWriter(said)).execute("list")).isZero();
        for (Architecture architecture : Architecture.values()) {
            assertThat(said.toString()).contains(architecture.toString() + ' ');
        }
    }
}
