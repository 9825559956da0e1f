package dev.threeways.connections.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Idle connections, held by as many processes as it takes. */
final class Clients implements AutoCloseable {

    private final List<Worker> workers = new ArrayList<>();

    private final int inOne;

    /** Starts the processes; they have no connections yet. */
    Clients(int count, int inOne) throws IOException {
        this.inOne = inOne;
        try {
            for (int left = count; left > 0; left -= inOne) {
                workers.add(Worker.client(1 + workers.size()));
            }
            for (Worker worker : workers) {
                JsonNode _ = worker.ask("alive"); // it has started
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** @throws IOException if not all could be made */
    void connect(int port, int count) throws IOException {
        int left = count;
        for (Worker worker : workers) {
            int wanted = Math.min(left, inOne);
            int made = worker.ask("connect " + port + " " + wanted).get("made").intValue();
            if (made < wanted) {
                throw new IOException("Only " + made + " of " + wanted + " connections could be made");
            }
            left -= wanted;
        }
    }

    void useEach(String request) throws IOException {
        for (Worker worker : workers) {
            long errors = Outcome.of(worker.ask("use 32 " + request)).errors();
            if (errors > 0) {
                throw new IOException(errors + " connections were not answered");
            }
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
