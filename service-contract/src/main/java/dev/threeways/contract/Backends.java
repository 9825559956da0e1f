package dev.threeways.contract;

import dev.threeways.simulator.Behaviour;
import dev.threeways.simulator.PaymentSimulator;
import dev.threeways.simulator.SimulatorSettings;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Backends that the services of one test run share: one PostgreSQL, one simulator. The first test that needs them
 * starts them; they close after the last.
 */
public record Backends(OrdersDatabase database, PaymentSimulator simulator) implements AutoCloseable {

    private static Backends start() {
        OrdersDatabase database = OrdersDatabase.start();
        try {
            return new Backends(database,
                    PaymentSimulator.start(SimulatorSettings.DEFAULT.withPort(0).withBehaviour(Behaviour.INSTANT)));
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    @Override
    public void close() {
        simulator.close();
        database.close();
    }

    /** Passes them to test parameters of this type. */
    public static final class Resolver implements ParameterResolver {

        private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(Backends.class);

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Backends.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot().getStore(NAMESPACE).computeIfAbsent(Backends.class, _ -> start(), Backends.class);
        }
    }
}
