package dev.threeways.lab.process;

import java.nio.file.Files;
import java.nio.file.Path;

/** The JDK that runs this process. */
public final class Jdk {

    private Jdk() {}

    /** Returns its {@code java} command, so that child JVMs run on the same JDK whatever {@code PATH} says. */
    public static Path java() {
        Path bin = Path.of(System.getProperty("java.home"), "bin");
        Path windows = bin.resolve("java.exe");
        return Files.exists(windows) ? windows : bin.resolve("java");
    }
}
