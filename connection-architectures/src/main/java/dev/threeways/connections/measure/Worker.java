package dev.threeways.connections.measure;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A child JVM that obeys lines and answers each with one, as long as this is open. */
final class Worker implements AutoCloseable {

    private static final JsonMapper json = new JsonMapper();

    private static final int END_SECONDS = 10;

    /** Exceeds the time of any command; a load's own duration comes on top. */
    private static final int ANSWER_SECONDS = 300;

    private final String name;

    private final Process process;

    private final BufferedReader answers;

    private final BufferedWriter commands;

    /** @param main takes {@code arguments} */
    Worker(String name, List<String> jvmOptions, Class<?> main, String... arguments) throws IOException {
        this.name = name;
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+DisplayVMOutputToStderr"); // standard output is for answers
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        answers = process.inputReader(StandardCharsets.UTF_8);
        commands = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** Starts the client with a number on this machine. */
    static Worker client(int number) throws IOException {
        return new Worker("client " + number, List.of("-Xms256m", "-Xmx256m", "-XX:+UseSerialGC"), LoadWorker.class,
                String.valueOf(number));
    }

    long pid() {
        return process.pid();
    }

    /** Sends a command and waits for the answer. */
    JsonNode ask(String command) throws IOException {
        tell(command);
        return answer();
    }

    void tell(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
    }

    /**
     * Runs an open load to its end.
     *
     * @param perSecond requests
     * @param active connections
     */
    Outcome open(double perSecond, double seconds, int active, long seed, String request) throws IOException {
        tell("open " + perSecond + " " + seconds + " " + active + " " + seed + " " + request);
        return Outcome.of(answer(seconds));
    }

    /** Runs a closed load to its end. */
    Outcome closed(double seconds, int active, String request) throws IOException {
        tell("closed " + seconds + " " + active + " " + request);
        return Outcome.of(answer(seconds));
    }

    JsonNode answer() throws IOException {
        return answer(0);
    }

    /**
     * Waits for the answer to the last command.
     *
     * @param seconds duration of the command itself
     * @throws IOException if the command failed, took too long, or the process died
     */
    JsonNode answer(double seconds) throws IOException {
        CompletableFuture<Void> limit = CompletableFuture.runAsync(process::destroyForcibly,
                CompletableFuture.delayedExecutor(ANSWER_SECONDS + (long) seconds, TimeUnit.SECONDS));
        String line = answers.readLine();
        if (line == null) {
            throw new IOException(name + (limit.isDone() ? " did not answer and was killed" : " has died"));
        }
        limit.cancel(false);
        JsonNode answer = json.readTree(line);
        if (answer.has("failure")) {
            throw new IOException(name + ": " + answer.get("failure").stringValue());
        }
        return answer;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().orTimeout(END_SECONDS, TimeUnit.SECONDS).exceptionally(_ -> process.destroyForcibly()).join();
    }
}
