package dev.threeways.backends;

import dev.threeways.lab.process.AtExit;
import dev.threeways.lab.process.FreePorts;
import dev.threeways.lab.process.LogTail;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.NativeQuery;
import org.postgresql.core.Parser;

/**
 * A PostgreSQL 18 of this JVM's own, with the orders of {@code ops/database} in it, on 127.0.0.1 only. The services'
 * role logs in with its password, as it would anywhere; the administrator needs none, from this machine.
 *
 * <p>Works for an ordinary user and, where {@code unshare -U} works, for root, whom PostgreSQL itself rejects. Ends
 * with this JVM. The next start ends a server that a killed JVM left behind.
 */
public final class EmbeddedOrdersDatabase implements AutoCloseable {

    static final String DATA = "data";

    private static final String HOST = "127.0.0.1";

    private static final String DATABASE = "orders";

    private static final String ADMINISTRATOR = "postgres";

    private static final String READER = "order_reader";

    /** See {@code ops/database/01-schema.sql}. */
    private static final String READ_WAIT = "threeways.read_wait_seconds";

    private static final int NANO_DIGITS = 9;

    private static final Duration START_TIMEOUT = Duration.ofSeconds(20);

    private static final Duration RELOAD_TIMEOUT = Duration.ofSeconds(10);

    private static final Duration POLL_RELOAD = Duration.ofMillis(5);

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    private static final int TAIL_LINES = 20;

    /**
     * @param port 0 for any free one
     * @param directory where the server's files live while it runs
     * @param server parameters of {@code postgresql.conf}; those of {@link #defaults()} hold for any not named. Values
     * have no spaces
     */
    public record Settings(int port, Path directory, Map<String, String> server) {

        public Settings {
            Map<String, String> all = new LinkedHashMap<>(SERVER_DEFAULTS);
            all.putAll(server);
            server = Map.copyOf(all);
        }

        /** Any free port, below the system's directory for temporary files. */
        public static Settings defaults() {
            return new Settings(0, ownTemporaryDirectory().resolve("postgres"), Map.of());
        }

        public Settings withPort(int other) {
            return new Settings(other, directory, server);
        }

        public Settings withDirectory(Path other) {
            return new Settings(port, other, server);
        }
    }

    /** Sets every parameter that matters to a measurement, instead of leaving it to a default. */
    private static final Map<String, String> SERVER_DEFAULTS = Map.of(
            // Three services with pools of 16, the tests' own, and room to raise a pool for an experiment.
            "max_connections", "200",
            // PostgreSQL's default. The orders with their index take 10 MB: all reads are from memory.
            "shared_buffers", "128MB",
            // On as in production: the library that starts the server would turn it off.
            "fsync", "on", "synchronous_commit", "on",
            // This machine only, by TCP only: a socket file would outlive a killed server.
            "listen_addresses", HOST, "unix_socket_directories", "");

    /** Copies the official container image: passwords over TCP. */
    private static final String HOST_BASED_AUTHENTICATION = """
            host all postgres 127.0.0.1/32 trust
            host all all 127.0.0.1/32 scram-sha-256
            """;

    private final Settings settings;

    private final int port;

    private final Leftovers.Claim claim;

    private @Nullable EmbeddedPostgres server;

    private boolean closed;

    private EmbeddedOrdersDatabase(Settings settings, int port, Leftovers.Claim claim) {
        this.settings = settings;
        this.port = port;
        this.claim = claim;
    }

    /** Starts with {@link Settings#defaults()}. */
    public static EmbeddedOrdersDatabase start() {
        return start(Settings.defaults());
    }

    /**
     * Ends servers that an earlier JVM left behind, then starts a server and fills it.
     *
     * @throws IllegalStateException if it does not start: with PostgreSQL's reason
     */
    public static EmbeddedOrdersDatabase start(Settings settings) {
        try {
            Path root = Files.createDirectories(settings.directory()).toRealPath();
            Leftovers.end(root);
            int port = settings.port() == 0 ? FreePorts.next() : settings.port();
            EmbeddedOrdersDatabase database = new EmbeddedOrdersDatabase(settings, port, Leftovers.claim(root));
            if (!AtExit.add(database)) {
                database.close();
                throw new IllegalStateException("No database was started: this JVM is being shut down");
            }
            try {
                database.startServer();
                database.fill();
            } catch (RuntimeException | SQLException e) {
                database.close();
                throw e;
            }
            return database;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start PostgreSQL below " + settings.directory(), e);
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot fill the database " + DATABASE + ": " + e.getMessage(), e);
        }
    }

    /** The services' login: may read orders, nothing else. */
    public DatabaseAddress reader() {
        return new DatabaseAddress(HOST, port, DATABASE, READER, READER);
    }

    /** The superuser. */
    public DatabaseAddress administrator() {
        return new DatabaseAddress(HOST, port, DATABASE, ADMINISTRATOR, "");
    }

    /**
     * Makes each read wait in the database before it reads. New connections do so at once; open connections from their
     * next statement but one at the latest, since PostgreSQL has to tell them.
     *
     * @param wait zero for none, as at the start. The services' role has a statement timeout of a second, which
     * includes it
     * @throws IllegalArgumentException if it is negative
     * @throws IllegalStateException if the database does not take it, for instance when stopped
     */
    public void setReadWait(Duration wait) throws InterruptedException {
        if (wait.isNegative()) {
            throw new IllegalArgumentException("A read cannot wait for " + wait);
        }
        String seconds = BigDecimal.valueOf(wait.toNanos(), NANO_DIGITS).toPlainString();
        try {
            administer("ALTER SYSTEM SET " + READ_WAIT + " = '" + seconds + "'");
            administer("SELECT pg_reload_conf()");
            long limitNanos = System.nanoTime() + RELOAD_TIMEOUT.toNanos();
            while (!seconds.equals(administer("SELECT current_setting('" + READ_WAIT + "', true)"))) {
                if (System.nanoTime() - limitNanos > 0) {
                    throw new IllegalStateException("PostgreSQL has not taken " + READ_WAIT + " within "
                            + RELOAD_TIMEOUT.toSeconds() + " s");
                }
                Thread.sleep(POLL_RELOAD); // PostgreSQL reads its configuration on a signal
            }
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot have reads wait for " + wait + ": " + e.getMessage(), e);
        }
    }

