package dev.threeways.contract;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A log that another process writes, read as it grows. Nothing read is kept. */
public final class GrowingLog {

    private final Path file;

    private long bytesRead;

    public GrowingLog(Path file) {
        this.file = file;
    }

    /** @return the whole lines since the last call */
    public List<String> more() {
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
            log.seek(bytesRead);
            byte[] more = new byte[Math.toIntExact(log.length() - bytesRead)];
            log.readFully(more);
            int end = more.length; // end of the last whole line
            while (end > 0 && more[end - 1] != '\n') {
                end--;
            }
            bytesRead += end;
            return new String(more, 0, end, StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }
}
