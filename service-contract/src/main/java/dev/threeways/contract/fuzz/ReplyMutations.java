package dev.threeways.contract.fuzz;

import static dev.threeways.contract.fuzz.Reply.APPROVED;
import static dev.threeways.contract.fuzz.Reply.KEY;
import static dev.threeways.contract.fuzz.Reply.OTHER_KEY;
import static dev.threeways.contract.fuzz.Reply.OTHER_PAYMENT;
import static dev.threeways.contract.fuzz.Reply.PAYMENT;

import dev.threeways.contract.fuzz.Reply.Ending;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Combinators;

/** Oddities of an answer of the payment API. A mild one leaves it an answer that every client has to read. */
final class ReplyMutations {

    /** Longer than the services wait for an answer. */
    private static final int TOO_LONG_MILLIS = 3_000;

    private static final int MAX_POSITION = 300;

    private static final String LINE_OF_4_MIB = "X-Long: " + "x".repeat(4 << 20);

    private static final String[] ODD_BYTES = {"x", " ", "\r", "\n", "\r\n", "\u0000", "\t", ":", ";", ",", "\u0001",
            "\u007f", "\u0080",
            "\u00ff", "{", "}", "\"", "HTTP/1.1", "\r\n\r\n"};

    private ReplyMutations() {}

