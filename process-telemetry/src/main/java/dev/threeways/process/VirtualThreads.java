package dev.threeways.process;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.jspecify.annotations.Nullable;

/** Virtual threads, parked ones included: the scheduler knows only those that run or could. */
final class VirtualThreads {

    /** The list's package is the JDK's own. */
    static final String OPTION = "--add-exports=java.base/jdk.internal.vm=ALL-UNNAMED";

    private static final String CONTAINERS = "jdk.internal.vm.ThreadContainers";

    private static final String CONTAINER = "jdk.internal.vm.ThreadContainer";

    /** Class histogram: number, instances, bytes, class. */
    private static final Pattern STACK_CHUNKS = Pattern
            .compile("\\d+:\\s+\\d+\\s+(\\d+)\\s+jdk\\.internal\\.vm\\.StackChunk\\b");

    private record Containers(MethodHandle root, MethodHandle children, MethodHandle threads) {}

    private static final Optional<Containers> CONTAINERS_OF_JDK = containers();

    private VirtualThreads() {}

    /**
     * Live virtual threads, parked ones included. Walks the JDK's own list, which takes about 0.5 microseconds a
     * thread.
     *
     * @return empty if that list is not accessible, because the JVM was not started with {@value #OPTION}
     */
    static OptionalLong live() {
        return CONTAINERS_OF_JDK.map(containers -> OptionalLong.of(count(containers, null)))
                .orElseGet(OptionalLong::empty);
    }

    static VirtualThreadSchedulerMXBean scheduler() {
        return ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
    }

    /**
     * Bytes of heap that the stacks of unmounted virtual threads take. Walks the heap, unreachable objects included,
     * with all threads stopped: about 100 ms for 512 MB.
     */
    static OptionalLong stackHeapBytes() {
        try {
            String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram",
                            new Object[]{new String[]{"-all"}}, new String[]{String[].class.getName()});
            Matcher chunks = STACK_CHUNKS.matcher(histogram);
            return OptionalLong.of(chunks.find() ? Long.parseLong(chunks.group(1)) : 0);
        } catch (JMException _) {
            return OptionalLong.empty(); // no HotSpot
        }
    }

    private static Optional<Containers> containers() {
        try {
            Class<?> containers = Class.forName(CONTAINERS);
            Class<?> container = Class.forName(CONTAINER);
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            return Optional.of(new Containers(
                    lookup.findStatic(containers, "root", MethodType.methodType(container)),
                    lookup.findVirtual(container, "children", MethodType.methodType(Stream.class)),
                    lookup.findVirtual(container, "threads", MethodType.methodType(Stream.class))));
        } catch (ReflectiveOperationException _) {
            return Optional.empty();
        }
    }

    /** @param container the root if null */
    private static long count(Containers containers, @Nullable Object container) {
        try {
            Object here = container == null ? containers.root().invoke() : container;
            long own = ((Stream<?>) containers.threads().invoke(here)).filter(t -> ((Thread) t).isVirtual()).count();
            return own + ((Stream<?>) containers.children().invoke(here))
                    .mapToLong(child -> count(containers, child))
                    .sum();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("The JDK's list of threads cannot be walked", e);
        }
    }
}
