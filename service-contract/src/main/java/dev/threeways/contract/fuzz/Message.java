package dev.threeways.contract.fuzz;

import dev.threeways.contract.fuzz.Mutation.Change;
import java.util.List;

/**
 * Bytes sent as one request, with names for all its oddities.
 *
 * @param body apart from the head only if it waits for an interim answer
 * @param hides whether a request is in it that must not be paid
 * @param open whether the server may wait for more after it
 */
record Message(List<String> kinds, String head, String body, boolean hides, boolean open) {

    static final Message PLAIN = of(List.of());

    static Message of(List<Change<Draft>> changes) {
        Draft draft = Change.all(changes, Draft.payment());
        boolean framed = changes.stream().noneMatch(Change::isGrave);
        String head = draft.head();
        return new Message(changes.stream().map(Change::kind).sorted().toList(),
                draft.withheld() ? head : head + draft.body(), draft.withheld() ? draft.body() : "",
                framed && draft.body().contains(Draft.HIDDEN_KEY), draft.open());
    }

    /** The first word, which decides whether the answer has a body. */
    String method() {
        String line = head.stripLeading();
        int blank = line.indexOf(' ');
        return blank < 0 ? "" : line.substring(0, blank);
    }
}
