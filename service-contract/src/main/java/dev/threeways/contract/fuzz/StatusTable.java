package dev.threeways.contract.fuzz;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Number of requests by kind, stack and status: shows a grammar that is too timid. */
final class StatusTable {

    private final List<String> stacks;

    private final Map<String, Map<String, Map<String, Integer>>> counts = new TreeMap<>();

    StatusTable(List<String> stacks) {
        this.stacks = stacks;
    }

    /** @param status or the event in its place */
    synchronized void add(String kind, String stack, String status) {
        counts.computeIfAbsent(kind, _ -> new TreeMap<>())
                .computeIfAbsent(stack, _ -> new TreeMap<>())
                .merge(status, 1,
                        Integer::sum);
    }

    synchronized int requests(String kind) {
        return counts.getOrDefault(kind, Map.of())
                .values()
                .stream()
                .flatMap(each -> each.values().stream())
                .mapToInt(Integer::intValue)
                .sum();
    }

    @Override
    public synchronized String toString() {
        StringBuilder text = new StringBuilder();
        counts.forEach((kind, byStack) -> {
            text.append(String.format(Locale.ROOT, "%-22s", kind));
            Map<String, String> shown = byStack.entrySet()
                    .stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue()
                            .entrySet()
                            .stream()
                            .map(count -> count.getKey() + "×" + count.getValue())
                            .collect(Collectors.joining(" "))));
            if (stacks.size() > 1 && shown.values().stream().distinct().count() == 1 && shown.size() == stacks.size()) {
                text.append(" all: ").append(shown.values().iterator().next());
            } else {
                stacks.forEach(
                        stack -> text.append(' ')
                                .append(stack)
                                .append(": ")
                                .append(shown.getOrDefault(stack, "-"))
                                .append(" |"));
            }
            text.append('\n');
        });
        return text.toString();
    }
}
