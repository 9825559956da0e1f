package dev.threeways.comparison;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Where a comparison writes: a directory named after the time, and {@code latest}, which leads there. */
final class ResultDirectory {

    private ResultDirectory() {}

    static Path create(Path results) throws IOException {
        Files.createDirectories(results);
        String name = LocalDateTime.now(ZoneId.systemDefault())
                .format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT));
        Path directory = results.resolve(name);
        for (int n = 2; true; n++) {
            try {
                Files.createDirectory(directory);
                break;
            } catch (FileAlreadyExistsException _) { // another one began in the same second
                directory = results.resolve(name + "-" + n);
            }
        }
        Path latest = results.resolve("latest");
        Files.deleteIfExists(latest);
        try {
            Files.createSymbolicLink(latest, directory.getFileName());
        } catch (UnsupportedOperationException | IOException _) {
            return directory; // a convenience, which not every file system has
        }
        return directory;
    }
}
