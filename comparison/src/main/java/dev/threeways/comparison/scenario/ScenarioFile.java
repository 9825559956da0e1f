package dev.threeways.comparison.scenario;

import dev.threeways.comparison.scenario.ComparisonPlan.Pair;
import dev.threeways.comparison.scenario.ComparisonPlan.Variance;
import dev.threeways.comparison.scenario.Scenario.Fault;
import dev.threeways.comparison.scenario.Scenario.Search;
import dev.threeways.comparison.scenario.Scenario.Step;
import dev.threeways.comparison.scenario.Scenario.FaultKind;
import dev.threeways.comparison.scenario.Scenario.Variant;
import dev.threeways.lab.cli.UsageErrors;
import dev.threeways.lab.cli.UsageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * A scenario as written in YAML. The project's own are resources of this module, a team's is a file of the same form.
 * {@code docs/SCENARIOS.md} has the fields.
 *
 * @param topology {@code shared} or {@code many}
 */
public record ScenarioFile(String question, int rate, List<Part> steps, @Nullable String search, @Nullable Boolean warm,
        @Nullable Double turnSeconds, @Nullable String topology, @Nullable Payment payment,
        @Nullable Integer databaseWaitMillis, @Nullable Integer expectedMillis,
        @Nullable Map<String, String> service, @Nullable List<Event> faults, @Nullable List<OtherWay> variants,
        @Nullable Comparing comparison) {

    /** The project's scenarios, in the order in which they are run. */
    public static final List<String> NAMES = List.of("baseline", "slow-payment", "capacity", "overload", "pool-bound",
            "cpu-bound", "spike", "payment-outage", "database-restart", "cold-start", "many-connections",
            "few-connections");

    private static final String ENDING = ".yaml";

    /** The largest answer that services read and the payment simulator gives. */
    private static final int MAX_ANSWER_BYTES = 16 * 1024;

    private static final Payment USUAL = new Payment(50, 200, null);

    private static final YAMLMapper yaml = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    /** @param times the rate; 1 if it is left out */
    record Part(double seconds, @Nullable Double times) {}

    /** @param answerBytes 0 if left out */
    record Payment(int medianMillis, int p99Millis, @Nullable Integer answerBytes) {}

    /** @param at seconds from the beginning */
    record Event(double at, String trouble) {}

    /** @param databaseWaitMillis the scenario's if left out */
    record OtherWay(String label, String of, @Nullable Map<String, String> service,
            @Nullable Integer databaseWaitMillis) {}

    /**
     * @param variance {@code pooled} or {@code pairwise}; pooled if left out, unless something happens in the window
     * @param decidedBy one of the metrics that the scenario is compared by; the first if left out
     * @param pairs of labels; all pairs if left out
     */
    record Comparing(@Nullable String variance, @Nullable String decidedBy, @Nullable List<List<String>> pairs) {}

    /**
     * Reads a scenario of the project, or a team's own.
     *
     * @param name one of {@link #NAMES}, or the path of a file that ends in {@code .yaml}
     * @throws UsageException if there is none of that name, or the file is not a scenario
     */
    public static Scenario named(String name) {
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
        try {
            return read(name, new ByteArrayInputStream(Files.readAllBytes(Path.of(name))));
        } catch (IOException e) {
            throw new UsageException("--scenario " + name + " cannot be read: " + UsageErrors.reason(e));
        }
    }

    /**
     * @param source name or file, which names the scenario
     * @throws UsageException that says what is wrong with it
     */
    public static Scenario read(String source, InputStream in) {
        try {
            ScenarioFile file = yaml.readValue(in, ScenarioFile.class);
            require(file != null, "is empty");
            return file.scenario(Objects.requireNonNull(Path.of(source).getFileName()).toString().replace(ENDING, ""));
        } catch (JacksonException e) {
            throw UsageException.of("--scenario " + source + " is not a scenario", e);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--scenario " + source + ": " + e.getMessage());
        }
    }

    private Scenario scenario(String name) {
        require(question != null, "has no question");
        require(rate >= 1, "rate must be at least 1, not " + rate);
        require(steps != null && !steps.isEmpty(), "has no steps");
        require(steps.stream().allMatch(Objects::nonNull), "steps: one is empty");
        require(turnSeconds == null || turnSeconds >= 1, "a turn takes at least a second, not " + turnSeconds);
        require(turnSeconds == null || (steps.size() == 1 && faults == null && search == null && warm == null),
                "turnSeconds is for one steady load: without further steps, faults, search or warm");
        Payment latency = payment == null ? USUAL : payment;
        checkPayment(latency);
        requireNotNegative("databaseWaitMillis", databaseWaitMillis);
        requireNotNegative("expectedMillis", expectedMillis);
        requireValues("service", service);
        checkVariants();
        List<Step> load = steps.stream().map(ScenarioFile::step).toList();
        List<Fault> planned = faults == null ? List.of() : faults.stream().map(ScenarioFile::fault).toList();
        checkFaults(planned, load.stream().map(Step::duration).reduce(Duration.ZERO, Duration::plus));
        Search searched = search == null ? Search.NOTHING : choice("search", search, Search.values());
        boolean warmedUp = warm == null || warm;
        return new Scenario(name, question.strip(), rate, load, searched, warmedUp,
                turnSeconds == null ? Duration.ZERO : duration(turnSeconds),
                topology == null
                        ? Scenario.Topology.SHARED
                        : choice("topology", topology, Scenario.Topology.values()),
                Duration.ofMillis(latency.medianMillis()), Duration.ofMillis(latency.p99Millis()),
                latency.answerBytes() == null ? 0 : latency.answerBytes(), millis(databaseWaitMillis, 0),
                millis(expectedMillis, 0), service == null ? Map.of() : Map.copyOf(service),
                planned,
                variants == null
                        ? List.of()
                        : variants.stream()
                                .map(other -> new Variant(other.label(), other.of(),
                                        other.service() == null ? Map.of() : Map.copyOf(other.service()),
                                        millis(other.databaseWaitMillis(),
                                                databaseWaitMillis == null ? 0 : databaseWaitMillis)))
                                .toList(),
                comparison(Headline.of(searched, load, planned, warmedUp),
                        warmedUp && load.size() == 1 && planned.isEmpty()));
    }

    private ComparisonPlan comparison(List<Headline> headlines, boolean steady) {
        Comparing asked = comparison == null ? new Comparing(null, null, null) : comparison;
        return new ComparisonPlan(
                asked.variance() == null
                        ? steady ? Variance.POOLED : Variance.PAIRWISE
                        : choice("comparison: variance", asked.variance(),
                                new Variance[]{Variance.POOLED, Variance.PAIRWISE}),
                asked.decidedBy() == null
                        ? headlines.getFirst()
                        : choice("comparison: decidedBy", asked.decidedBy(), headlines.toArray(Headline[]::new)),
                pairs(asked.pairs() == null ? List.of() : asked.pairs()));
    }

    private static List<Pair> pairs(List<List<String>> asked) {
        List<Pair> pairs = new ArrayList<>();
        Set<Set<String>> seen = new HashSet<>();
        for (List<String> labels : asked) {
            require(labels != null && labels.size() == 2 && labels.stream().allMatch(Objects::nonNull),
                    "comparison: pairs: each has two labels, not " + labels);
            require(seen.add(Set.copyOf(labels)) && !labels.getFirst().equals(labels.getLast()),
                    "comparison: pairs: " + labels + " is there twice, or the same twice");
            pairs.add(new Pair(labels.getFirst(), labels.getLast()));
        }
        return List.copyOf(pairs);
    }

    private static void checkPayment(Payment payment) {
        require(payment.medianMillis() >= 1, "payment: medianMillis must be at least 1, not " + payment.medianMillis());
        require(payment.p99Millis() > payment.medianMillis(), "payment: p99Millis must be more than medianMillis ("
                + payment.medianMillis() + "), not " + payment.p99Millis());
        Integer bytes = payment.answerBytes();
        require(bytes == null || (bytes >= 0 && bytes <= MAX_ANSWER_BYTES),
                "payment: answerBytes must be 0 to " + MAX_ANSWER_BYTES + ", not " + bytes);
    }

    private void checkVariants() {
        Set<String> labels = new HashSet<>();
        for (OtherWay other : variants == null ? List.<OtherWay>of() : variants) {
            require(other != null && other.label() != null && other.of() != null, "variants: each has a label, and a "
                    + "stack that it is a variant of");
            require(StackSpec.isLabel(other.label()), "variants: label '" + other.label() + "': a label has "
                    + StackSpec.LABEL_RULE);
            require(labels.add(other.label()), "variants: two of them have the label '" + other.label() + "'");
            requireNotNegative("variants: databaseWaitMillis of " + other.label(), other.databaseWaitMillis());
            requireValues("variants: service of " + other.label(), other.service());
        }
    }

    private static void requireNotNegative(String key, @Nullable Integer value) {
        require(value == null || value >= 0, key + " must not be negative: " + value);
    }

    private static void requireValues(String key, @Nullable Map<String, String> properties) {
        if (properties != null) {
            properties.forEach((name, value) -> {
                require(value != null, key + ": " + name + " has no value");
                require(!name.equals(AddedWork.ITERATIONS) || value.matches("\\d{1,9}"),
                        key + ": " + name + " must be a whole number, not '" + value + "'");
            });
        }
    }

    private static void checkFaults(List<Fault> faults, Duration duration) {
        for (int i = 0; i < faults.size(); i++) {
            Fault fault = faults.get(i);
            require(!fault.at().isNegative() && fault.at().compareTo(duration) < 0, "faults: at "
                    + seconds(fault.at()) + " is not within the " + seconds(duration) + " s of the steps");
            require(i == 0 || faults.get(i - 1).at().compareTo(fault.at()) < 0,
                    "faults must be in the order of their times");
            if (fault.kind() == FaultKind.PAYMENT_REFUSES) {
                FaultKind next = faults.stream()
                        .skip(i + 1L)
                        .map(Fault::kind)
                        .filter(FaultKind::isOfPayments)
                        .findFirst()
                        .orElse(FaultKind.PAYMENT_REFUSES);
                require(next != FaultKind.PAYMENT_REFUSES, "faults: what refuses must return: payment-returns or "
                        + "payment-hangs is missing after payment-refuses at " + seconds(fault.at()));
            }
        }
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
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
        require(event != null, "faults: one is empty");
        require(event.trouble() != null, "faults: that at " + event.at() + " has no trouble");
        return new Fault(duration(event.at()), choice("trouble", event.trouble(), FaultKind.values()));
    }

    private static Duration duration(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    private static <E extends Enum<E>> E choice(String field, String text, E[] all) {
        return Arrays.stream(all)
                .filter(one -> id(one).equals(text))
                .findFirst()
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
