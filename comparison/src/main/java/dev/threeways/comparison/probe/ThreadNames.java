package dev.threeways.comparison.probe;

import java.lang.management.ManagementFactory;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * The names of threads by kernel id, which Java's API does not tell. HotSpot's thread dump does, with all stacks: too
 * expensive for a measured window.
 */
final class ThreadNames {

    /** {@code "main" #1 [4242] prio=5 os_prio=0 cpu=57.91ms elapsed=0.10s tid=0x00007f85d8028a60 nid=4242 runnable [0x…]} */
    private static final Pattern THREAD = Pattern.compile("^\"(.*)\" .*\\bnid=(\\d+)\\b", Pattern.MULTILINE);

    private ThreadNames() {}

    static String now() {
        return THREAD.matcher(dump())
                .results()
                .map(thread -> Snapshot.json(thread.group(2), thread.group(1).replaceAll("\\p{Cntrl}", " ")))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String dump() {
        try {
            return (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"), "threadPrint",
                            new Object[]{new String[0]}, new String[]{String[].class.getName()});
        } catch (JMException _) { // no HotSpot
            return "";
        }
    }
}
