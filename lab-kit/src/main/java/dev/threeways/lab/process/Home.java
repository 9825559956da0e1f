package dev.threeways.lab.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Check-out of the project, and the places of what its build makes. */
public record Home(Path root) {

    /**
     * Finds the check-out from this class's own place, as in {@code <root>/comparison/target/lib}. If that is a
     * repository of Maven's, finds it from the working directory.
     */
    public static Home find() {
        Path own = ownPlace();
        Path working = Path.of("").toAbsolutePath();
        for (Path place : List.of(own, working)) {
            for (Path directory = place; directory != null; directory = directory.getParent()) {
                if (Files.isRegularFile(directory.resolve("comparison/pom.xml"))) {
                    return new Home(directory);
                }
            }
        }
        throw new IllegalStateException("Neither " + own + " nor " + working + " is within a check-out of the project");
    }

    private static Path ownPlace() {
        try {
            return Path.of(Home.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    public Path serviceJar(String name) {
        return jar(name + "-service", "");
    }

    public Path simulatorJar() {
        return jar("payment-simulator", "-exec");
    }

    public Path adminConsoleJar() {
        return jar("admin-console", "");
    }

    public Path probeJar() {
        return jar("comparison", "-probe");
    }

    public Path results() {
        return root.resolve("target/comparison");
    }

    /** Finds a jar whatever its version is. The path of a missing jar is made up, for a message. */
    private Path jar(String module, String classifier) {
        Path target = root.resolve(module).resolve("target");
        String pattern = module + "-[0-9].*" + (classifier.isEmpty() ? "(?<!-exec|-probe|-sources|-javadoc)" : "")
                + classifier + "\\.jar";
        try (Stream<Path> files = Files.isDirectory(target) ? Files.list(target) : Stream.empty()) {
            List<Path> found = files.filter(file -> file.getFileName().toString().matches(pattern)).sorted().toList();
            return found.isEmpty() ? target.resolve(module + "-<version>" + classifier + ".jar") : found.getLast();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot look for the jar of " + module, e);
        }
    }
}
