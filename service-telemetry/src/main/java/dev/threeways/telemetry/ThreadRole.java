package dev.threeways.telemetry;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a platform thread is there for, told by its name: the names are those of Tomcat 11, Reactor Netty, HikariCP,
 * pgjdbc, Apache HttpClient 5, Logback's encoder and HotSpot. A name that nobody knows is {@link #OTHER}.
 */
enum ThreadRole {

    /** Serves the management port, whatever it does there: kept apart so that looking does not change the picture. */
    MANAGEMENT("management-.*", "reactor-http-.*", "boundedElastic-.*"),

    /** Calls accept. */
    ACCEPTOR("http-nio-.*-Acceptor", "event-loop-select-.*"),

    /** Asks a selector which connections are ready: Tomcat's, and the JDK's for virtual threads that wait for a socket. */
    POLLER("http-nio-.*-Poller", "MasterPoller|(Read|Write)-Poller.*"),

    /** Runs a request from beginning to end. */
    REQUEST_WORKER("http-nio-.*-exec-\\d+"),

    /** Runs whatever part of any request can go on. */
    EVENT_LOOP("event-loop-.*", "reactor-tcp-.*"),

    /** Signs payments beside the event loops. */
    SIGNER("signing-\\d+"),

    /** Runs virtual threads that can go on, and wakes those whose time has come. */
    VIRTUAL_THREAD_CARRIER("ForkJoinPool-1-worker-.*", "VirtualThread-.*"),

    /** Keeps the pool of connections to the database. */
    JDBC_POOL("HikariPool-.*", "PostgreSQL-JDBC-.*"),

    /** Keeps the connections to the payment API, and ends its exchanges in time. */
    HTTP_CLIENT("idle-connection-evictor.*", "payment-deadline", "HttpClient-.*"),

    /** Writes log lines to where they go. */
    LOG_WRITER("logback-.*"),

    /** HotSpot's collectors and compilers: not in Java's list of threads. */
    GC_COMPILER("(GC|G1|C1|C2|Shenandoah)\\b.*", "Z(Director|Driver|Worker|Stat|Uncommitter|Unmapper).*"),

    OTHER;

    private final Pattern names;

    ThreadRole(String... names) {
        this.names = Pattern.compile(names.length == 0 ? "(?!)" : String.join("|", names));
    }

    /**
     * The role of the thread with this name.
     *
     * @param managementPort of this process, by which Tomcat names the threads that serve it; 0 if there is none
     */
    static ThreadRole of(String name, int managementPort) {
        if (name.startsWith("http-nio-") && name.contains("-" + managementPort + "-")) {
            return MANAGEMENT;
        }
        for (ThreadRole role : values()) {
            if (role.names.matcher(name).matches()) {
                return role;
            }
        }
        return OTHER;
    }

    /** Whether HotSpot has threads of this role that Java does not know. */
    boolean isHotSpots() {
        return this == GC_COMPILER || this == OTHER;
    }

    /** As the meters name it. */
    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
