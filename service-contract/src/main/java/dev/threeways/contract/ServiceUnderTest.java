package dev.threeways.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.jar.JarFile;

/**
 * How a service starts, and where it may differ.
 *
 * @param jar the executable jar, as it ships
 */
public record ServiceUnderTest(String name, Path jar, Set<Difference> differences) {

    /** Differences that the contract permits between stacks. */
    public enum Difference {

        /**
         * A pooled connection that was idle for longer than half a second is tested with an empty query before use.
         * HikariCP does so because JDBC cannot otherwise know that the server has closed it. The event loop tells an
         * R2DBC driver.
         */
        TESTS_IDLE_CONNECTIONS,

        /** Signs payments on threads beside its event loops if {@code payment.signing.offload} is true. */
        SIGNS_BESIDE_EVENT_LOOPS
    }

    public ServiceUnderTest {
        differences = Set.copyOf(differences);
    }

    /**
     * The jar named by system property {@code contract.jar}, which the service's pom sets for its integration tests.
     *
     * @throws IllegalStateException if the service was not packaged
     */
    public static ServiceUnderTest packaged(String name, Difference... differences) {
        String jar = System.getProperty("contract.jar");
        if (jar == null || !Files.isRegularFile(Path.of(jar))) {
            throw new IllegalStateException("-Dcontract.jar=" + jar
                    + ": no such file. These tests run the packaged service: use mvn verify, not an IDE's test runner");
        }
        return new ServiceUnderTest(name, Path.of(jar), Set.of(differences));
    }

    public boolean has(Difference difference) {
        return differences.contains(difference);
    }

    /** Whether the service ships with the module {@code process-telemetry}, which a team may leave out. */
    public boolean tellsOfItsProcess() {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream().anyMatch(entry -> entry.getName().startsWith("BOOT-INF/lib/process-telemetry-"));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + jar, e);
        }
    }
}
