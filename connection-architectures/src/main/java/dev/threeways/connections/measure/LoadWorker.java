package dev.threeways.connections.measure;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client in a process of its own: obeys lines on standard input and answers each with a line of JSON.
 *
 * <table>
 * <caption>Commands</caption>
 * <tr><td>{@code connect PORT COUNT [SECONDS]}</td><td>makes more connections: {@code made}</td></tr>
 * <tr><td>{@code use AT-ONCE REQUEST}</td><td>one request on each new connection: an {@link Outcome}</td></tr>
 * <tr><td>{@code open RATE SECONDS ACTIVE SEED REQUEST}</td><td>an open load: an {@link Outcome}</td></tr>
 * <tr><td>{@code closed SECONDS ACTIVE REQUEST}</td><td>a closed load: an {@link Outcome}</td></tr>
 * <tr><td>{@code churn PORT SECONDS AT-ONCE REQUEST}</td><td>connections for one request each: {@code ok}</td></tr>
 * <tr><td>{@code poke COUNT}</td><td>a byte on each of the first connections</td></tr>
 * <tr><td>{@code alive}</td><td>{@code open} connections</td></tr>
 * </table>
 *
 * A request is written with {@code ~} for {@code \r\n}.
 */
final class LoadWorker {

    /** Suffices for tens of thousands of connections on a slow machine. */
    private static final double CONNECT_SECONDS = 120;

    private static final JsonMapper json = new JsonMapper();

    private final LoadClient client;

    private final int number;

    private LoadWorker(int number) throws IOException {
        this.number = number;
        this.client = new LoadClient(number);
    }

    /** @param arguments number of this client on the machine */
    public static void main(String... arguments) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        LoadWorker worker = new LoadWorker(Integer.parseInt(arguments[0]));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            Map<String, Object> answer;
            try {
                answer = worker.obey(line);
            } catch (IOException | RuntimeException e) {
                answer = Map.of("failure", line + ": " + e);
            } catch (InterruptedException _) {
                return;
            }
            out.println(json.writeValueAsString(answer));
        }
    }

    private Map<String, Object> obey(String line) throws IOException, InterruptedException {
        String[] words = line.split(" ", 2);
        String rest = words.length < 2 ? "" : words[1];
        return switch (words[0]) {
            case "connect" -> {
                String[] values = rest.split(" ", -1);
                yield Map.of("made", client.connect(Integer.parseInt(values[0]), Integer.parseInt(values[1]),
                        values.length < 3 ? CONNECT_SECONDS : Double.parseDouble(values[2])));
            }
            case "use" -> {
                String[] values = rest.split(" ", 2);
                yield client.useEach(request(values[1]), Integer.parseInt(values[0])).map();
            }
            case "open" -> {
                String[] values = rest.split(" ", 5);
                yield client.open(Double.parseDouble(values[0]), Double.parseDouble(values[1]),
                        Integer.parseInt(values[2]), request(values[4]), Long.parseLong(values[3])).map();
            }
            case "closed" -> {
                String[] values = rest.split(" ", 3);
                yield client.closed(Double.parseDouble(values[0]), Integer.parseInt(values[1]), request(values[2]))
                        .map();
            }
            case "churn" -> {
                String[] values = rest.split(" ", 4);
                yield Map.of("ok", Churn.run(Integer.parseInt(values[0]), Double.parseDouble(values[1]),
                        Integer.parseInt(values[2]), request(values[3]), number));
            }
            case "poke" -> {
                client.poke(Integer.parseInt(rest));
                yield Map.of();
            }
            case "alive" -> Map.of("open", client.open());
            default -> throw new IllegalArgumentException("no such command");
        };
    }

    private static String request(String written) {
        return written.replace("~", "\r\n");
    }
}
