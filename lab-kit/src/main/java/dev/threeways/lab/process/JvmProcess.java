package dev.threeways.lab.process;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One child JVM: started with a stated command line, watched until it is ready, stopped as an operator would. It
 * outlives this JVM only if this JVM is killed hard.
 */
public final class JvmProcess implements AutoCloseable {

    /** Grace after SIGTERM, in {@link #close()} and at the end of this JVM. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final Duration POLL = Duration.ofMillis(100);

    private static final Duration POLL_TIMEOUT = Duration.ofSeconds(2);

    private static final int TAIL_LINES = 40;

    /** Variables that add options to every JVM, beside its stated command line. */
    private static final List<String> OPTION_VARIABLES = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS",
            "_JAVA_OPTIONS");

    /**
     * System property with options that every child has besides, separated by blanks, and every child of a child. The project's
     * own tests, which measure nothing, do without the second compiler.
     */
    private static final String CHILD_OPTIONS = "children.jvm";

    private final String name;

    private final List<String> command;

    private final Path log;

    private final Process process;

    private JvmProcess(String name, List<String> command, Path log, Process process) {
        this.name = name;
        this.command = command;
        this.log = log;
        this.process = process;
    }

    /** Returns the options that every child has besides its own. */
    static List<String> childOptions() {
        String options = System.getProperty(CHILD_OPTIONS, "").strip();
        return options.isEmpty() ? List.of() : List.of(options.split(" +"));
    }

    private static List<String> inherited() {
        List<String> options = new ArrayList<>(childOptions());
        if (!options.isEmpty()) {
            options.add("-D" + CHILD_OPTIONS + "=" + String.join(" ", childOptions()));
        }
        return options;
    }

    /** @param name what messages call the process */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Returns the whole command line, for records of what was run. */
    public List<String> command() {
        return command;
    }

    /** Returns the file with the process's standard output and error. */
    public Path log() {
        return log;
    }

    /** Returns the last lines of {@link #log()}. */
    public List<String> logTail(int lines) {
        return LogTail.of(log, lines);
    }

    /**
     * Waits until {@code readiness} answers 200.
     *
     * @throws ProcessFailedException as soon as the process has ended, or when {@code atMost} has passed; the process
     *     then still runs
     */
    public void awaitReady(URI readiness, Duration atMost) throws ProcessFailedException, InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(POLL_TIMEOUT)
                .build();
        try {
            HttpRequest request = HttpRequest.newBuilder(readiness).timeout(POLL_TIMEOUT).build();
            String last = "no answer";
            while (true) {
                if (!process.isAlive()) {
                    throw failure(
                            "ended with exit code " + process.exitValue() + " before " + readiness + " answered 200");
                }
                try {
                    int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
                    if (status == 200) {
                        return;
                    }
                    last = "status " + status;
                } catch (IOException e) {
                    last = e.toString();
                }
                if (System.nanoTime() - deadline > 0) {
                    throw failure("is not ready after " + atMost.toMillis() + " ms: " + readiness + ": " + last);
                }
                boolean _ = process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS); // ends the pause when it dies
            }
        } finally {
            client.shutdownNow();
        }
    }

    /**
     * Waits until a line of the log has {@code text} in it.
     *
     * @return the first such line
     * @throws ProcessFailedException if the process has ended without it, or when {@code atMost} has passed; the
     *     process then still runs
     */
    public String awaitLine(String text, Duration atMost) throws ProcessFailedException, InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (true) {
            boolean alive = process.isAlive(); // asked first, so that all it wrote before its end can be read
            String written;
            try {
                written = Files.readString(log);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot read the log of " + name + ", " + log, e);
            }
            Optional<String> line = written.substring(0, written.lastIndexOf('\n') + 1)
                    .lines()
                    .filter(one -> one.contains(text))
                    .findFirst();
            if (line.isPresent()) {
                return line.get();
            }
            if (!alive) {
                throw failure("ended with exit code " + process.exitValue() + " and did not say '" + text + "'");
            }
            if (System.nanoTime() - deadline > 0) {
                throw failure("did not say '" + text + "' within " + atMost.toMillis() + " ms");
            }
            boolean _ = process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS); // ends the pause when it dies
        }
    }

    /**
     * Writes to the standard input of a process that keeps it.
     *
     * @throws IOException if the process has ended
     */
    public void write(String text) throws IOException {
        OutputStream input = process.getOutputStream();
        input.write(text.getBytes(StandardCharsets.UTF_8));
        input.flush();
    }

    /** Returns the exception for a process that failed: names the process, its log and the log's end. */
    public ProcessFailedException failure(String what) {
        return new ProcessFailedException(name,
                name + " (process " + pid() + ") " + what + ". The end of its log, " + log + ":", logTail(TAIL_LINES));
    }

    /** Asks the process to end (SIGTERM) without waiting. */
    public void terminate() {
        process.destroy();
    }

    /**
     * Waits for the end of the process.
     *
     * @return whether it has ended within {@code atMost}
     */
    public boolean awaitEnd(Duration atMost) throws InterruptedException {
        return process.waitFor(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * Returns the exit code.
     *
     * @throws IllegalThreadStateException if it is alive
     */
    public int exitCode() {
        return process.exitValue();
    }

    /**
     * Ends the process and whatever it has started: SIGTERM, and SIGKILL when {@code grace} has passed. Does nothing if
     * it has ended.
     *
     * @return the exit code: 143 after a SIGTERM and 137 after a SIGKILL, as shells count
     */
    public int stop(Duration grace) {
        List<ProcessHandle> descendants = process.descendants().toList();
        boolean interrupted = false;
        process.destroy();
        try {
            if (!process.waitFor(grace.toNanos(), TimeUnit.NANOSECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            interrupted = true;
            process.destroyForcibly();
        }
        descendants.forEach(ProcessHandle::destroyForcibly);
        int exitCode = process.onExit().join().exitValue(); // SIGKILL leaves no choice
        AtExit.remove(this);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return exitCode;
    }

    /** Stops the process with a grace of five seconds. */
    @Override
    public void close() {
        int _ = stop(GRACE);
    }

    @Override
    public String toString() {
        return name + " (process " + pid() + ")";
    }

    /** States a command line. Needs {@link #log}, and one of {@link #jar} and {@link #mainClass}. */
    public static final class Builder {

        private final String name;

        private Path java = Jdk.java();

        private List<String> jvmOptions = List.of();

        private List<String> program = List.of();

        private List<String> args = List.of();

        private List<String> commandPrefix = List.of();

        private Map<String, String> environment = Map.of();

        private @Nullable Path log;

        private boolean keepsInput;

        private Builder(String name) {
            this.name = name;
        }

        /** Sets the {@code java} command; by default that of the JDK that runs this process. */
        public Builder java(Path command) {
            this.java = command;
            return this;
        }

        public Builder jvmOptions(List<String> options) {
            this.jvmOptions = List.copyOf(options);
            return this;
        }

        public Builder jar(Path file) {
            this.program = List.of("-jar", file.toString());
            return this;
        }

        public Builder mainClass(String className, String classPath) {
            this.program = List.of("-cp", classPath, className);
            return this;
        }

        public Builder args(List<String> arguments) {
            this.args = List.copyOf(arguments);
            return this;
        }

        /** Adds to this process's environment, from which variables with JVM options are removed. */
        public Builder environment(Map<String, String> variables) {
            this.environment = Map.copyOf(variables);
            return this;
        }

        /** Sets what starts the command, such as {@code taskset -c 1}. */
        public Builder commandPrefix(List<String> prefix) {
            this.commandPrefix = List.copyOf(prefix);
            return this;
        }

        /** Sets the file of standard output and error, which is overwritten; its directory is made. */
        public Builder log(Path file) {
            this.log = file;
            return this;
        }

        /** Leaves standard input open for {@link JvmProcess#write}; by default it has ended when the process begins. */
        public Builder keepsInput() {
            this.keepsInput = true;
            return this;
        }

        /**
         * @throws UncheckedIOException if the command cannot be run or the log cannot be written
         * @throws IllegalStateException if this JVM is being shut down
         */
        public JvmProcess start() {
            if (program.isEmpty()) {
                throw new IllegalStateException("Nothing to run for " + name + ": call jar or mainClass");
            }
            Path logFile = Objects.requireNonNull(log, "no log file for " + name);
            List<String> command = Stream
                    .of(commandPrefix, List.of(java.toString()), inherited(), jvmOptions, program, args)
                    .flatMap(List::stream)
                    .toList();
            ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command));
            builder.environment().keySet().removeAll(OPTION_VARIABLES);
            builder.environment().putAll(new TreeMap<>(environment));
            builder.redirectErrorStream(true).redirectOutput(logFile.toFile());
            Process process;
            try {
                Path directory = logFile.toAbsolutePath().getParent();
                if (directory != null) {
                    Files.createDirectories(directory);
                }
                process = builder.start();
                if (!keepsInput) {
                    process.getOutputStream().close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot start " + name + " with " + command + ", log " + logFile, e);
            }
            JvmProcess started = new JvmProcess(name, command, logFile, process);
            if (!AtExit.add(started)) {
                process.destroyForcibly();
                throw new IllegalStateException(name + " was not started: this JVM is being shut down");
            }
            return started;
        }
    }
}
