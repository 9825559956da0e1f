package dev.threeways.lab.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A directory for output. */
public final class OutputDirectory {

    private static final String WHAT_TO_DO = ". A directory that can be written to is needed";

    private OutputDirectory() {}

    /**
     * Makes the directory if needed and checks that it can be written to, before a measurement could be lost.
     *
     * @param name what the user calls it, such as {@code --output}
     * @throws UsageException if it cannot be written to
     */
    public static Path create(String name, Path directory) {
        if (directory.toString().isEmpty()) { // an unset variable of a shell
            throw new UsageException(name + " is empty" + WHAT_TO_DO);
        }
        try {
            Files.createDirectories(directory);
            Files.delete(Files.createTempFile(directory, "writable", null));
            return directory;
        } catch (IOException e) {
            String reason = e instanceof NoSuchFileException ? "no file can be made there" : UsageErrors.reason(e);
            throw new UsageException(name + " " + directory + " cannot be written to: " + reason + WHAT_TO_DO);
        }
    }

    /** Returns the exception for a file that cannot be written there. */
    public static UsageException refused(String name, Path directory, IOException e) {
        return new UsageException(name + " " + directory + ": a file cannot be written there: "
                + (e instanceof FileSystemException failed ? failed.getFile() + ": " : "") + UsageErrors.reason(e)
                + WHAT_TO_DO);
    }
}
