package dev.threeways.comparison.result;

import dev.threeways.lab.cli.OutputDirectory;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The directory that a comparison writes, named after the time; the link {@code latest} leads there. */
public final class ResultDirectory {

    private ResultDirectory() {}

    public static Path create(Path results) throws IOException {
        OutputDirectory.create("The directory of results", results);
        String name = LocalDateTime.now(ZoneOffset.UTC)
                .format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT));
        Path directory = results.resolve(name);
        for (int n = 2; true; n++) {
            try {
                Files.createDirectory(directory);
                break;
            } catch (FileAlreadyExistsException _) { // another comparison began in the same second
                directory = results.resolve(name + "-" + n);
            }
        }
        Path latest = results.resolve("latest");
        try {
            Files.deleteIfExists(latest);
            Files.createSymbolicLink(latest, directory.getFileName());
        } catch (UnsupportedOperationException | IOException _) {
            return directory; // not every file system has links
        }
        return directory;
    }

    /** Makes an empty directory: what an interrupted run left behind would be taken for the new run's. */
    public static Path fresh(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> tree = Files.walk(directory)) {
                List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
                for (Path path : deepestFirst) {
                    Files.delete(path);
                }
            }
        }
        return Files.createDirectories(directory);
    }
}
