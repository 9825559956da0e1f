package dev.threeways.comparison.ledger;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Books have a line per request; compressed, those of a whole comparison fit where one would have been. */
public final class Gzip {

    private Gzip() {}

    /** Puts {@code <file>.gz} in the place of {@code file}. */
    public static void replace(Path file) throws IOException {
        Path compressed = file.resolveSibling(file.getFileName() + ".gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(compressed))) {
            Files.copy(file, out);
        }
        Files.delete(file);
    }
}
