package dev.threeways.connections;

/** Is told each step in the life of a connection, on the thread that makes it. */
@FunctionalInterface
public interface Trace {

    /** Tells nobody. */
    Trace NONE = new Trace() {
        @Override
        public void step(long connection, Role role, String step, String facility) {}

        @Override
        public boolean isOn() {
            return false;
        }
    };

    /** {@code connection} of a step that belongs to none: 0. */
    int NO_CONNECTION = 0;

    /**
     * @param connection counted from 1 in the order in which they were accepted
     * @param step what happened, to be read by a person
     * @param facility of the operating system, or of Java, that was used for it
     */
    void step(long connection, Role role, String step, String facility);

    /** Whether it is worth the while to say what happens. */
    default boolean isOn() {
        return true;
    }
}
