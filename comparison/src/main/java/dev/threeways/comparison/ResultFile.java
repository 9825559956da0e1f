package dev.threeways.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
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

    /**
     * The result of a comparison that was run before.
     *
     * @param directory that it wrote
     * @throws UsageException if there is none, or one of another version
     */
    static Result of(Path directory) throws IOException {
        Path file = directory.resolve(NAME);
        if (!Files.isRegularFile(file)) {
            throw new UsageException("There is no " + file + ": name the directory of a comparison");
        }
        try {
            JsonNode tree = json.readTree(Files.readAllBytes(file));
            int schema = tree.path("schema").asInt(0);
            if (schema != Result.SCHEMA) {
                throw new UsageException(file + " has schema " + schema + ", and this version reads schema "
                        + Result.SCHEMA + " only: run the comparison again, or use the version that wrote it");
            }
            return json.treeToValue(tree, Result.class);
        } catch (JacksonException e) {
            throw new UsageException(file + " is not a result: " + e.getOriginalMessage());
        }
    }

    /** As it is written. */
    static String text(Result result) {
        return json.writeValueAsString(result);
    }
}
