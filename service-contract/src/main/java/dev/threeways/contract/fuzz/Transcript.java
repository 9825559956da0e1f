package dev.threeways.contract.fuzz;

import dev.threeways.contract.HttpAnswer;
import java.util.List;

/**
 * Answers over one connection.
 *
 * @param interim answers with a status below 200
 * @param note more about a bad end; for people
 */
record Transcript(List<HttpAnswer> answers, int interim, End end, String note) {

    enum End {
        /** The last request was answered, and the client closed the connection. */
        OPEN,
        /** The server closed the connection, or reset it: which one depends on what it had read. */
        CLOSED,
        /** The server neither answered nor closed the connection in time. */
        SILENT,
        /** The connection ended within an answer. */
        CUT_OFF,
        /** The bytes were no answer. */
        NOISE,
        /** The connection could not be opened. */
        REFUSED
    }
}