    static List<Mutation<Reply>> all() {
        return Stream.of(mild(), unasked(), heads(), framing(), bodies(), huge(), endings())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Mutation<Reply>> mild() {
        return List.of(
                Mutation.mild("interim", Reply::before, "HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n",
                        "HTTP/1.1 102 Processing\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 \r\n\r\n",
                        "HTTP/1.1 102 Processing\r\n\r\n".repeat(3),
                        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n",
                        "HTTP/1.1 103 Early Hints\r\nContent-Type: text/plain\r\n\r\n",
                        "HTTP/1.1 199 Odd\r\nX: y\r\n\r\n"),
                Mutation.mild("header-4k", Reply::with, "X-Long: " + "x".repeat(4_000), "x".repeat(4_000) + ": y"),
                Mutation.mild("fields-50", (reply, name) -> reply.header(Stream.concat(reply.header().stream(),
                        IntStream.range(0, 50).mapToObj(i -> name + i + ": y")).toList()), "X-", "Set-Cookie-"),
                Mutation.mild("field", Reply::with, "Server: x", "Date: x", "Set-Cookie: a=b; Path=/",
                        "Connection: keep-alive",
                        "Keep-Alive: timeout=1, max=1", "Keep-Alive: x", "X:", "Vary: *", "Cache-Control: no-store",
                        "Expires: 0", "ETag: x",
                        "Retry-After: x", "Location: %", "Content-Language: x", "WWW-Authenticate: Basic",
                        "Alt-Svc: h3=\":443\"",
                        "Strict-Transport-Security: x", "Upgrade: h2c", "Allow: POST", "Warning: x", "Age: -1"),
                Mutation.mild("type-spelled", ReplyMutations::type, "application/json;charset=UTF-8",
                        "application/json; charset=\"utf-8\"",
                        "Application/JSON", "application/json ;charset=utf-8"),
                Mutation.mild("reason", Reply::statusLine, "HTTP/1.1 200 ", "HTTP/1.1 200 Fine \u00e9",
                        "HTTP/1.1 200 " + "x".repeat(200),
                        "HTTP/1.1 200 404"),
                Mutation.mild("http-1.0",
                        (reply, line) -> reply.statusLine("HTTP/1.0 200 OK").with(line).ending(Ending.CLOSE),
                        "Connection: close", "X: y"),
                Mutation.mild("until-close",
                        (reply, line) -> reply.framed(List.of(line), APPROVED).ending(Ending.CLOSE),
                        "Connection: close", "X: y"),
                Mutation.mild("chunks", (reply, body) -> reply.framed(List.of("Transfer-Encoding: chunked"), body),
                        chunk(APPROVED) + "0\r\n\r\n",
                        chunk(APPROVED.substring(0, 9)) + chunk(APPROVED.substring(9)) + "0\r\n\r\n",
                        Integer.toHexString(APPROVED.length()) + ";a=b\r\n" + APPROVED + "\r\n0\r\n\r\n",
                        // One chunk for each character except the id, which is inserted later.
                        APPROVED.replaceAll(PAYMENT + "|.", "$0\n")
                                .lines()
                                .map(ReplyMutations::chunk)
                                .reduce("",
                                        String::concat)
                                + "0\r\n\r\n",
                        chunk(APPROVED) + "0\r\nX: y\r\n\r\n", chunk(APPROVED) + "000\r\n\r\n"),
                Mutation.mild("json-spelled", Reply::body, " " + APPROVED + "\n",
                        "{\"status\":\"approved\",\"paymentId\":\"" + PAYMENT + "\"}",
                        "{\"x\":null,\"paymentId\":\"" + PAYMENT + "\",\"y\":[1,{}],\"status\":\"approved\"}",
                        "{\"paymentId\":\"" + PAYMENT + "\",\"status\":\"\\u0061pproved\"}",
                        "{\"x\":\"" + "y".repeat(10_000) + "\",\"paymentId\":\"" + PAYMENT
                                + "\",\"status\":\"approved\"}"),
                Mutation.mild("torn", Arbitraries.integers()
                        .between(1, 999)
                        .list()
                        .ofMinSize(1)
                        .ofMaxSize(8)
                        .map(cuts -> reply -> reply.torn(cuts, 2))),
                Mutation.mild("closing", Arbitraries.just(Reply::closing)));
    }

    /** Bytes that were not requested. They must not become an answer to the next request. */
    private static List<Mutation<Reply>> unasked() {
        String[] bytes = {Reply.answer(OTHER_KEY, OTHER_PAYMENT), Reply.answer(KEY, PAYMENT),
                Reply.answer(OTHER_KEY, OTHER_PAYMENT).replace("Idempotency-Key: " + OTHER_KEY + "\r\n", ""),
                Reply.answer(OTHER_KEY, OTHER_PAYMENT).repeat(3),
                Reply.answer(OTHER_KEY, OTHER_PAYMENT).substring(0, 40),
                Reply.answer(OTHER_KEY, OTHER_PAYMENT).substring(0, 120),
                "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                "HTTP/1.1 103 Early Hints\r\n\r\n", "x", "\r\n",
                "\r\n\r\n", "\u0000", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", "x".repeat(10_000),
                OTHER_PAYMENT};
        return List.of(Mutation.grave("unasked", Reply::unasked, bytes),
                Mutation.grave("unasked-later", Reply::later, bytes));
    }

    private static List<Mutation<Reply>> heads() {
        return List.of(
                Mutation.grave("type-odd", ReplyMutations::type, "json", "application/json; charset=utf8mb4", "; =x",
                        "", "/",
                        "application/json\r\nContent-Type: text/html", "application/json, text/html", "\u00e9/\u00e9",
                        "text/html", "*/*",
                        "application/*", "application/json; charset=", "application/json;;",
                        "application/json; charset=UTF-16",
                        "application/problem+json", "multipart/form-data", "application/json; charset=x y", "a/b/c",
                        "json; charset=\"",
                        "application/octet-stream", "\u0000", "application/json; x=\u00e9"),
                Mutation.grave("type-missing", Arbitraries.just(reply -> reply.without("Content-Type"))),
                Mutation.grave("key-other",
                        (reply, body) -> reply.without("Idempotency-Key")
                                .with("Idempotency-Key: " + OTHER_KEY)
                                .body(body)
                                .failing(),
                        Reply.approved(OTHER_PAYMENT), APPROVED),
                Mutation.grave("key-odd", (reply, line) -> reply.without("Idempotency-Key").with(line),
                        "Idempotency-Key: ", "X: y",
                        "Idempotency-Key: " + KEY + "\r\nIdempotency-Key: " + OTHER_KEY,
                        "Idempotency-Key: " + KEY + ", " + KEY,
                        "Idempotency-Key: \u00e9", "Idempotency-Key: " + KEY + "\r\nIdempotency-Key: " + KEY),
                Mutation.grave("status", (reply, status) -> reply.statusLine("HTTP/1.1 " + status), "201 Created",
                        "202 Accepted",
                        "204 No Content", "205 Reset Content", "206 Partial Content", "300 x",
                        "301 Moved\r\nLocation: /payments",
                        "302 Found\r\nLocation: http://127.0.0.1:1/x", "304 Not Modified",
                        "307 x\r\nLocation: /payments",
                        "400 x", "401 x\r\nWWW-Authenticate: Basic realm=x",
                        "407 x\r\nProxy-Authenticate: Basic realm=x", "408 x", "418 x",
                        "421 x", "425 x", "429 x\r\nRetry-After: 0", "431 x", "500 x", "502 x",
                        "503 x\r\nRetry-After: 0", "599 x", "600 x", "999 x",
                        "099 x", "000 x", "1000 x", "20 x", "2000 OK", "-200 x", "abc x", "+200 OK", "0200 OK",
                        "2\u00b20 x"),
                Mutation.grave("switching", Reply::before,
                        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n",
                        "HTTP/1.1 101 Switching Protocols\r\n\r\n"),
                Mutation.grave("interim-odd", Reply::before, "HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\n",
                        "HTTP/1.1 103 Early Hints\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 100\r\n\r\n",
                        "HTTP/1.1 103 x\r\n",
                        "HTTP/1.1 103 x\r\nConnection: close\r\n\r\n", "HTTP/1.0 100 Continue\r\n\r\n",
                        "HTTP/1.1 103 x\n\n",
                        "HTTP/1.1 103 x\r\nContent-Length: 5\r\n\r\nabcde", "HTTP/1.1 102 x\r\n\r\n".repeat(1_000)),
                Mutation.grave("interim-only", (reply, bytes) -> reply.raw(bytes).ending(Ending.CLOSE).failing(),
                        "HTTP/1.1 103 Early Hints\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n"),
                Mutation.grave("status-line", Reply::statusLine, "HTTP/1.1 200", "HTTP/1.1  200 OK", "ICY 200 OK",
                        "HTTP/2 200", "HTTP/2.0 200 OK",
                        "http/1.1 200 OK", "HTTP/1.2 200 OK", "HTTP/1.1\t200 OK", " HTTP/1.1 200 OK", "HTTP/1.1200 OK",
                        "200 OK", "", "HTTP",
                        "HTTP/1.1 200 OK\r", "HTTP/1.1 200 O\u0000K", "HTTP/1.1 200 O\rK", "HTTP/0.9 200 OK",
                        "HTTP/1 200 OK", "POST / HTTP/1.1",
                        "HTTP/3 200 OK", "HTTPS/1.1 200 OK", "\u0000", "HTTP/1.1 200 OK HTTP/1.1 500 x"),
                Mutation.grave("leading-bytes", Reply::before, "\r\n", "\n", "\r\n".repeat(5), " ", "x", "x\r\n",
                        "\u0000", "\u00ef\u00bb\u00bf",
                        "\r\n".repeat(10_000)),
                Mutation.grave("field-odd", Reply::with, "X y: z", "X : y", ": y", "X", " folded", "X: a\r\n b",
                        "X: a\rb", "X: \u0000", "X: a\nY: b",
                        "X\u0000: y", "X\u00e9: y", "X: \u0001", "X: \u00e9", "X: a\r\r", "Content-Length : 1",
                        "Idempotency-Key : " + OTHER_KEY,
                        "(): x", "\u007f: x", "=: x"),
                Mutation.grave("line-ends", Reply::lineEnd, "\n", "\r", "\n\r", "\r\r\n", " \r\n", "\r\n\r\n",
                        "\u0000\r\n"),
                Mutation.grave("connection-odd", Reply::with, "Connection: x", "Connection: ,",
                        "Connection: close, keep-alive",
                        "Connection: Idempotency-Key", "Connection: content-length", "Proxy-Connection: close",
                        "Connection: upgrade"),
                Mutation.grave("byte-put",
                        Combinators.combine(Arbitraries.integers().between(0, MAX_POSITION), Arbitraries.of(ODD_BYTES))
                                .as((position, bytes) -> reply -> edited(reply, position, 0, bytes))),
                Mutation.grave("bytes-gone", Combinators
                        .combine(Arbitraries.integers().between(0, MAX_POSITION), Arbitraries.integers().between(1, 8))
                        .as((position, length) -> reply -> edited(reply.closing(), position, length, ""))));
    }

    private static List<Mutation<Reply>> framing() {
        return List.of(
                Mutation.grave("length-odd",
                        (reply, length) -> reply.framed(List.of("Content-Length: " + length), reply.body())
                                .closing(),
                        "+73", "-1", "0x49", "73, 73", "73,1", "73;", "", "7 3", "73.0", "99999999999999999999",
                        "9223372036854775807", "x", "\u0667"),
                Mutation.grave("length-short",
                        (reply, length) -> reply.framed(List.of("Content-Length: " + length), reply.body()), "0", "1",
                        "20",
                        "72"),
                Mutation.grave("length-long",
                        (reply, length) -> reply.framed(List.of("Content-Length: " + length), reply.body())
                                .closing(),
                        "74", "100", "16384", "16385", "1000000000"),
                Mutation.grave("lengths",
                        (reply, lines) -> reply.framed(List.of(lines.split("\\|")), reply.body()).closing(),
                        "Content-Length: 73|Content-Length: 73", "Content-Length: 73|Content-Length: 1",
                        "Content-Length: 0|Content-Length: 73",
                        "Content-Length: 73|Transfer-Encoding: chunked",
                        "Transfer-Encoding: chunked|Content-Length: 73"),
                Mutation.grave("coding",
                        (reply, coding) -> reply
                                .framed(List.of("Transfer-Encoding: " + coding), chunk(APPROVED) + "0\r\n\r\n")
                                .closing(),
                        "xchunked", "gzip", "identity", "chunked, identity", "gzip, chunked", "chunked, chunked",
                        "chunked\r\nTransfer-Encoding: chunked", "", "chunked;q=1", "Chunked", "\u000bchunked"),
                Mutation.grave("chunks-odd",
                        (reply, body) -> reply.framed(List.of("Transfer-Encoding: chunked"), body).closing(),
                        "g\r\nx\r\n0\r\n\r\n", "-1\r\nx\r\n0\r\n\r\n", "\r\n", "49\r\n" + APPROVED + "0\r\n\r\n",
                        "48\r\n" + APPROVED + "\r\n0\r\n\r\n",
                        "ffffffffffffffff\r\n" + APPROVED, "7fffffff\r\n" + APPROVED, chunk(APPROVED),
                        chunk(APPROVED) + "0\r\n",
                        chunk(APPROVED) + "0\r\nX y\r\n\r\n", "49\n" + APPROVED + "\n0\n\n",
                        "0x49\r\n" + APPROVED + "\r\n0\r\n\r\n",
                        "0\r\n\r\n", "49;" + "x".repeat(10_000) + "\r\n" + APPROVED + "\r\n0\r\n\r\n",
                        chunk(APPROVED) + "0\r\nIdempotency-Key: " + OTHER_KEY + "\r\n\r\n"),
                Mutation.grave("no-length", Arbitraries.just(reply -> reply.framed(List.of("X: y"), reply.body()))),
                Mutation.grave("early",
                        (reply, end) -> (end.equals("KEEP") ? reply : reply.closing()).atOnce()
                                .ending(Ending.valueOf(end)),
                        "KEEP", "CLOSE", "RESET"));
    }

    private static List<Mutation<Reply>> bodies() {
        return List.of(
                Mutation.grave("declined",
                        (reply, status) -> reply
                                .body("{\"paymentId\":\"" + PAYMENT + "\",\"status\":\"" + status + "\"}"),
                        "declined", "DECLINED", "pending", "", "approved ", "x"),
                Mutation.grave("json-odd", Reply::body, "", "{", "{}", "[]", "null", "0", "\"x\"", "true",
                        "{\"paymentId\":null,\"status\":\"approved\"}",
                        "{\"paymentId\":1,\"status\":\"approved\"}", "{\"paymentId\":[\"x\"],\"status\":\"approved\"}",
                        "{\"paymentId\":{},\"status\":\"approved\"}", "{\"paymentId\":\"\",\"status\":\"approved\"}",
                        "{\"paymentId\":\"" + PAYMENT + "\"}", "{\"paymentId\":\"" + PAYMENT + "\",\"status\":null}",
                        "{\"paymentId\":\"" + PAYMENT + "\",\"status\":1}", APPROVED + APPROVED, APPROVED + "x",
                        APPROVED.substring(0, 60),
                        "\u00ef\u00bb\u00bf" + APPROVED, "{'paymentId':'" + PAYMENT + "','status':'approved'}",
                        "[" + APPROVED + "]",
                        "{\"paymentId\":\"" + PAYMENT + "\",\"paymentId\":\"" + PAYMENT + "\",\"status\":\"approved\"}",
                        "{\"paymentid\":\"" + PAYMENT + "\",\"status\":\"approved\"}",
                        "{\"paymentId\":\"\u00ff\",\"status\":\"approved\"}",
                        "<html></html>", "{\"paymentId\":1e999999999,\"status\":\"approved\"}", "\u0000",
                        "{\"a\":".repeat(5_000), "[".repeat(16_000),
                        "{\"x\":" + "9".repeat(10_000) + ",\"paymentId\":\"" + PAYMENT + "\",\"status\":\"approved\"}",
                        "{\"paymentId\":\"\\ud800\",\"status\":\"approved\"}"),
                Mutation.grave("id-odd", (reply, id) -> reply.body(Reply.approved(id)), "x", "a\\r\\nb", "\\u0000",
                        "\\\"}", "<script>",
                        "x".repeat(10_000), "../x", "\u00c3\u00a9", " "),
                Mutation.grave("body-long",
                        (reply, bytes) -> reply
                                .body("{\"x\":\"" + "y".repeat(Integer.parseInt(bytes)) + "\"," + APPROVED.substring(1))
                                .failing(),
                        "16400", "100000", "3000000"),
                Mutation.grave("compressed", (reply, coding) -> {
                    String packed = gzip(APPROVED);
                    return reply.with("Content-Encoding: " + coding).body(packed);
                }, "gzip", "x-gzip", "deflate", "br", "gzip, gzip", "x"),
                Mutation.grave("compressed-not", (reply, coding) -> reply.with("Content-Encoding: " + coding), "gzip",
                        "identity", "deflate", "br", "",
                        "\u00e9"),
                Mutation.grave("compressed-huge", Arbitraries
                        .just(reply -> reply.with("Content-Encoding: gzip").body(gzip("x".repeat(5 << 20))))));
    }

    /** Far more than any client needs. It must neither be kept nor read to its end. */
    private static List<Mutation<Reply>> huge() {
        return List.of(
                Mutation.grave("header-huge", (reply, line) -> reply.with(line).failing(), LINE_OF_4_MIB,
                        "X: " + "y".repeat(200_000)),
                Mutation.grave("fields-huge", (reply, count) -> reply.header(Stream.concat(reply.header().stream(),
                        Collections.nCopies(Integer.parseInt(count), "X: y").stream()).toList()).failing(), "40000"),
                Mutation.grave("reason-endless",
                        (reply, filler) -> reply.statusLine("HTTP/1.1 200 " + Reply.endless(filler)).failing(), "x"),
                Mutation.grave("header-endless", (reply, filler) -> reply.with(Reply.endless(filler)).failing(), "x",
                        "X: ", "X: y\r\n", "X: y\r\n "),
                Mutation.grave("interim-endless", (reply, filler) -> reply.before(Reply.endless(filler)).failing(),
                        "HTTP/1.1 103 x\r\n\r\n",
                        "HTTP/1.1 100 Continue\r\nX: y\r\n\r\n"),
                Mutation.grave("leading-endless", (reply, filler) -> reply.before(Reply.endless(filler)).failing(),
                        "\r\n", " ", "x", "\u0000"),
                Mutation.grave("body-endless",
                        (reply, body) -> reply.framed(List.of("Transfer-Encoding: chunked"), body).failing(),
                        Reply.endless("1\r\n \r\n"), "1;" + Reply.endless("x"),
                        Reply.endless("1000\r\n" + " ".repeat(4_096) + "\r\n")),
                Mutation.grave("body-until-close",
                        (reply, filler) -> reply.framed(List.of("Connection: close"), Reply.endless(filler)).failing(),
                        " ", "{"),
                Mutation.grave("trailers-endless",
                        (reply, filler) -> reply.framed(List.of("Transfer-Encoding: chunked"),
                                chunk(APPROVED) + "0\r\n" + Reply.endless(filler)).failing(),
                        "X: y\r\n", "x", "X: " + "y".repeat(8_000) + "\r\n"));
    }

    private static List<Mutation<Reply>> endings() {
        return List.of(
                Mutation.grave("nothing", (reply, end) -> nothing(reply, end).failing(), "CLOSE", "RESET", "HANG"),
                Mutation.grave("cut-off", Combinators.combine(Arbitraries.integers().between(0, MAX_POSITION),
                        Arbitraries.of(Ending.CLOSE, Ending.CLOSE, Ending.RESET, Ending.HANG))
                        .as((position, end) -> reply -> edited(reply, position, Integer.MAX_VALUE, "").ending(end))),
                Mutation.grave("reset-after", Arbitraries.just(reply -> reply.closing().ending(Ending.RESET))),
                Mutation.grave("slow", Arbitraries.of(0, 500, 950)
                        .map(cut -> reply -> reply.torn(List.of(cut), TOO_LONG_MILLIS).failing())),
                Mutation.grave("drip", Arbitraries.of(400, 100)
                        .map(millis -> reply -> reply
                                .torn(IntStream.range(0, 99).mapToObj(i -> 10 * (i + 1)).toList(), millis)
                                .failing())));
    }

    private static Reply nothing(Reply reply, String end) {
        return edited(reply, 0, Integer.MAX_VALUE, "").ending(Ending.valueOf(end));
    }

    private static Reply type(Reply reply, String type) {
        List<String> lines = new ArrayList<>(reply.without("Content-Type").header());
        lines.addFirst("Content-Type: " + type);
        return reply.header(lines);
    }

    private static Reply edited(Reply reply, int position, int length, String replacement) {
        String bytes = reply.bytes();
        int from = position % bytes.length();
        int to = (int) Math.min(bytes.length(), (long) from + length);
        return reply.raw(bytes.substring(0, from) + replacement + bytes.substring(to));
    }

    private static String chunk(String bytes) {
        return Integer.toHexString(bytes.length()) + "\r\n" + bytes + "\r\n";
    }

    /** Ids are inserted afterwards, so packed text has others. */
    private static String gzip(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }
}
