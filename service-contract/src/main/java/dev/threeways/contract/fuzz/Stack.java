package dev.threeways.contract.fuzz;

/** One of those compared. */
interface Stack {

    String name();

    int port();

    /** Starts it again: it no longer does what it should. */
    void restart();

    /** What was left behind since this was last called, when all of it is. */
    Books settle() throws InterruptedException;
}
