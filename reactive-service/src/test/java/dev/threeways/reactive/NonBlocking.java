package dev.threeways.reactive;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.blockhound.BlockHound;

/**
 * BlockHound, installed for this JVM: remembers a call that blocks an event loop. Does not fail at once, as BlockHound
 * would by default. A failure in the middle of a library may be swallowed, or leave a lock or a request behind.
 */
final class NonBlocking {

    private static final List<String> VIOLATIONS = new CopyOnWriteArrayList<>();

    static {
        BlockHound.builder()
                .loadIntegrations()
                // /dev/urandom never waits once the machine is up.
                .allowBlockingCallsInside("java.util.UUID", "randomUUID")
                // Netty's buffer allocator, growing, meets a lock that another event loop holds for some instructions.
                .allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator$MagazineGroup",
                        "tryExpandMagazines")
                // The queue of the signing threads: one of them holds its lock for some instructions.
                .allowBlockingCallsInside("java.util.concurrent.ArrayBlockingQueue", "offer")
                // Jackson, at the first use of a type, waits until another thread has made its deserializer.
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

    /** Blocking calls since the last call, each with its stack. */
    static List<String> takeViolations() {
        var taken = List.copyOf(VIOLATIONS);
        VIOLATIONS.clear();
        return taken;
    }
}
