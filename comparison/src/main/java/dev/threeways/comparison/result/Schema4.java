package dev.threeways.comparison.result;

import dev.threeways.comparison.scenario.ComparisonPlan.Variance;
import dev.threeways.comparison.scenario.Headline;
import dev.threeways.comparison.scenario.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/** Converts results of the schema before this one. It goes when those in {@code docs/results} have been made again. */
final class Schema4 {

    static final int VERSION = 4;

    private Schema4() {}

    /** @param old is changed */
    static ObjectNode renewed(ObjectNode old) {
        old.put("schema", Result.SCHEMA);
        ObjectNode settings = (ObjectNode) old.path("settings");
        old.set("headlines", settings.path("headlines"));
        old.set("settings", settings(settings, old.path("stacks"), old));
        ArrayNode builds = old.putArray("builds");
        for (JsonNode stack : old.path("stacks")) {
            builds.add(picked((ObjectNode) stack, "sha256", "libraries").put("stack", stack.path("label").asString()));
        }
        old.remove("stacks");
        ArrayNode runs = old.arrayNode();
        old.path("runs").forEach(run -> runs.add(run((ObjectNode) run)));
        old.set("runs", runs);
        old.putArray("variances"); // not kept by schema 4
        return old;
    }

    private static ObjectNode settings(ObjectNode old, JsonNode oldStacks, ObjectNode factory) {
        ObjectNode settings = picked(old, "heap", "seed");
        settings.set("scenario", scenario(old));
        ArrayNode stacks = settings.putArray("stacks");
        for (JsonNode each : oldStacks) {
            ObjectNode stack = picked((ObjectNode) each, "label", "jar");
            stack.set("properties",
                    each.path("properties").isObject() ? each.path("properties") : factory.objectNode());
            JsonNode wait = each.path("databaseWaitMillis");
            stack.set("databaseWait", wait.isNumber() ? duration(factory, wait.doubleValue() / 1000) : null);
            stacks.add(stack);
        }
        ObjectNode plan = picked(old, "quick", "blocks", "precision", "warmUpRequests");
        plan.set("margin", old.path("smallestDifference"));
        plan.set("budget", duration(factory, old.path("budgetSeconds").doubleValue()));
        plan.set("warmUpLimit", duration(factory, old.path("warmUpLimitSeconds").doubleValue()));
        settings.set("plan", plan);
        settings.set("database", database(old.path("databaseUrl").asString(), factory));
        String payment = old.path("paymentUrl").asString();
        settings.put("paymentUrl", payment.equals("simulator") ? null : payment);
        ObjectNode cpus = settings.putObject("cpus");
        cpus.put("mode", constant(old.path("cpus")));
        cpus.set("service", old.path("serviceCpus"));
        cpus.set("others", old.path("otherCpus"));
        return settings;
    }

    private static ObjectNode scenario(ObjectNode old) {
        ObjectNode scenario = picked(old, "question", "warm", "answerBytes");
        scenario.put("name", old.path("scenario").asString());
        scenario.set("rate", old.path("ratePerSecond"));
        ArrayNode steps = scenario.putArray("steps");
        for (JsonNode each : old.path("steps")) {
            steps.addObject()
                    .put("times", each.path("ratePerSecond").doubleValue() / old.path("ratePerSecond").doubleValue())
                    .set("duration", duration(old, each.path("seconds").doubleValue()));
        }
        scenario.put("search", constant(old.path("search")));
        scenario.set("turn", duration(old, old.path("turnSeconds").doubleValue()));
        scenario.put("topology", constant(old.path("topology")));
        scenario.set("paymentMedian", duration(old, old.path("paymentMedianMillis").doubleValue() / 1000));
        scenario.set("paymentP99", duration(old, old.path("paymentP99Millis").doubleValue() / 1000));
        scenario.set("databaseWait", duration(old, old.path("databaseWaitMillis").doubleValue() / 1000));
        scenario.set("expected", duration(old, 0)); // not kept by schema 4
        scenario.set("service", old.path("serviceProperties"));
        ArrayNode faults = scenario.putArray("faults");
        for (JsonNode each : old.path("faults")) {
            faults.addObject()
                    .put("kind", constant(each.path("trouble")))
                    .set("at", duration(old, each.path("atSeconds").doubleValue()));
        }
        scenario.putArray("variants"); // not kept by schema 4
        scenario.putObject("comparison")
                .put("variance", Variance.PAIRWISE_IN_ONE_FAMILY.name())
                .put("decidedBy", headline(old.path("headlines").path(0).asString()).name())
                .putArray("pairs");
        return scenario;
    }

    private static Headline headline(String id) {
        return Arrays.stream(Headline.values())
                .filter(headline -> headline.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("stacks are not compared by " + id));
    }

    private static ObjectNode run(ObjectNode old) {
        ObjectNode run = picked(old, "block", "stack", "startedAt", "directory", "problems", "warnings", "warmUp",
                "window", "accounts", "capacity", "timeline");
        run.path("timeline").forEach(second -> ((ObjectNode) second).withObject("threadsByRole")); // only some have it
        run.set("client", picked(old, "requests", "okPerSecond", "latencyMillis", "generatorLagMillis"));
        run.set("cost", picked(old, "perRequest", "memory", "threads", "collections"));
        run.set("service", picked(old, "flags", "before", "after", "stageMillis"));
        ObjectNode event = picked(old, "recoverySeconds", "goodputPerSecond");
        event.set("retainedBefore", old.path("heldBefore"));
        event.set("retainedAfter", old.path("heldAfter"));
        run.set("event", event);
        return run;
    }

    private static ObjectNode picked(ObjectNode from, String... names) {
        ObjectNode picked = from.objectNode();
        List.of(names).forEach(name -> {
            if (from.has(name)) {
                picked.set(name, from.path(name));
            }
        });
        return picked;
    }

    private static JsonNode duration(ObjectNode factory, double seconds) {
        return factory.stringNode(Duration.ofMillis(Math.round(seconds * 1000)).toString());
    }

    /** Returns an enumeration's constant from the words that were written for it. */
    private static String constant(JsonNode words) {
        return words.asString().toUpperCase(Locale.ROOT).replace(' ', '_').replace('-', '_');
    }

    private static JsonNode database(String text, ObjectNode factory) {
        if (text.equals("embedded")) {
            return NullNode.instance;
        }
        URI uri = URI.create("postgresql://" + text);
        return factory.objectNode()
                .put("host", uri.getHost())
                .put("port", uri.getPort())
                .put("database", uri.getPath().substring(1))
                .put("user", uri.getUserInfo())
                .put("password", Settings.SECRET);
    }
}
