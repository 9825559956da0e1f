package dev.threeways.contract;

/** Sees what the client of one relayed connection sends, in order, before it is passed on. */
interface Tap {

    /** Called by one thread at a time. {@code bytes} is reused afterwards. */
    void fromClient(byte[] bytes, int length);
}
