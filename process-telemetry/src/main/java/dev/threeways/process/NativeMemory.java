package dev.threeways.process;

import java.lang.management.ManagementFactory;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * HotSpot's native memory tracking, as {@code jcmd VM.native_memory} has it. Needs {@value #OPTION}, which counts every
 * allocation of the JVM itself. Reading takes 1 to 2 ms with 1,000 threads.
 */
final class NativeMemory {

    static final String OPTION = "-XX:NativeMemoryTracking=summary";

    private static final Pattern STACKS = Pattern.compile("\\(stack: reserved=\\d+KB, committed=(\\d+)KB");

    private NativeMemory() {}

    /**
     * Committed bytes of thread stacks: more than reserved address space, though the kernel may never have had to give
     * them.
     */
    static OptionalLong committedStackBytes() {
        return committedStackBytes(summary());
    }

    /** @param summary what the command printed */
    static OptionalLong committedStackBytes(String summary) {
        Matcher stacks = STACKS.matcher(summary);
        return stacks.find() ? OptionalLong.of(Long.parseLong(stacks.group(1)) * 1024) : OptionalLong.empty();
    }

    private static String summary() {
        try {
            return (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"), "vmNativeMemory",
                            new Object[]{new String[]{"summary"}}, new String[]{String[].class.getName()});
        } catch (JMException _) {
            return ""; // no HotSpot
        }
    }
}
