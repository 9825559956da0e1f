package dev.threeways.connections;

/** Receives each step in the life of a connection, on the thread that makes it. */
@FunctionalInterface
public interface Trace {

    /** Discards all steps. */
    Trace NONE = new Trace() {
        @Override
        public void step(long connection, Role role, String step, String facility) {}

        @Override
        public boolean isOn() {
            return false;
        }
    };

    /** {@code connection} of a step that belongs to no connection. */
    int NO_CONNECTION = 0;

    /**
     * @param connection counted from 1 in the order of acceptance
     * @param step what happened, for people
     * @param facility of the operating system, or of Java, that the step used
     */
    void step(long connection, Role role, String step, String facility);

    /** Whether steps are recorded at all; if not, callers need not describe them. */
    default boolean isOn() {
        return true;
    }
}