    /** Runs {@code sql} over a connection of its own. Returns the first value, if there is one. */
    private @Nullable String administer(String sql) throws SQLException {
        DatabaseAddress administrator = administrator();
        try (Connection connection = DriverManager.getConnection(administrator.jdbcUrl(), administrator.user(),
                administrator.password());
                Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return null;
            }
            try (ResultSet rows = statement.getResultSet()) {
                return rows.next() ? rows.getString(1) : null;
            }
        }
    }

    /**
     * The server's main process; the processes that serve connections are its children.
     *
     * @throws IllegalStateException if it is stopped
     */
    public long pid() {
        return Leftovers.serverPid(data()).orElseThrow(() -> new IllegalStateException("PostgreSQL is stopped"));
    }

    /** The server's own log, until it is closed. */
    public Path log() {
        return claim.directory().resolve("server.log");
    }

    /** Shuts the server down ("fast": open connections are told and closed) and keeps its data. */
    public synchronized void stop() {
        if (server != null) {
            Optional<ProcessHandle> process = Leftovers.serverPid(data()).flatMap(ProcessHandle::of);
            try {
                server.close();
                // PostgreSQL removes its pid file a moment before it ends.
                process.ifPresent(handle -> Leftovers.awaitEnd(List.of(handle), STOP_TIMEOUT));
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot stop PostgreSQL in " + data(), e);
            }
            server = null;
        }
    }

    /** Stops the server, if it runs, and starts it again: same port, same data. */
    public synchronized void restart() {
        if (closed) {
            throw new IllegalStateException("This database is closed");
        }
        stop();
        startServer();
    }

    /** Stops the server and deletes its data. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            AtExit.remove(this);
            stop();
            claim.close();
        }
    }

    private Path data() {
        return claim.directory().resolve(DATA);
    }

    private synchronized void startServer() {
        if (!FreePorts.isFree(port)) {
            throw new IllegalStateException("PostgreSQL cannot listen on " + HOST + ":" + port
                    + ": the port is in use. Name another, or 0 for any");
        }
        try {
            EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                    .setPort(port)
                    .setDataDirectory(data())
                    .setCleanDataDirectory(false)
                    .setRegisterShutdownHook(false)
                    .setOverrideWorkingDirectory(
                            Files.createDirectories(ownTemporaryDirectory().resolve("postgres-binaries")).toFile())
                    .setDataDirectoryCustomizer(EmbeddedOrdersDatabase::writeAuthentication)
                    // Logs to a file: a pipe would break when this JVM is killed, and block when it is not read.
                    .setOutputRedirector(Redirect.appendTo(log().toFile()))
                    .setErrorRedirector(Redirect.appendTo(log().toFile()))
                    // Sorting and messages do not depend on the machine.
                    .setLocaleConfig("locale", "C")
                    .setPGStartupWait(START_TIMEOUT);
            settings.server().forEach(builder::setServerConfig);
            server = builder.start();
        } catch (IOException | RuntimeException e) {
            throw new IllegalStateException("PostgreSQL did not start on " + HOST + ":" + port + ": " + e.getMessage()
                    + ". What it wrote:" + System.lineSeparator()
                    + String.join(System.lineSeparator(), LogTail.of(log(), TAIL_LINES)), e);
        }
    }

    /** A directory per user of the machine, so that no user runs files of another. */
    private static Path ownTemporaryDirectory() {
        String user = System.getProperty("user.name").replaceAll("[^A-Za-z0-9._-]", "_");
        return Path.of(System.getProperty("java.io.tmpdir"), "three-ways-to-wait-" + user);
    }

    private static void writeAuthentication(File data) {
        Path file = data.toPath().resolve("pg_hba.conf");
        try {
            Files.writeString(file, HOST_BASED_AUTHENTICATION, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }

    private void fill() throws SQLException {
        EmbeddedPostgres running = server;
        if (running == null) {
            throw new IllegalStateException("PostgreSQL is stopped");
        }
        try (Connection connection = running.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            requireOwnData(statement);
            statement.execute("CREATE DATABASE " + DATABASE);
        }
        try (Connection connection = running.getDatabase(ADMINISTRATOR, DATABASE).getConnection();
                Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            for (DatabaseScripts.Script script : DatabaseScripts.all()) {
                // Runs one at a time: sent together they would be one transaction, in which VACUUM cannot run.
                for (NativeQuery query : Parser.parseJdbcSql(script.sql(), true, false, true, false, false)) {
                    statement.execute(query.nativeSql);
                }
            }
        }
    }

    /** Another server may have taken the port in between, and would answer, too. */
    private void requireOwnData(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SELECT current_setting('data_directory')")) {
            rows.next();
            String directory = rows.getString(1);
            if (!data().toString().equals(directory)) {
                throw new IllegalStateException("Another PostgreSQL answers on " + HOST + ":" + port + ": that of "
                        + directory);
            }
        }
    }
}
