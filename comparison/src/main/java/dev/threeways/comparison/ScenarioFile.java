package dev.threeways.comparison;

import dev.threeways.comparison.Scenario.Fault;
import dev.threeways.comparison.Scenario.Search;
import dev.threeways.comparison.Scenario.Step;
import dev.threeways.comparison.Scenario.Trouble;
import dev.threeways.comparison.Scenario.Variant;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * A scenario as it is written down, in YAML: those of the project are resources of this module, a team's own is a file of the
 * same form. {@code docs/SCENARIOS.md} has the fields.
 *
 * @param topology {@code shared} or {@code many}
 */
record ScenarioFile(String question, int rate, List<Part> steps, @Nullable String search, @Nullable Boolean warm,
        @Nullable Double turnSeconds, @Nullable String topology, @Nullable Payment payment,
        @Nullable Integer databaseWaitMillis, @Nullable Integer expectedMillis,
        @Nullable Map<String, String> service, @Nullable List<Event> faults, @Nullable List<OtherWay> variants) {

    /** In the order in which they are run. */
    static final List<String> NAMES = List.of("baseline", "slow-payment", "capacity", "overload", "pool-bound",
            "cpu-bound", "spike", "payment-outage", "database-restart", "cold-start", "many-connections",
            "few-connections");

    private static final String ENDING = ".yaml";

    private static final Payment USUAL = new Payment(50, 200, null);

    private static final YAMLMapper yaml = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();

    /** @param times the rate; 1 if it is left out */
    record Part(double seconds, @Nullable Double times) {}

    /** @param answerBytes none if left out */
    record Payment(int medianMillis, int p99Millis, @Nullable Integer answerBytes) {}

    /** @param at seconds from the beginning */
    record Event(double at, String trouble) {}

    /** @param databaseWaitMillis the scenario's if left out */
    record OtherWay(String label, String of, @Nullable Map<String, String> service,
            @Nullable Integer databaseWaitMillis) {}

    /**
     * Reads a scenario of the project, or a team's own.
     *
     * @param name one of {@link #NAMES}, or the path of a file that ends in {@code .yaml}
     * @throws UsageException if there is none of that name, or the file is not a scenario
     */
    static Scenario named(String name) {
        if (NAMES.contains(name)) {
            try (InputStream resource = Objects.requireNonNull(
                    ScenarioFile.class.getResourceAsStream("/scenarios/" + name + ENDING), name)) {
                return read(name, resource);
            } catch (IOException e) {
                throw new IllegalStateException("Scenario " + name + " cannot be read", e);
            }
        }
        if (!name.endsWith(ENDING)) {
            throw new UsageException("--scenario '" + name + "' is none of " + String.join(", ", NAMES)
                    + ", nor a file that ends in " + ENDING);
        }
        Path file = Path.of(name);
        try (InputStream in = Files.newInputStream(file)) {
            return read(Objects.requireNonNull(file.getFileName()).toString().replace(ENDING, ""), in);
        } catch (IOException e) {
            throw new UsageException("--scenario: cannot read " + file + ": " + e);
        }
    }

    /** @throws UsageException that says what is wrong with it */
    static Scenario read(String name, InputStream in) {
        try {
            return yaml.readValue(in, ScenarioFile.class).scenario(name);
        } catch (JacksonException e) {
            throw new UsageException("--scenario " + name + " is not a scenario: " + e.getOriginalMessage()
                    + (e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")"));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--scenario " + name + ": " + e.getMessage());
        }
    }

    private Scenario scenario(String name) {
        require(question != null, "has no question");
        require(rate >= 1, "rate must be at least 1, not " + rate);
        require(steps != null && !steps.isEmpty(), "has no steps");
        checkFaults();
        require(turnSeconds == null || turnSeconds >= 1, "a turn takes at least a second, not " + turnSeconds);
        require(turnSeconds == null || (steps.size() == 1 && faults == null && search == null && warm == null),
                "turnSeconds is for one steady load: without further steps, faults, search or warm");
        Payment latency = payment == null ? USUAL : payment;
        return new Scenario(name, question.strip(), rate, steps.stream().map(ScenarioFile::step).toList(),
                search == null ? Search.NOTHING : choice("search", search, Search.values()),
                warm == null || warm, turnSeconds == null ? Duration.ZERO : duration(turnSeconds),
                topology == null
                        ? Settings.Topology.SHARED
                        : choice("topology", topology, Settings.Topology.values()),
                Duration.ofMillis(latency.medianMillis()), Duration.ofMillis(latency.p99Millis()),
                latency.answerBytes() == null ? 0 : latency.answerBytes(), millis(databaseWaitMillis, 0),
                millis(expectedMillis, 0), service == null ? Map.of() : Map.copyOf(service),
                faults == null ? List.of() : faults.stream().map(ScenarioFile::fault).toList(),
                variants == null
                        ? List.of()
                        : variants.stream().map(other -> new Variant(other.label(), other.of(),
                                other.service() == null ? Map.of() : Map.copyOf(other.service()),
                                millis(other.databaseWaitMillis(),
                                        databaseWaitMillis == null ? 0 : databaseWaitMillis)))
                                .toList());
    }

    private void checkFaults() {
        List<Event> events = faults == null ? List.of() : faults;
        for (int i = 0; i < events.size(); i++) {
            require(i == 0 || events.get(i - 1).at() < events.get(i).at(),
                    "faults must be in the order of their times");
            require(i + 1 < events.size() || !events.get(i).trouble().equals(id(Trouble.PAYMENT_REFUSES)),
                    "what refuses must return: a fault after payment-refuses is missing");
        }
    }

    private static Duration millis(@Nullable Integer given, int otherwise) {
        return Duration.ofMillis(given == null ? otherwise : given);
    }

    private static Step step(Part part) {
        require(part.seconds() >= 1, "a step takes at least a second, not " + part.seconds());
        double times = part.times() == null ? 1 : part.times();
        require(times > 0, "times must be positive, not " + times);
        return new Step(duration(part.seconds()), times);
    }

    private static Fault fault(Event event) {
        return new Fault(duration(event.at()), choice("trouble", event.trouble(), Trouble.values()));
    }

    private static Duration duration(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    private static <E extends Enum<E>> E choice(String field, String text, E[] all) {
        return Arrays.stream(all).filter(one -> id(one).equals(text)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(field + " '" + text + "' is none of "
                        + Arrays.stream(all).map(ScenarioFile::id).collect(Collectors.joining(", "))));
    }

    private static String id(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
