package dev.threeways.comparison.ledger;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The payment API's record of calls.
 *
 * @param byKey calls received, by idempotency key
 * @param isComplete false if the record was full and calls were left out
 */
public record PaymentCalls(Map<String, Call> byKey, boolean isComplete) {

    /**
     * @param outcome what the payment API did with the call: {@code approved}, {@code declined} or a fault
     * @param count how often it was received
     * @param unsigned whether the record says that it carried no signature; false, too, if the record does not tell
     */
    record Call(String outcome, long count, boolean unsigned) {

        /** A call from a record that does not tell whether it was signed. */
        Call(String outcome, long count) {
            this(outcome, count, false);
        }

        private Call with(Call later) {
            return new Call(later.outcome, count + later.count, unsigned || later.unsigned);
        }
    }

    long total() {
        return byKey.values().stream().mapToLong(Call::count).sum();
    }

    /**
     * @param csv with a header line that names at least {@code key}, {@code outcome} and {@code count}; where it names
     *     {@code signed}, too, {@code true} marks a signed call
     */
    public static PaymentCalls read(Path csv, boolean isComplete) throws IOException {
        try (Reader file = Files.newBufferedReader(csv)) {
            return read(file, isComplete);
        }
    }

    public static PaymentCalls read(Reader csv, boolean isComplete) throws IOException {
        Map<String, Call> calls = new HashMap<>();
        try (var lines = new BufferedReader(csv)) {
            List<String> header = Arrays.asList(String.valueOf(lines.readLine()).split(",", -1));
            int key = column(header, "key");
            int outcome = column(header, "outcome");
            int count = column(header, "count");
            int signed = header.indexOf("signed");
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] fields = line.split(",", -1);
                if (fields.length != header.size()) {
                    throw new IOException("The payment API's book has a line that does not fit its header: " + line);
                }
                calls.merge(fields[key], new Call(fields[outcome], Long.parseLong(fields[count]),
                        signed >= 0 && !fields[signed].equals("true")), Call::with);
            }
        }
        return new PaymentCalls(calls, isComplete);
    }

    private static int column(List<String> header, String name) throws IOException {
        int column = header.indexOf(name);
        if (column < 0) {
            throw new IOException("The payment API's book has no column '" + name + "': " + header);
        }
        return column;
    }
}
