package dev.threeways.comparison.ledger;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Compresses records. They have a line per request: compressed, a whole comparison's take the space of one. */
public final class Gzip {

    private Gzip() {}

    /** Replaces {@code file} by {@code <file>.gz}. */
    public static void replace(Path file) throws IOException {
        Path compressed = file.resolveSibling(file.getFileName() + ".gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(compressed))) {
            Files.copy(file, out);
        }
        Files.delete(file);
    }
}
