package dev.threeways.contract;

import dev.threeways.backends.DatabaseAddress;

/** Orders database where a container engine runs. */
final class ContainerOrders implements OrdersDatabase {

    private final OrdersContainer container = new OrdersContainer();

    ContainerOrders() {
        container.start();
    }

    @Override
    public DatabaseAddress reader() {
        return address(container.getUsername(), container.getPassword());
    }

    @Override
    public DatabaseAddress administrator() {
        return address(OrdersContainer.ADMINISTRATOR, OrdersContainer.ADMINISTRATOR_PASSWORD);
    }

    private DatabaseAddress address(String user, String password) {
        return new DatabaseAddress(container.getHost(), container.getFirstMappedPort(), container.getDatabaseName(),
                user, password);
    }

    @Override
    public void close() {
        container.stop();
    }

    @Override
    public String toString() {
        return "Testcontainers, " + container.getDockerImageName();
    }
}
