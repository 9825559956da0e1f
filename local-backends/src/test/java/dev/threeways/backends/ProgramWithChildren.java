package dev.threeways.backends;

import dev.threeways.lab.process.JvmProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Program that the tests run in child JVMs: it starts processes of its own, reports them in a file, and stays. */
final class ProgramWithChildren {

    private ProgramWithChildren() {}

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "start-database" -> {
                EmbeddedOrdersDatabase database = startDatabase(Path.of(args[1]));
                report(Path.of(args[2]), List.of(Long.toString(database.pid())));
            }
            case "start-all" -> {
                EmbeddedOrdersDatabase database = startDatabase(Path.of(args[1]));
                JvmProcess child = JvmProcess.builder("grandchild")
                        .mainClass(ProgramWithChildren.class.getName(), System.getProperty("java.class.path"))
                        .args(List.of("stay"))
                        .log(Path.of(args[1], "grandchild.log"))
                        .start();
                report(Path.of(args[2]), List.of(Long.toString(database.pid()), Long.toString(child.pid())));
            }
            case "stay" -> {
            }
            default -> throw new IllegalArgumentException(args[0]);
        }
        new CountDownLatch(1).await();
    }

    private static EmbeddedOrdersDatabase startDatabase(Path directory) {
        return EmbeddedOrdersDatabase
                .start(EmbeddedOrdersDatabase.Settings.defaults().withDirectory(directory.resolve("postgres")));
    }

    /** Writes all at once, so that a reader never sees half of the file. */
    private static void report(Path file, List<String> lines) throws IOException {
        Path part = Path.of(file + ".part");
        Files.write(part, lines);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
