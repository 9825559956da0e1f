package dev.threeways.backends;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The SQL files of {@code ops/database}, which are on this module's class path. The embedded server, containers and
 * Compose set up the same database from the same files.
 */
public final class DatabaseScripts {

    private static final String DIRECTORY = "database/";

    private DatabaseScripts() {}

    /** @param name the file's name, by which scripts are ordered */
    public record Script(String name, String sql) {}

    /** All scripts, in the order in which they have to run. */
    public static List<Script> all() {
        URL directory = DatabaseScripts.class.getResource("/" + DIRECTORY);
        if (directory == null) {
            throw new IllegalStateException(
                    "No " + DIRECTORY + " on the class path: was local-backends built by Maven?");
        }
        try {
            List<Script> scripts = new ArrayList<>();
            for (String name : names(directory)) {
                scripts.add(new Script(name, read(name)));
            }
            if (scripts.isEmpty()) {
                throw new IllegalStateException("No SQL file in " + directory);
            }
            return List.copyOf(scripts);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the SQL files in " + directory, e);
        }
    }

    private static List<String> names(URL directory) throws IOException {
        if (directory.openConnection() instanceof JarURLConnection jar) {
            return jar.getJarFile()
                    .stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.startsWith(DIRECTORY) && name.endsWith(".sql"))
                    .map(name -> name.substring(DIRECTORY.length()))
                    .sorted()
                    .toList();
        }
        try (Stream<Path> files = Files.list(Path.of(asUri(directory)))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".sql"))
                    .sorted()
                    .toList();
        }
    }

    private static String read(String name) throws IOException {
        try (InputStream in = DatabaseScripts.class.getResourceAsStream("/" + DIRECTORY + name)) {
            if (in == null) {
                throw new IOException("No " + DIRECTORY + name + " on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static URI asUri(URL url) {
        try {
            return url.toURI();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("Not a URI: " + url, e);
        }
    }
}
