package dev.threeways.comparison.probe;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * {@code getrusage(RUSAGE_SELF)} (POSIX): what the whole process used so far, ended threads included. The lines
 * {@code *_ctxt_switches} in {@code /proc/self/status} are the main thread's alone.
 *
 * @param userMicros CPU time in user mode
 * @param systemMicros CPU time in the kernel
 * @param voluntarySwitches times a thread had to wait
 * @param involuntarySwitches times a thread's slice was over, or a more urgent thread came
 */
record ResourceUsage(long userMicros, long systemMicros, long voluntarySwitches, long involuntarySwitches) {

    private static final int RUSAGE_SELF = 0;

    /** Two {@code timeval} of 16 bytes, fourteen {@code long}: the same on 64-bit Linux and macOS. */
    private static final int STRUCT_BYTES = 2 * 16 + 14 * 8;

    private static final int SYSTEM_TIME_OFFSET = 16;

    private static final int VOLUNTARY_OFFSET = 2 * 16 + 12 * 8;

    private static final int INVOLUNTARY_OFFSET = VOLUNTARY_OFFSET + 8;

    /** Empty where there is no such function: Windows. */
    private static final Optional<MethodHandle> GETRUSAGE = find();

    private static Optional<MethodHandle> find() {
        boolean known = ValueLayout.ADDRESS.byteSize() == 8
                && (System.getProperty("os.name").startsWith("Linux")
                        || System.getProperty("os.name").startsWith("Mac"));
        Linker linker = Linker.nativeLinker();
        SymbolLookup libc = linker.defaultLookup();
        return known
                ? libc.find("getrusage")
                        .map(address -> linker.downcallHandle(address,
                                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS)))
                : Optional.empty();
    }

    static Optional<ResourceUsage> now() {
        return GETRUSAGE.map(ResourceUsage::read);
    }

    private static ResourceUsage read(MethodHandle getrusage) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment usage = arena.allocate(STRUCT_BYTES, 8);
            int failed = (int) getrusage.invokeExact(RUSAGE_SELF, usage);
            if (failed != 0) {
                throw new IllegalStateException("getrusage(RUSAGE_SELF) returned " + failed);
            }
            return new ResourceUsage(micros(usage, 0), micros(usage, SYSTEM_TIME_OFFSET),
                    usage.get(ValueLayout.JAVA_LONG, VOLUNTARY_OFFSET),
                    usage.get(ValueLayout.JAVA_LONG, INVOLUNTARY_OFFSET));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("getrusage(RUSAGE_SELF) failed", e);
        }
    }

    /** {@code tv_usec} has 32 bits on macOS and fits into 32 bits everywhere; both platforms are little-endian. */
    private static long micros(MemorySegment usage, long offset) {
        return usage.get(ValueLayout.JAVA_LONG, offset) * 1_000_000 + usage.get(ValueLayout.JAVA_INT, offset + 8);
    }
}
