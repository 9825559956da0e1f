package dev.threeways.connections;

import dev.threeways.connections.cli.Architectures;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Runs {@code architectures serve} in a JVM of its own, from the jars that {@code ./architectures} runs. The JVM's
 * language writes numbers in Arabic digits, which must not show in what it prints and answers.
 */
final class CommandProcess implements AutoCloseable {

    /** JUnit's timeout interrupts, which a thread that reads from a process does not notice. */
    private static final int PATIENCE_SECONDS = 120;

    private final Process process;

    private final BufferedReader output;

    /** @param prefix of the command, such as a shell that lowers a limit; may be empty */
    CommandProcess(List<String> prefix, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Duser.language=ar", "-Duser.country=EG", "--enable-native-access=ALL-UNNAMED",
                "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED", "-cp",
                "target/*" + File.pathSeparator + "target/lib/*", Architectures.class.getName(), "serve"));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        output = process.inputReader(StandardCharsets.UTF_8);
        endLater(process);
    }

    /** Ends a process that still runs after long, so that a hanging test fails and says what was printed. */
    static void endLater(Process process) {
        CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS).execute(() -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }

    /** Returns the next printed line that contains {@code text}. */
    String awaitLine(String text) throws IOException {
        StringBuilder before = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.contains(text)) {
                return line;
            }
            before.append(line).append('\n');
        }
        throw new IOException("It ended without '" + text + "':\n" + before);
    }

    /** Returns the port in a line that says where it serves. */
    static int port(String line) {
        return Integer.parseInt(line.replaceAll(".*127\\.0\\.0\\.1:(\\d+)/.*", "$1"));
    }

    Process process() {
        return process;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().orTimeout(10, TimeUnit.SECONDS).exceptionally(_ -> process.destroyForcibly()).join();
    }
}
