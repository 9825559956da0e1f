package dev.threeways.comparison.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarOutputStream;

/** Jars that can be read, and have nothing in them. */
final class Jars {

    private Jars() {}

    static Path empty(Path file) throws IOException {
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file))) {
            jar.finish();
        }
        return file;
    }
}
