package dev.threeways.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@value #NAME}. */
final class ResultFile {

    static final String NAME = "result.json";

    private static final JsonMapper json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private ResultFile() {}

    /** Replaces the file as a whole: whoever reads it meanwhile, or after a crash, finds all of one version. */
    static void write(Result result, Path directory) throws IOException {
        Path draft = directory.resolve(NAME + ".new");
        Files.write(draft, json.writeValueAsBytes(result));
        Files.move(draft, directory.resolve(NAME), StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.ATOMIC_MOVE);
    }

    static Result read(Path file) throws IOException {
        return json.readValue(Files.readAllBytes(file), Result.class);
    }
}
