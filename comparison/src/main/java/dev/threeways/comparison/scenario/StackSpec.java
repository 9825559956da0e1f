package dev.threeways.comparison.scenario;

import dev.threeways.lab.cli.UsageException;
import dev.threeways.lab.process.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One of the services compared.
 *
 * @param label names it in tables and files
 * @param jar an executable jar
 * @param properties its own; they override the scenario's
 * @param databaseWait that the database adds to every read in place of the scenario's; null for the scenario's
 */
public record StackSpec(String label, Path jar, Map<String, String> properties, @Nullable Duration databaseWait) {

    /** A stack without properties of its own. */
    public StackSpec(String label, Path jar) {
        this(label, jar, Map.of(), null);
    }

    /** The project's own services, in the order of their ports. */
    public static final List<String> BUILT_IN = List.of("blocking", "reactive", "virtual-thread");

    /** A label becomes a directory. */
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}");

    /** The rule for labels, for a message. */
    static final String LABEL_RULE = "1 to 40 letters, digits, '.', '_' and '-'";

    static boolean isLabel(String text) {
        return LABEL.matcher(text).matches();
    }

    /**
     * @param values of {@code --stack}: each a comma list of {@code NAME} or {@code NAME=app.jar}; none means all
     *     built-in ones. A stack named twice is compared with itself: the second gets the label {@code NAME-2}
     * @throws UsageException if a name is unknown, not usable, or a jar is missing
     */
    public static List<StackSpec> parse(List<String> values, Home home) {
        List<String> items = values.isEmpty()
                ? BUILT_IN
                : values.stream().flatMap(value -> Arrays.stream(value.split(",", -1))).map(String::strip).toList();
        List<StackSpec> stacks = new ArrayList<>();
        Map<String, Integer> times = new HashMap<>();
        for (String item : items) {
            StackSpec stack = parse(item, home);
            int nth = times.merge(stack.label(), 1, Integer::sum);
            stacks.add(nth == 1 ? stack : new StackSpec(stack.label() + "-" + nth, stack.jar()));
        }
        Set<String> labels = new HashSet<>();
        for (StackSpec stack : stacks) {
            if (!labels.add(stack.label())) {
                throw new UsageException("--stack: two of them would be called '" + stack.label()
                        + "'. Give one a label of its own: LABEL=" + stack.jar());
            }
        }
        return List.copyOf(stacks);
    }

    /**
     * Adds the scenario's variants of these stacks. A variant of a built-in stack that was left out is left out too.
     *
     * @throws UsageException if a variant is of an unknown stack, or has a stack's label; or if a planned pair has an
     *     unknown stack
     */
    public static List<StackSpec> withVariants(List<StackSpec> stacks, Scenario scenario) {
        List<String> labels = stacks.stream().map(StackSpec::label).toList();
        List<StackSpec> all = new ArrayList<>(stacks);
        for (Scenario.Variant variant : scenario.variants()) {
            if (!labels.contains(variant.of()) && !BUILT_IN.contains(variant.of())) {
                throw new UsageException("--scenario " + scenario.name() + ": variants: " + variant.label() + " is of '"
                        + variant.of() + "', which is none of " + String.join(", ", labels)
                        + ". Name one of them, or give its jar: --stack " + variant.of() + "=path/to/app.jar");
            }
            if (labels.contains(variant.label())) {
                throw new UsageException("--scenario " + scenario.name() + ": variants: label '" + variant.label()
                        + "' is that of a stack. Give the variant another");
            }
            stacks.stream()
                    .filter(stack -> stack.label().equals(variant.of()))
                    .forEach(stack -> all.add(new StackSpec(variant.label(), stack.jar(), variant.properties(),
                            variant.databaseWait())));
        }
        requirePairs(all, scenario);
        return List.copyOf(all);
    }

    private static void requirePairs(List<StackSpec> stacks, Scenario scenario) {
        Set<String> known = new TreeSet<>(BUILT_IN);
        stacks.forEach(stack -> known.add(stack.label()));
        scenario.variants().forEach(variant -> known.add(variant.label()));
        for (ComparisonPlan.Pair pair : scenario.comparison().pairs()) {
            for (String label : List.of(pair.stack(), pair.comparedWith())) {
                if (!known.contains(label)) {
                    throw new UsageException("--scenario " + scenario.name() + ": comparison: pairs: '" + label
                            + "' is none of " + String.join(", ", known));
                }
            }
        }
    }

    /** Returns this stack with its jar relative to {@code root}, if it is within. */
    StackSpec seenFrom(Path root) {
        return jar.startsWith(root) ? new StackSpec(label, root.relativize(jar), properties, databaseWait) : this;
    }

    /**
     * Merges the scenario's properties and its own. A name in both is given once: a service that is given two reads a
     * list.
     */
    public Map<String, String> propertiesOver(Map<String, String> scenario) {
        Map<String, String> all = new TreeMap<>(scenario);
        all.putAll(properties);
        return all;
    }

    /** Whether this stack signs payments. */
    public boolean signs(Map<String, String> scenario) {
        return Integer.parseInt(propertiesOver(scenario).getOrDefault(AddedWork.ITERATIONS, "0")) > 0;
    }

    private static StackSpec parse(String item, Home home) {
        int equals = item.indexOf('=');
        String label = equals < 0 ? item : item.substring(0, equals);
        if (!isLabel(label)) {
            throw new UsageException("--stack '" + item + "': a label has " + LABEL_RULE);
        }
        if (equals < 0 && !BUILT_IN.contains(label)) {
            throw new UsageException("--stack '" + label + "' is none of " + String.join(", ", BUILT_IN)
                    + ". For another application give its jar: --stack " + label + "=path/to/app.jar");
        }
        Path jar = equals < 0 ? home.serviceJar(label) : Path.of(item.substring(equals + 1)).toAbsolutePath();
        if (!Files.isRegularFile(jar)) {
            throw new UsageException("--stack '" + label + "': there is no jar " + jar
                    + (equals < 0 ? ". Build it: mvn -DskipTests package" : ""));
        }
        try (JarFile _ = new JarFile(jar.toFile())) {
            return new StackSpec(label, jar);
        } catch (IOException e) {
            throw new UsageException(
                    "--stack '" + label + "': " + jar + " is not a jar that can be read: " + e.getMessage()
                            + ". Give the executable jar of an application");
        }
    }
}
