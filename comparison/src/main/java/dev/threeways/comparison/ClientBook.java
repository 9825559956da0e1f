package dev.threeways.comparison;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The load generator's book, {@code requests.csv}: every request it planned and what became of it.
 *
 * @param originEpochMillis wall-clock time of the moment all its times count from
 */
record ClientBook(double originEpochMillis, List<Request> requests) {

    static final String WARM_UP = "warm-up";

    /** How a request ended, as the generator tells it. */
    enum Kind {
        /** 200, and the body is the receipt of this order. */
        OK,
        /** No connection: the service did not listen. */
        REFUSED,
        /** The connection was reset or closed before the answer was complete. */
        RESET,
        TIMEOUT,
        /** An answer with another status. */
        STATUS,
        /** 200, but the body is not the receipt of this order. */
        BODY,
        /** Anything else, the generator's own trouble included. */
        OTHER,
        /** Sent, but the generator ended before the answer came. */
        UNFINISHED,
        /** Planned, but not sent: too much was in flight, or the run was over first. */
        NEVER_SENT;

        static Kind parse(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
        }

        String id() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * Times in microseconds since {@link ClientBook#originEpochMillis()}.
     *
     * @param n number of the request in its phase's schedule
     * @param measured false if it belongs to the warm-up
     * @param status 0 if there was no answer
     */
    record Request(long n, boolean measured, String key, long intendedMicros, long startMicros, long endMicros,
            Kind kind, int status) {

        boolean isSent() {
            return kind != Kind.NEVER_SENT;
        }

        /** The service had to do with it, and is done with it as far as the caller can tell. */
        boolean hasEnded() {
            return isSent() && kind != Kind.REFUSED && kind != Kind.UNFINISHED;
        }
    }

    List<Request> measured() {
        return requests.stream().filter(Request::measured).toList();
    }

    /** @throws IOException naming the line if it is not what the generator writes */
    static ClientBook read(Path file) throws IOException {
        List<Request> requests = new ArrayList<>();
        double origin = Double.NaN;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                try {
                    if (line.startsWith("#")) {
                        origin = Double.parseDouble(line.replaceAll("[^0-9.]", ""));
                    } else if (!line.startsWith("n,")) {
                        requests.add(parse(line.split(",", -1)));
                    }
                } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                    throw new IOException(file + ", line " + number + " is not a request: " + line, e);
                }
            }
        }
        if (Double.isNaN(origin)) {
            throw new IOException(file + " does not say when its clock began");
        }
        return new ClientBook(origin, requests);
    }

    private static Request parse(String[] fields) {
        return new Request(Long.parseLong(fields[0]), !fields[1].equals(WARM_UP), fields[2], number(fields[3]),
                number(fields[4]), number(fields[5]), Kind.parse(fields[6]), (int) number(fields[7]));
    }

    private static long number(String field) {
        return field.isEmpty() ? 0 : Long.parseLong(field);
    }
}
