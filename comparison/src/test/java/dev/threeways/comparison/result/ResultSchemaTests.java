package dev.threeways.comparison.result;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.threeways.comparison.analysis.Analysis;
import dev.threeways.comparison.report.Picture;
import dev.threeways.comparison.report.SummaryFile;
import dev.threeways.lab.process.Home;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code docs/result.schema.json} describes {@code result.json}. */
class ResultSchemaTests {

    private static final Path FILE = Home.find().root().resolve("docs/result.schema.json");

    private static final JsonMapper JSON = JsonMapper.shared();

    private static List<Error> errors(String json) throws IOException {
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(FILE), InputFormat.JSON);
        return schema.validate(json, InputFormat.JSON);
    }

    @Test
    void resultsAreValid() throws IOException {
        for (Result result : List.of(SampleResults.steady(2), SampleResults.quick(), SampleResults.outage(2),
                SampleResults.spike(1), SampleResults.failed(SampleResults.steady(1), "it ended"))) {
            assertThat(errors(ResultFile.text(result))).isEmpty();
        }
    }

    /** Readers who check a document's figures read these results. */
    @Test
    void committedResultsAreValid() throws IOException {
        try (Stream<Path> results = Files.list(Home.find().root().resolve("docs/results"))) {
            // Results of the connection servers have another form, and no picture.
            List<Path> comparisons = results.filter(directory -> Files.exists(directory.resolve(Picture.NAME)))
                    .toList();
            assertThat(comparisons).hasSizeGreaterThan(10);
            for (Path directory : comparisons) {
                Result result = ResultFile.of(directory);
                assertThat(errors(ResultFile.text(result))).as(directory.toString()).isEmpty();
                assertThat(Analysis.again(result)).as(directory.toString()).isEqualTo(result);
                assertThat(SummaryFile.of(List.of(result))).as(directory.toString())
                        .isEqualTo(Files.readString(directory.resolve(SummaryFile.NAME)));
                assertThat(Picture.of(result)).as(directory.toString())
                        .isEqualTo(Files.readString(directory.resolve(Picture.NAME)));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '=', textBlock = """
            schema = 1
            status = 7
            runs = null
            machine = {}
            """)
    void whatIsNoResultIsInvalid(String field, String value) throws IOException {
        ObjectNode result = (ObjectNode) JSON.readTree(ResultFile.text(SampleResults.steady(1)));
        result.set(field, JSON.readTree(value));
        assertThat(errors(result.toString())).isNotEmpty();
    }

    @Test
    void everyFieldIsDescribedAndNothingElse() throws IOException {
        JsonNode schema = JSON.readTree(Files.readString(FILE));
        List<String> problems = new ArrayList<>();
        describe(Result.class, schema, schema, "", problems);
        assertThat(problems).isEmpty();
    }

    private static void describe(Class<?> type, JsonNode described, JsonNode schema, String path,
            List<String> problems) {
        List<String> names = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            names.add(component.getName());
            String name = path + "/" + component.getName();
            JsonNode property = described.path("properties").path(component.getName());
            JsonNode resolved = resolved(property, schema);
            if (!property.has("description") && !resolved.has("description")) {
                problems.add(name + " is not described");
            }
            recordIn(component.getGenericType()).forEach(inner -> {
                JsonNode of = resolved.has("items")
                        ? resolved.path("items")
                        : resolved.has("additionalProperties") ? resolved.path("additionalProperties") : resolved;
                describe(inner, resolved(of, schema), schema, name, problems);
            });
        }
        List<String> properties = described.path("properties").propertyNames().stream().toList();
        properties.stream()
                .filter(property -> !names.contains(property))
                .forEach(property -> problems.add(path + "/" + property + " is not in the result"));
        List<String> required = described.path("required").valueStream().map(JsonNode::stringValue).toList();
        names.stream()
                .filter(name -> !required.contains(name))
                .forEach(name -> problems.add(path + "/" + name + " is not required"));
    }

    private static JsonNode resolved(JsonNode node, JsonNode schema) {
        return node.has("$ref") ? schema.at(node.path("$ref").stringValue().substring(1)) : node;
    }

    private static List<Class<?>> recordIn(Type type) {
        return switch (type) {
            case Class<?> one when one.isRecord() -> List.of(one);
            case ParameterizedType many -> Arrays.stream(many.getActualTypeArguments())
                    .flatMap(argument -> recordIn(argument).stream())
                    .toList();
            default -> List.of();
        };
    }
}
