package dev.threeways.connections.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Holds idle connections in as many processes as it takes. */
final class Clients implements AutoCloseable {

    private static final int BATCH = 100;

    private final List<Worker> workers = new ArrayList<>();

    private final int inOne;

    /** Starts the processes, without connections yet. */
    Clients(int count, int inOne) throws IOException {
        this.inOne = inOne;
        try {
            for (int left = count; left > 0; left -= inOne) {
                workers.add(Worker.client(1 + workers.size()));
            }
            for (Worker worker : workers) {
                JsonNode _ = worker.ask("alive"); // returns once it has started
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /**
     * Makes connections and sends a request on each, in batches smaller than any backlog. Each batch is used before the
     * next is made, since a server may soon close an unused connection. An answered connection has been accepted.
     *
     * @throws IOException if a connection could not be made, or was not answered well
     */
    void connect(int port, int count, String request) throws IOException {
        int left = count;
        for (Worker worker : workers) {
            int wanted = Math.min(left, inOne);
            for (int made = 0; made < wanted; made += BATCH) {
                int batch = Math.min(BATCH, wanted - made);
                int fresh = worker.ask("connect " + port + " " + batch).get("made").intValue();
                long answered = Outcome.of(worker.ask("use 32 " + request)).ok();
                if (answered < batch) {
                    throw new IOException("Of connections " + made + " to " + (made + batch) + " " + fresh
                            + " could be made, and " + answered + " were answered well");
                }
            }
            left -= wanted;
        }
    }

    int alive() throws IOException {
        int alive = 0;
        for (Worker worker : workers) {
            alive += worker.ask("alive").get("open").intValue();
        }
        return alive;
    }

    /** Ends all connections. */
    void disconnect() {
        workers.forEach(Worker::close);
    }

    @Override
    public void close() {
        disconnect();
    }
}
