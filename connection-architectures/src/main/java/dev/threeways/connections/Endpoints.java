package dev.threeways.connections;

import dev.threeways.connections.http.Request;
import dev.threeways.connections.http.Response;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Handler for demonstrations.
 *
 * <table>
 * <caption>Paths</caption>
 * <tr><td>{@code /echo}</td><td>answers with the request's body</td></tr>
 * <tr><td>{@code /wait/N}</td><td>waits for N milliseconds as for a database, then answers with the body</td></tr>
 * <tr><td>{@code /block/N}</td><td>sleeps for N milliseconds on the worker's thread, as a blocking handler does
 * </td></tr>
 * <tr><td>{@code /compute/N}</td><td>computes N times a thousand steps of arithmetic, each thousand about a microsecond
 * </td></tr>
 * <tr><td>{@code /fail}</td><td>throws</td></tr>
 * <tr><td>{@code /stats}</td><td>tells what the server did, as text</td></tr>
 * </table>
 */
public final class Endpoints implements Handler {

    /** Upper limit of a wait, sleep or computation; longer ones are cut to it. */
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final Supplier<Stats> stats;

    public Endpoints(Supplier<Stats> stats) {
        this.stats = stats;
    }

    @Override
    public Duration waiting(Request request) {
        return request.path().startsWith("/wait/") ? amount(request.path(), TimeUnit.MILLISECONDS) : Duration.ZERO;
    }

    @Override
    public Response answer(Request request) throws Exception {
        String path = request.path();
        String name = path.indexOf('/', 1) < 0 ? path : path.substring(0, path.indexOf('/', 1));
        switch (name) {
            case "/echo" -> {
            }
            case "/wait" -> {
            } // has waited
            case "/block" -> Thread.sleep(amount(path, TimeUnit.MILLISECONDS)); // what this path is for
            case "/compute" -> compute(amount(path, TimeUnit.MICROSECONDS).toNanos() / 1_000);
            case "/fail" -> throw new IllegalStateException("This path fails.");
            case "/stats" -> {
                return Response.text(described(stats.get()));
            }
            default -> {
                return Response.problem(404, "There are /echo, /wait/MILLIS, /block/MILLIS, /compute/THOUSANDS, /fail, "
                        + "/stats.");
            }
        }
        return Response.of(request.fields().getOrDefault("content-type", "application/octet-stream"), request.body());
    }

    /** Counts steps instead of time: a thread that shares its CPU takes longer, but has not computed more. */
    private static void compute(long thousands) {
        long state = thousands | 1;
        for (long step = 0; step < 1_000 * thousands; step++) { // Marsaglia's xorshift: each step needs the last one
            state ^= state << 13;
            state ^= state >>> 7;
            state ^= state << 17;
        }
        if (state == 0) { // never, but the compiler does not know
            throw new IllegalStateException("xorshift has no zero");
        }
    }

    /** Returns the number at the end of a path, or 0 without one. */
    private static Duration amount(String path, TimeUnit unit) {
        String number = path.substring(path.lastIndexOf('/') + 1);
        if (!number.matches("[0-9]{1,8}")) {
            return Duration.ZERO;
        }
        Duration amount = Duration.of(Long.parseLong(number), unit.toChronoUnit());
        return amount.compareTo(LONGEST) > 0 ? LONGEST : amount;
    }

    /** Formats counts for people: one in each line, then roles by thread. */
    static String described(Stats stats) {
        StringBuilder text = new StringBuilder();
        text.append("open connections  ")
                .append(stats.open())
                .append("\naccepted          ")
                .append(stats.accepted())
                .append("\nempty accepts     ")
                .append(stats.emptyAccepts())
                .append("\naccept errors     ")
                .append(stats.acceptErrors())
                .append("\nrequests          ")
                .append(stats.requests())
                .append("\nanswers           ")
                .append(stats.answers())
                .append("\nbad requests      ")
                .append(stats.badRequests())
                .append("\nhandler errors    ")
                .append(stats.handlerErrors())
                .append("\nshed              ")
                .append(stats.shed())
                .append("\ntime-outs         ")
                .append(stats.timeouts())
                .append("\nclosed idle       ")
                .append(stats.idleClosed())
                .append('\n');
        stats.roles()
                .forEach((role, threads) -> threads.forEach((thread, count) -> text.append(role)
                        .append("  ")
                        .append(thread)
                        .append("  ")
                        .append(count)
                        .append('\n')));
        return text.toString();
    }
}
