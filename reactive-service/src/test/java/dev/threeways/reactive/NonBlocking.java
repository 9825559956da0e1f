package dev.threeways.reactive;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.blockhound.BlockHound;

/**
 * BlockHound, installed for this JVM: a call that blocks an event loop is remembered here. It does not fail, as it would
 * by default: thrown into the middle of a library the failure may be swallowed, or leave a lock or a request behind.
 */
final class NonBlocking {

    private static final List<String> VIOLATIONS = new CopyOnWriteArrayList<>();

    static {
        BlockHound.builder()
                .loadIntegrations()
                // Reads /dev/urandom, which never waits once the machine is up.
                .allowBlockingCallsInside("java.util.UUID", "randomUUID")
                // Netty's buffer allocator, growing: a lock held for some instructions by another event loop.
                .allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator$MagazineGroup",
                        "tryExpandMagazines")
                // The queue of the threads that sign: a lock held for some instructions by one of them.
                .allowBlockingCallsInside("java.util.concurrent.ArrayBlockingQueue", "offer")
                // Jackson, at the first use of a type: a lock until another thread has made its deserializer.
                .allowBlockingCallsInside("tools.jackson.databind.deser.DeserializerCache",
                        "_createAndCacheValueDeserializer")
                .blockingMethodCallback(method -> {
                    var trace = new StringBuilder(
                            "Blocking call on " + Thread.currentThread().getName() + ": " + method);
                    for (var frame : Thread.currentThread().getStackTrace()) {
                        trace.append("\n\tat ").append(frame);
                    }
                    VIOLATIONS.add(trace.toString());
                })
                .install();
    }

    private NonBlocking() {}

    static void install() {}

    /** What blocked since the last call, each with its stack. */
    static List<String> takeViolations() {
        var taken = List.copyOf(VIOLATIONS);
        VIOLATIONS.clear();
        return taken;
    }
}
