package dev.threeways.comparison.scenario;

import dev.threeways.backends.DatabaseAddress;
import dev.threeways.lab.cli.UsageException;
import dev.threeways.lab.process.CpuPlan;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a comparison is asked to do, all defaults resolved.
 *
 * @param scenario with the rate, duration and latencies that were asked for
 * @param heap of a service, as {@code -Xmx} takes it
 * @param seed of orders, arrivals, payment latencies and the order of stacks; block n uses {@code seed + n - 1}
 * @param database null for an embedded one
 * @param paymentUrl null for the simulator
 */
public record Settings(Scenario scenario, List<StackSpec> stacks, Plan plan, String heap, long seed,
        @Nullable DatabaseAddress database, @Nullable URI paymentUrl, CpuPlan cpus) {

    /** Stands in place of a password. */
    public static final String SECRET = "***";

    private static final double GIB = 1L << 30;

    /**
     * Resident memory of a service outside its heap, its generator, payment simulator and PostgreSQL together: 0.7 GiB
     * in {@code baseline}.
     */
    private static final long BESIDE_HEAP_BYTES = 700L << 20;

    public Settings with(Scenario other) {
        return new Settings(other, stacks, plan, heap, seed, database, paymentUrl, cpus);
    }

    /** Returns what may be published: no password, and the project's jars relative to its root. */
    public Settings published(Path root) {
        DatabaseAddress address = database;
        return new Settings(scenario, stacks.stream().map(stack -> stack.seenFrom(root)).toList(), plan, heap, seed,
                address == null
                        ? null
                        : new DatabaseAddress(address.host(), address.port(), address.database(), address.user(),
                                SECRET),
                paymentUrl, cpus);
    }

    /** Returns no turns for an external payment API: stacks side by side would share its records and keys. */
    public Turns turns() {
        return scenario.turn().isZero() || paymentUrl != null
                ? Turns.NONE
                : new Turns(stacks.size(), scenario.turn());
    }

    /**
     * Checks memory: stacks that run side by side are all resident at once, each with what it needs around it.
     *
     * @param availableBytes of memory; 0 if not known
     * @throws UsageException if memory is too small
     */
    public void requireMemory(long availableBytes) {
        long bytes = turns().stacks() * (heapBytes() + BESIDE_HEAP_BYTES);
        if (availableBytes > 0 && bytes > availableBytes) {
            throw new UsageException(String.format(Locale.ROOT,
                    "%d stacks side by side, with a heap of %s each, take some "
                            + "%.1f GiB; %.1f GiB are available. Name fewer with --stack, or a smaller --heap.",
                    turns().stacks(),
                    heap, bytes / GIB, availableBytes / GIB));
        }
    }

    private long heapBytes() {
        int shift = switch (Character.toLowerCase(heap.charAt(heap.length() - 1))) {
            case 'g' -> 30;
            case 'm' -> 20;
            default -> 10;
        };
        return Long.parseLong(heap.substring(0, heap.length() - 1)) << shift;
    }

    /** Returns the scenario's variants whose stack is not compared. */
    public List<Scenario.Variant> leftOut() {
        return scenario.variants()
                .stream()
                .filter(variant -> stacks.stream().noneMatch(stack -> stack.label().equals(variant.label())))
                .toList();
    }
}
