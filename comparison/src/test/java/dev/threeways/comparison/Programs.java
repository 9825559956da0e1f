package dev.threeways.comparison;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs that a test can do without. */
public final class Programs {

    private Programs() {}

    /** Finds the first of these names on the PATH. */
    public static Optional<Path> find(String... names) {
        return Arrays.stream(names).flatMap(Programs::inPath).findFirst();
    }

    private static Stream<Path> inPath(String name) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .map(Path::of)
                .map(directory -> directory.resolve(name))
                .filter(Files::isExecutable);
    }
}
