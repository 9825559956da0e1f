package dev.threeways.gatling;

import java.nio.file.Path;
import java.util.List;

/** Command line to start a simulation in a JVM of its own, with this module's class path. */
public final class GatlingCommand {

    public static final String MAIN_CLASS = "io.gatling.app.Gatling";

    /** The process's exit code when the run is complete but one of Gatling's assertions does not hold. */
    public static final int ASSERTIONS_FAILED = 2;

    private GatlingCommand() {}

    /**
     * Options Gatling itself needs of its JVM. They also keep it from asking a web server for its latest version, and
     * from writing the answer into the home directory. Heap, collector and the simulation's properties come on top.
     *
     * @param scratch a directory for preferences that are never read
     */
    public static List<String> jvmOptions(Path scratch) {
        return List.of("--add-opens=java.base/java.lang=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED",
                "-Dhttps.proxyHost=127.0.0.1", "-Dhttps.proxyPort=9", "-Djava.util.prefs.userRoot=" + scratch);
    }

    /**
     * @param simulation {@code SteadyRate}, {@code RampRate}, {@code Spike} or {@code Steps}
     * @param reports each run makes a directory of its own in it, named after simulation and time
     */
    public static List<String> arguments(String simulation, Path reports) {
        return List.of("--simulation", GatlingCommand.class.getPackageName() + "." + simulation, "--results-folder",
                reports.toString());
    }
}
