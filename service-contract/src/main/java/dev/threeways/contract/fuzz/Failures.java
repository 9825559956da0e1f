package dev.threeways.contract.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The failures of a run, each kind once. A kind is a rule and all oddities of the smallest script that breaks it. */
final class Failures {

    private final List<Kind> kinds = new ArrayList<>();

    private static final class Kind {

        final String rule;

        final Set<String> features;

        final String text;

        int times = 1;

        Kind(String rule, Set<String> features, String text) {
            this.rule = rule;
            this.features = features;
            this.text = text;
        }
    }

    /** Whether this is another case of a kind that is there already. */
    boolean isMore(String rule, Set<String> features) {
        for (Kind kind : kinds) {
            if (kind.rule.equals(rule) && features.containsAll(kind.features)) {
                kind.times++;
                return true;
            }
        }
        return false;
    }

    void add(String rule, Set<String> features, String text) {
        if (!isMore(rule, features)) {
            kinds.add(new Kind(rule, features, text));
        }
    }

    int size() {
        return kinds.size();
    }

    List<FuzzReport.Failure> all() {
        return kinds.stream().map(kind -> new FuzzReport.Failure(kind.rule, kind.text, kind.times)).toList();
    }
}
