package dev.threeways.connections.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Idle connections, held by as many processes as it takes. */
final class Clients implements AutoCloseable {

    private final List<Worker> workers = new ArrayList<>();

    private Clients() {}

    /** @throws IOException if not all could be made */
    static Clients connect(int port, int count, int inOne) throws IOException {
        Clients clients = new Clients();
        try {
            for (int left = count; left > 0; left -= inOne) {
                Worker worker = Worker.client(1 + clients.workers.size());
                clients.workers.add(worker);
                int wanted = Math.min(left, inOne);
                int made = worker.ask("connect " + port + " " + wanted).get("made").intValue();
                if (made < wanted) {
                    throw new IOException("Only " + made + " of " + wanted + " connections could be made");
                }
            }
            return clients;
        } catch (IOException e) {
            clients.close();
            throw e;
        }
    }

    void useEach(String request) throws IOException {
        for (Worker worker : workers) {
            JsonNode outcome = worker.ask("use 32 " + request);
            if (outcome.get("errors").longValue() > 0) {
                throw new IOException(outcome.get("errors") + " connections were not answered");
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

    @Override
    public void close() {
        workers.forEach(Worker::close);
    }
}
