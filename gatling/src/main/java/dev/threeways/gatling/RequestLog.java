package dev.threeways.gatling;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Records of a Gatling run's requests.
 *
 * @param originEpochMicros wall-clock time, in microseconds since 1970, of the origin of all times in {@code requests}
 * @param seed of the run
 * @param planned measured requests
 * @param measureStartMicros t = 0 of the schedule; empty if it never began
 * @param measureEndMicros when the measured window ended
 * @param requests warm-up requests in the order of their numbers, then every planned one
 */
public record RequestLog(long originEpochMicros, long seed, int planned, OptionalLong measureStartMicros,
        OptionalLong measureEndMicros, List<RequestRecord> requests) {

    /** Name of the file in the directory that {@code -Dresults} names. */
    public static final String FILE_NAME = RequestRecorder.FILE_NAME;

    private static final Pattern HEADER = Pattern.compile("# originEpochMicros=(\\d+) seed=(\\d+) planned=(\\d+) "
            + "measureStartMicros=(-?\\d*) measureEndMicros=(-?\\d*)");

    /** @throws IOException if the file cannot be read, or is not what a run writes; says which line */
    public static RequestLog read(Path file) throws IOException {
        try (BufferedReader in = Files.newBufferedReader(file)) {
            String first = in.readLine();
            Matcher header = HEADER.matcher(first == null ? "" : first);
            if (!header.matches() || !RequestRecorder.COLUMNS.equals(in.readLine())) {
                throw new IOException(file + " does not begin like a log of requests");
            }
            int planned = Integer.parseInt(header.group(3));
            List<RequestRecord> requests = new ArrayList<>(planned);
            long lineNumber = 2;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lineNumber++;
                requests.add(record(line, file, lineNumber));
            }
            return new RequestLog(Long.parseLong(header.group(1)), Long.parseLong(header.group(2)), planned,
                    optional(header.group(4)), optional(header.group(5)), requests);
        }
    }

    /** The planned requests only: a warm-up that another service answered is not in this one's ledger. */
    public RequestLog withoutWarmUp() {
        return new RequestLog(originEpochMicros, seed, planned, measureStartMicros, measureEndMicros,
                requests.stream().filter(request -> request.phase() == RequestPhase.MEASURE).toList());
    }

    private static RequestRecord record(String line, Path file, long lineNumber) throws IOException {
        try {
            Fields fields = new Fields(line);
            return new RequestRecord(Long.parseLong(fields.next()), phase(fields.next()), fields.next(),
                    optional(fields.next()), optional(fields.next()), optional(fields.next()),
                    RequestClass.of(fields.next()), (int) optional(fields.next()).orElse(0),
                    optional(fields.last()).orElse(0));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ", line " + lineNumber + " is not a request: " + line, e);
        }
    }

    private static RequestPhase phase(String id) {
        for (RequestPhase phase : RequestPhase.values()) {
            if (phase.id().equals(id)) {
                return phase;
            }
        }
        throw new IllegalArgumentException("There is no phase '" + id + "'");
    }

    private static OptionalLong optional(@Nullable String number) {
        return number == null || number.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(number));
    }

    /** Splits without a regular expression, for files of several hundred thousand lines. */
    private static final class Fields {

        private final String line;

        private int position;

        Fields(String line) {
            this.line = line;
        }

        String next() {
            int comma = line.indexOf(',', position);
            if (comma < 0) {
                throw new IllegalArgumentException("too few fields");
            }
            String field = line.substring(position, comma);
            position = comma + 1;
            return field;
        }

        String last() {
            String field = line.substring(position);
            if (field.indexOf(',') >= 0) {
                throw new IllegalArgumentException("too many fields");
            }
            return field;
        }
    }
}
