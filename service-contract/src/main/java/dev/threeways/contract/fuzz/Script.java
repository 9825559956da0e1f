package dev.threeways.contract.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Behaviour of one client on one connection.
 *
 * @param used whether the connection has served a plain request before
 * @param pipelined whether everything is sent without waiting for answers
 * @param cuts where the sent bytes are torn into packets, in thousandths of their length
 * @param followed whether a plain request follows at the end; one does in any case if the connection is kept
 */
record Script(boolean used, List<Message> messages, boolean pipelined, List<Integer> cuts, Ending ending,
        boolean followed) {

    private static final int FIRST_MESSAGE = 1;

    private static final int FOLLOWER = 9;

    enum Ending {
        /** Everything is read. */
        KEEP,
        /** The client announces that it sends no more, then reads what still comes. */
        HALF_CLOSE,
        /** The client resets the connection, and reads nothing. */
        RESET
    }

    /** A message as it is sent once. */
    record Part(String name, String method, String head, String body) {}

    Script {
        messages = List.copyOf(messages);
        cuts = List.copyOf(cuts);
        if (ending == Ending.KEEP && messages.stream().anyMatch(Message::open)) {
            ending = Ending.HALF_CLOSE; // else client and server might wait for each other
        }
        followed = followed || ending == Ending.KEEP;
    }

    /** All oddities, to tell one failure from another. */
    Set<String> features() {
        Set<String> features = new TreeSet<>();
        messages.forEach(message -> features.addAll(message.kinds()));
        if (used) {
            features.add("(used connection)");
        }
        if (pipelined) {
            features.add("(pipelined)");
        }
        if (!cuts.isEmpty()) {
            features.add("(torn)");
        }
        if (ending != Ending.KEEP) {
            features.add("(" + ending + ")");
        }
        return features;
    }

    List<Part> opening(int execution) {
        return used ? List.of(part("used", 0, Message.PLAIN, execution)) : List.of();
    }

    List<Part> middle(int execution) {
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            parts.add(part("#" + (FIRST_MESSAGE + i), FIRST_MESSAGE + i, messages.get(i), execution));
        }
        return parts;
    }

    List<Part> end(int execution) {
        return followed ? List.of(part("next", FOLLOWER, Message.PLAIN, execution)) : List.of();
    }

    private static Part part(String name, int number, Message message, int execution) {
        return new Part(name, message.method(), numbered(message.head(), number, execution),
                numbered(message.body(), number, execution));
    }

    private static String numbered(String text, int number, int execution) {
        return text.replace(Draft.EXECUTION, String.format(Locale.ROOT, "%08d", execution))
                .replace(Draft.MESSAGE, String.format(Locale.ROOT, "%02d", number));
    }

    /** Whether the request hidden in message {@code number} must not be paid. */
    boolean hides(int number) {
        int index = number - FIRST_MESSAGE;
        return index >= 0 && index < messages.size() && messages.get(index).hides();
    }

    static String name(int number) {
        return number == 0 ? "used" : number == FOLLOWER ? "next" : "#" + number;
    }

    /** Text for people: the bytes escaped, runs of the same byte shortened. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(used ? "on a connection that has served a plain request" : "on a fresh connection")
                .append(pipelined ? ", all at once" : "")
                .append(cuts.isEmpty() ? "" : ", torn at " + cuts + " per mille")
                .append('\n');
        List<Part> middle = middle(0);
        for (int i = 0; i < middle.size(); i++) {
            Part part = middle.get(i);
            text.append("  ")
                    .append(part.name())
                    .append(' ')
                    .append(messages.get(i).kinds())
                    .append('\n')
                    .append(Escaped.lines(part.head(), "    "));
            if (!part.body().isEmpty()) {
                text.append("    (when told to continue)\n").append(Escaped.lines(part.body(), "    "));
            }
        }
        return text.append(followed ? "  next: a plain request\n" : "").append("  then ").append(switch (ending) {
            case KEEP -> "read all";
            case HALF_CLOSE -> "half-close and read all";
            case RESET -> "reset";
        }).append('\n').toString();
    }
}
