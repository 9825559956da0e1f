package dev.threeways.connections;

import java.nio.channels.spi.SelectorProvider;

/** Kernel facility that tells which connections are ready. */
public enum Facility {

    EPOLL,
    POLL;

    /**
     * Returns the JDK's selectors on this facility.
     *
     * @throws IllegalStateException if this system has none
     */
    public SelectorProvider selectors() {
        if (this == EPOLL) {
            return SelectorProvider.provider();
        }
        try { // does what -Djava.nio.channels.spi.SelectorProvider does
            return Class.forName("sun.nio.ch.PollSelectorProvider")
                    .asSubclass(SelectorProvider.class)
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The JDK's selectors on poll are not to be had: run with "
                    + "--add-exports java.base/sun.nio.ch=ALL-UNNAMED, on a system that has them", e);
        }
    }
}
