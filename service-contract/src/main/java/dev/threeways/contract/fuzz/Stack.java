package dev.threeways.contract.fuzz;

/** One of the compared stacks. */
interface Stack {

    String name();

    int port();

    /** Starts it again after it failed. */
    void restart();

    /** Records left since the last call; waits until they are complete. */
    Ledgers settle() throws InterruptedException;
}
