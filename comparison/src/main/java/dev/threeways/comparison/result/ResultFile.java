package dev.threeways.comparison.result;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import dev.threeways.lab.cli.UsageErrors;
import dev.threeways.lab.cli.UsageException;
import dev.threeways.lab.statistics.Margin;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/** Reads and writes {@value #NAME}. */
public final class ResultFile {

    public static final String NAME = "result.json";

    private static final JsonMapper json = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(SerializationFeature.INDENT_OUTPUT)
            // Only a record's components are written: what else it answers follows from them.
            .changeDefaultVisibility(of -> of.withIsGetterVisibility(Visibility.NONE))
            // Jackson would write a path as a URI; this writes what a person would type.
            .addModule(new SimpleModule().addSerializer(Path.class, ToStringSerializer.instance))
            .build();

    private ResultFile() {}

    /** Replaces the file atomically: a reader, now or after a crash, finds all of one version. */
    public static void write(Result result, Path directory) throws IOException {
        Path draft = directory.resolve(NAME + ".new");
        Files.write(draft, json.writeValueAsBytes(result));
        Files.move(draft, directory.resolve(NAME), StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Reads the result of an earlier comparison.
     *
     * @param directory that the comparison wrote
     * @throws UsageException if there is no result, or one of another version, or a file that is none
     */
    public static Result of(Path directory) {
        Path file = directory.resolve(NAME);
        if (!Files.isRegularFile(file)) {
            throw new UsageException("There is no " + file + ": name the directory of a comparison");
        }
        try {
            byte[] text = Files.readAllBytes(file);
            JsonNode tree = json.readTree(text);
            JsonNode schema = tree.path("schema");
            if (!schema.isInt()) {
                throw notAResult(file, "it has no schema");
            }
            if (schema.intValue() != Result.SCHEMA && schema.intValue() != Schema4.VERSION) {
                throw new UsageException(file + " has schema " + schema + ", and this version reads schema "
                        + Result.SCHEMA + " only: run the comparison again, or use the version that wrote it");
            }
            Result result = json.treeToValue(
                    schema.intValue() == Schema4.VERSION ? Schema4.renewed((ObjectNode) tree) : tree, Result.class);
            requireWhole(result, file, "");
            requireReadable(result);
            return result;
        } catch (JacksonException e) {
            throw UsageException.of(file + " is not a result of a comparison", e);
        } catch (IllegalArgumentException e) {
            throw notAResult(file, e.getMessage());
        } catch (IOException e) {
            throw new UsageException(file + " cannot be read: " + UsageErrors.reason(e));
        }
    }

    /** @throws IllegalArgumentException if a value that is computed with is malformed */
    private static void requireReadable(Result result) {
        Margin _ = Margin.of(result.settings().plan().margin());
        for (Result.Run run : result.runs()) {
            Latencies _ = Latencies.decoded(run.client().latencyMillis().histogram());
            double _ = Double.parseDouble(run.service().flags().getOrDefault(Result.Service.HEAP_FLAG, "0"));
        }
    }

    private static UsageException notAResult(Path file, @Nullable String why) {
        return new UsageException(file + " is not a result of a comparison: " + why);
    }

    /** A file that was edited, or that another program wrote, may lack what every result has. */
    private static void requireWhole(@Nullable Object value, Path file, String path) {
        switch (value) {
            case null -> throw notAResult(file, path + " is missing");
            case Record parts -> {
                for (RecordComponent part : parts.getClass().getRecordComponents()) {
                    Object content = content(part, parts);
                    if (content != null || !part.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                        requireWhole(content, file, (path.isEmpty() ? "" : path + ".") + part.getName());
                    }
                }
            }
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    requireWhole(list.get(i), file, path + "[" + i + "]");
                }
            }
            case Map<?, ?> map -> map.forEach((key, content) -> requireWhole(content, file, path + "." + key));
            default -> {
            }
        }
    }

    private static @Nullable Object content(RecordComponent part, Record parts) {
        try {
            return part.getAccessor().invoke(parts);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns a part of a result as it is written. */
    public static JsonNode tree(Object part) {
        return json.valueToTree(part);
    }

    /** Returns a part of a result after a change to its written form. */
    static <T> T changed(T part, Class<T> type, Consumer<ObjectNode> change) {
        ObjectNode tree = json.valueToTree(part);
        change.accept(tree);
        return json.treeToValue(tree, type);
    }

    /** Returns a result as it is written. */
    public static String text(Result result) {
        return json.writeValueAsString(result);
    }
}
