package dev.threeways.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.process.ThreadStacks.StackBytes;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ThreadStacksTests {

    /** A Java thread's stack above its guard pages, one above another mapping, and a mapping that is no stack. */
    private static final List<String> SMAPS = """
            7f0000000000-7f0000004000 ---p 00000000 00:00 0
            Size:                 16 kB
            Rss:                   0 kB
            7f0000004000-7f0000100000 rw-p 00000000 00:00 0
            Size:               1008 kB
            Rss:                 112 kB
            VmFlags: rd wr mr mw me ac
            7f0000200000-7f0000300000 rw-p 00000000 00:00 0
            Rss:                  40 kB
            7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0                          [stack]
            Rss:                  20 kB
            ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
            Rss:                   4 kB
            """.lines().toList();

    @Test
    void addsUpTheMappingsThatStackPointersPointInto() {
        Map<Integer, String> syscalls = Map.of(
                1, "202 0x7f0000000001 0x189 0x0 0x0 0x0 0xffffffff 0x7f00000f0000 0x7f0000200010",
                2, "-1 0x7f00002f0000 0x7f0000200010",
                3, "running",
                4, "202 0x0 0x0 0x0 0x0 0x0 0x0 0x7f0000180000 0x7f0000200010", // no mapping there
                5, "232 0x0 0x0 0x0 0x0 0x0 0x0 0x7ffc00020000 0x7f0000200010");
        Map<Integer, ThreadRole> roles = Map.of(1, ThreadRole.POLLER, 2, ThreadRole.POLLER, 3, ThreadRole.POLLER, 4,
                ThreadRole.POLLER);

        assertThat(ThreadStacks.of(SMAPS, syscalls, roles)).isEqualTo(Map.of(
                ThreadRole.POLLER, new StackBytes(2, 2 * 1024 * 1024, (112 + 40) * 1024),
                ThreadRole.OTHER, new StackBytes(1, 0x21000, 20 * 1024)));
    }

    @Test
    void readsWhatTheJvmCommitted() {
        assertThat(NativeMemory.committedStackBytes("""
                -                    Thread (reserved=38038KB, committed=2198KB)
                                            (threads #37)
                                            (stack: reserved=37932KB, committed=2092KB, peak=2092KB)
                """)).hasValue(2092 * 1024);
        assertThat(NativeMemory.committedStackBytes("Native memory tracking is not enabled")).isEmpty();
    }
}
