package dev.threeways.process;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** The roles of names seen before, since finding a role takes a dozen regular expressions. */
final class ThreadRoles {

    /** Far more than a service has threads; names that never come again must not pile up. */
    private static final int MAX_NAMES = 5_000;

    private final Map<String, ThreadRole> roles = new HashMap<>();

    private int port;

    /** @param managementPort see {@link ThreadRole#of}; another one empties the cache */
    synchronized Function<String, ThreadRole> of(int managementPort) {
        if (managementPort != port || roles.size() > MAX_NAMES) {
            roles.clear();
            port = managementPort;
        }
        return name -> roles.computeIfAbsent(name, unknown -> ThreadRole.of(unknown, managementPort));
    }
}
