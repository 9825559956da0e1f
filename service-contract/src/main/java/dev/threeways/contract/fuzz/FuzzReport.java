package dev.threeways.contract.fuzz;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Result of a run.
 *
 * @param excused findings that were not seen again with one script alone, and may have been the machine's fault
 * @param known how often each known difference was met
 */
record FuzzReport(String name, long seed, int scripts, Duration took, StatusTable statuses,
        Map<KnownDifference, Integer> known, int excused, List<Failure> failures) {

    /**
     * One kind of finding.
     *
     * @param text everything there is to say about the smallest script that shows it
     * @param times how many scripts showed it
     */
    record Failure(String rule, String text, int times) {}

    String summary() {
        StringBuilder text = new StringBuilder(
                String.format(Locale.ROOT, "%s fuzzer, seed %d: %,d scripts in %d s%n%s", name, seed, scripts,
                        took.toSeconds(), statuses));
        known.forEach((difference, times) -> text.append("Known difference, seen ")
                .append(times)
                .append(" times: ")
                .append(difference.rule())
                .append(", ")
                .append(difference.kinds())
                .append(", ")
                .append(difference.rfc())
                .append(": ")
                .append(difference.what())
                .append('\n'));
        if (excused > 0) {
            text.append(excused).append(" findings in a batch were not seen again with a script alone.\n");
        }
        return text.toString();
    }

    /** The failures, with the command that reproduces them. */
    String complaint() {
        StringBuilder text = new StringBuilder(
                failures.size() + " kinds of failure. Again: mvn -pl comparison verify -Dit.test=FuzzIT -Dfuzz.seed="
                        + seed
                        + "\n");
        for (Failure failure : failures) {
            text.append("\n--- ")
                    .append(failure.rule())
                    .append(" (")
                    .append(failure.times())
                    .append(" scripts)\n")
                    .append(failure.text());
        }
        return text.toString();
    }
}
