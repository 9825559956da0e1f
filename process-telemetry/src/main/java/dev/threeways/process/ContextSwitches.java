package dev.threeways.process;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Context switches of the whole process so far, ended threads included: {@code getrusage(RUSAGE_SELF)} of POSIX. The
 * lines {@code *_ctxt_switches} of {@code /proc/self/status} are the main thread's alone. Takes about a microsecond.
 *
 * <p>Calling a system function is native access, which a JVM allows if started with {@value #OPTION}. Without it JDK 25
 * would warn, and a later one refuse, so nothing is called.
 *
 * @param voluntary a thread had to wait
 * @param involuntary a thread's time slice was over, or a more urgent thread came
 */
record ContextSwitches(long voluntary, long involuntary) {

    static final String OPTION = "--enable-native-access=ALL-UNNAMED";

    private static final int RUSAGE_SELF = 0;

    /** Two {@code timeval} of 16 bytes, fourteen {@code long}: the same on 64-bit Linux and macOS. */
    private static final int STRUCT_BYTES = 2 * 16 + 14 * 8;

    private static final int VOLUNTARY_OFFSET = 2 * 16 + 12 * 8;

    private static final int INVOLUNTARY_OFFSET = VOLUNTARY_OFFSET + 8;

    /** Empty on Windows, which has no such function, and where calling it is not allowed. */
    private static final Optional<MethodHandle> GETRUSAGE = find();

    private static Optional<MethodHandle> find() {
        if (!ContextSwitches.class.getModule().isNativeAccessEnabled()) {
            return Optional.empty();
        }
        String system = System.getProperty("os.name");
        Linker linker = Linker.nativeLinker();
        return ValueLayout.ADDRESS.byteSize() == 8 && (system.startsWith("Linux") || system.startsWith("Mac"))
                ? linker.defaultLookup()
                        .find("getrusage")
                        .map(address -> linker.downcallHandle(address,
                                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS)))
                : Optional.empty();
    }

    static boolean areKnown() {
        return GETRUSAGE.isPresent();
    }

    /** The switches now; empty where they are not known. */
    static Optional<ContextSwitches> now() {
        return GETRUSAGE.map(ContextSwitches::read);
    }

    private static ContextSwitches read(MethodHandle getrusage) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment usage = arena.allocate(STRUCT_BYTES, 8);
            int failed = (int) getrusage.invokeExact(RUSAGE_SELF, usage);
            if (failed != 0) {
                throw new IllegalStateException("getrusage(RUSAGE_SELF) returned " + failed);
            }
            return new ContextSwitches(usage.get(ValueLayout.JAVA_LONG, VOLUNTARY_OFFSET),
                    usage.get(ValueLayout.JAVA_LONG, INVOLUNTARY_OFFSET));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("getrusage(RUSAGE_SELF) failed", e);
        }
    }
}
