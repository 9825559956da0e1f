package dev.threeways.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a platform thread is for, told by its name. Names are those of Tomcat 11, Reactor Netty, HikariCP, pgjdbc,
 * Apache HttpClient 5, Logback's encoder and HotSpot. An unknown name is {@link #OTHER}.
 */
public enum ThreadRole {

    /** Serves the management port, whatever it does there: kept apart so that looking does not change the picture. */
    MANAGEMENT("management-.*", "reactor-http-.*", "boundedElastic-.*"),

    /** Calls accept. */
    ACCEPTOR(ThreadRole.TOMCAT + "Acceptor", "event-loop-select-.*"),

    /** Asks a selector which connections are ready: Tomcat's, or the JDK's for virtual threads waiting for a socket. */
    POLLER(ThreadRole.TOMCAT + "Poller", "MasterPoller|(Read|Write)-Poller.*"),

    /** Runs a request from beginning to end. */
    REQUEST_WORKER(ThreadRole.TOMCAT + "exec-\\d+"),

    /** Runs any part of any request that can go on. */
    EVENT_LOOP("event-loop-.*", "reactor-tcp-.*"),

    /** Signs payments beside the event loops. */
    SIGNER("signing-\\d+"),

    /** Runs virtual threads that can go on, and wakes those whose time has come. */
    VIRTUAL_THREAD_CARRIER("ForkJoinPool-1-worker-.*", "VirtualThread-.*"),

    /** Keeps the pool of connections to the database. */
    JDBC_POOL("HikariPool-.*", "PostgreSQL-JDBC-.*"),

    /** Keeps the connections to the payment API, and ends its exchanges in time. */
    HTTP_CLIENT("idle-connection-evictor.*", "payment-deadline", "HttpClient-.*"),

    /** Writes log lines to their destination. */
    LOG_WRITER("logback-.*"),

    /** HotSpot's collectors and compilers: not in Java's list of threads. */
    GC_COMPILER("(GC|G1|C1|C2|Shenandoah)\\b.*", "Z(Director|Driver|Worker|Stat|Uncommitter|Unmapper).*"),

    OTHER;

    /** The address if bound to one, and a port or a number. The pattern is strict, so that what comes next is known. */
    private static final String TOMCAT = "http-nio-([^-]+-)?(auto-)?(\\d+-)+";

    /** Linux keeps this much of a name. */
    private static final int COMM_BYTES = 15;

    private final Pattern names;

    ThreadRole(String... names) {
        this.names = Pattern.compile(names.length == 0 ? "(?!)" : String.join("|", names));
    }

    /**
     * The role of the thread with this name.
     *
     * @param managementPort of this process, by which Tomcat names the threads that serve it; 0 if there is none
     */
    public static ThreadRole of(String name, int managementPort) {
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

    /**
     * The role of the thread that Linux knows by this name, cut to 15 bytes. Empty if the name fits threads of several
     * roles: Tomcat's have address and port before the part that differs.
     *
     * @param managementPort see {@link #of}
     */
    public static Optional<ThreadRole> ofComm(String comm, int managementPort) {
        ThreadRole whole = of(comm, managementPort);
        if (comm.getBytes(UTF_8).length < COMM_BYTES || whole == MANAGEMENT) {
            return Optional.of(whole);
        }
        List<ThreadRole> begun = Arrays.stream(values()).filter(role -> role.isBegunBy(comm)).toList();
        return begun.size() > 1 ? Optional.empty() : Optional.of(begun.isEmpty() ? whole : begun.getFirst());
    }

    /** Whether {@code comm} is no name of this role's, but may be the beginning of one. */
    @SuppressWarnings("JdkObsolete") // meant for code that waits for more input, which is the question here
    private boolean isBegunBy(String comm) {
        Matcher name = names.matcher(comm);
        return !name.matches() && name.hitEnd();
    }

    /** The part of a name that Linux keeps: {@code /proc/<pid>/task/<id>/comm}. */
    public static String comm(String name) {
        byte[] bytes = name.getBytes(UTF_8);
        return bytes.length <= COMM_BYTES ? name : new String(bytes, 0, COMM_BYTES, UTF_8);
    }

    /** Whether HotSpot has threads of this role that Java does not know. */
    boolean isHotSpots() {
        return this == GC_COMPILER || this == OTHER;
    }

    /** Name in the meters. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
