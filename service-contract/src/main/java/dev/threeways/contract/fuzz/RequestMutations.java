package dev.threeways.contract.fuzz;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import net.jqwik.api.Arbitraries;

/** Oddities of a request line and of well-formed header fields. */
final class RequestMutations {

    private static final String ORDER = "/orders/%s/payment";

    private RequestMutations() {}

    static List<Mutation<Draft>> all() {
        List<Mutation<Draft>> all = new ArrayList<>(targets());
        all.addAll(methods());
        all.addAll(hosts());
        all.addAll(fields());
        return all;
    }

    private static List<Mutation<Draft>> targets() {
        return List.of(
                Mutation.mild("order-id", (draft, id) -> draft.target(String.format(Locale.ROOT, ORDER, id)), "100001",
                        "0", "-1", "+1",
                        "042", "9223372036854775807", "9223372036854775808", "abc", "1.0", "1e3", "0x2a", "42,43",
                        "42:43",
                        "42@1", "42'", "(42)", "42*", "~42", "1".repeat(1_000)),
                Mutation.mild("order-id-escaped", (draft, id) -> draft.target(String.format(Locale.ROOT, ORDER, id)),
                        "%34%32", "42%5C",
                        "%5C42", "42%00", "%00", "42%FF", "%FF", "%C3%A9", "%C3", "%ED%A0%80", "42%2F", "4%2F2", "%2F",
                        "%2e", "%2e%2e", "42%3B", "42%3F", "42%23", "42%25", "%2542", "%20", "42%20", "%0d%0a", "%09",
                        "%7f",
                        "%D9%A4%D9%A2", "%E2%91%A0", "42%", "%", "%4", "%zz", "%u0034", "42%C0%AF"),
                Mutation.mild("dot-segments", Draft::target, "/orders/./42/payment", "/./orders/42/payment",
                        "/orders/../orders/42/payment", "/x/../orders/42/payment", "/orders/42/payment/.",
                        "/orders/42/payment/..", "/../orders/42/payment", "/orders/42/x/../payment",
                        "/orders/../../42/payment",
                        "/x/%2e%2e/orders/42/payment", "/orders/%2e/42/payment", "/orders/.%2e/orders/42/payment",
                        "/orders/../payment", "/orders/./payment", "/orders/.../payment", "/..%2forders/42/payment"),
                Mutation.mild("path-parameters", Draft::target, "/orders/42;v=1/payment", "/orders/42;/payment",
                        "/orders;x=y/42/payment", "/orders/42/payment;x=y", "/orders/;42/payment",
                        "/;/orders/42/payment",
                        "/orders/42;x=%2F/payment", "/orders/42;jsessionid=1/payment", "/orders/..;/orders/42/payment",
                        "/orders/42;a;b=c,d/payment", "/orders/42%3Bv=1/payment"),
                Mutation.mild("path", Draft::target, "/", "/orders", "/orders/42", "/orders/42/payment/",
                        "/orders/42//payment",
                        "//orders/42/payment", "/orders//payment", "/orders//42/payment", "///", "//",
                        "/ORDERS/42/payment",
                        "/orders/42/Payment", "/orders/42/payments", "/orders/42/payment.json", "/error", "/actuator",
                        "/actuator/health", "/favicon.ico", "/orders/42/payment/x", "/orders/{orderId}/payment",
                        "/.well-known/x", "/WEB-INF/web.xml", "/orders/42/pay%6Dent", "/%6Frders/42/payment", "/:80/",
                        "/a:b"),
                Mutation.mild("path-raw", Draft::target, "/orders/42\\/payment", "/orders\\42\\payment",
                        "/orders/{42}/payment",
                        "/orders/4|2/payment", "/orders/^42/payment", "/orders/`42/payment", "/orders/\"42\"/payment",
                        "/orders/<42>/payment", "/orders/[42]/payment", "/orders/42\u00e9/payment",
                        "/orders/\u00c3\u00a9/payment",
                        "/orders/\u0001/payment", "/orders/42\u007f/payment", "/orders/\u0080/payment",
                        "/orders/\u00ff/payment"),
                Mutation.mild("query", (draft, query) -> draft.target(Draft.TARGET + query), "?", "?a=b",
                        "?discount=100%",
                        "?a=%zz", "?a=%", "?a=%4", "?%00", "?a=%FF", "?a=%ED%A0%80", "?[", "?]", "?{}", "?a=|", "?\"",
                        "?<>",
                        "?a=\\", "?^", "?`", "?a=\u00e9", "?\u00ff", "?\u0001", "?\u007f", "??", "?a?b", "?;",
                        "?;a=b;c", "?&&&=",
                        "?=", "?a=b&a=c", "?/../", "?//", "?a+b", "?a=%2B%26", "?http://127.0.0.1/", "?'(1)",
                        "?$%7Bx%7D",
                        "?" + "a".repeat(2_000), "?a=#b"),
                Mutation.mild("fragment", (draft, fragment) -> draft.target(Draft.TARGET + fragment), "#", "#x", "?a#x",
                        "%23x"),
                Mutation.mild("absolute-form", Draft::target, "http://127.0.0.1" + Draft.TARGET,
                        "http://127.0.0.1:8081" + Draft.TARGET, "http://other.example" + Draft.TARGET,
                        "HTTP://127.0.0.1" + Draft.TARGET, "https://127.0.0.1" + Draft.TARGET, "http://127.0.0.1",
                        "http://127.0.0.1/", "http://127.0.0.1?a=b", "http://" + Draft.TARGET, "http:" + Draft.TARGET,
                        "http://user@127.0.0.1" + Draft.TARGET, "http://user:secret@127.0.0.1" + Draft.TARGET,
                        "http://[::1]" + Draft.TARGET, "http://[::1" + Draft.TARGET,
                        "http://127.0.0.1:x" + Draft.TARGET,
                        "http://127.0.0.1:99999" + Draft.TARGET, "http://order_service:8081" + Draft.TARGET,
                        "ftp://127.0.0.1" + Draft.TARGET, "urn:x:y", "http://a b" + Draft.TARGET,
                        "http://127.0.0.1" + Draft.TARGET + "?a=%", "file:///etc/passwd"),
                Mutation.mild("target-form", Draft::target, "*", "127.0.0.1:80", "127.0.0.1", "orders/42/payment",
                        "?a=b", "#", ".", "..", "./orders/42/payment", "\\orders\\42\\payment", "%2Forders/42/payment",
                        ":", "x:",
                        "@", ";/orders/42/payment"),
                Mutation.mild("target-long", Draft::target, Draft.TARGET + "?" + "a".repeat(3_900),
                        Draft.TARGET + "?" + "a".repeat(9_000), "/" + "a".repeat(9_000),
                        "/orders/" + "1".repeat(20_000) + "/payment"));
    }

    private static List<Mutation<Draft>> methods() {
        return List.of(
                Mutation.mild("method", Draft::method, "GET", "HEAD", "PUT", "DELETE", "PATCH"),
                Mutation.mild("method-unknown", Draft::method, "BREW", "PROPFIND", "post", "Post", "QUERY", "LINK",
                        "PURGE", "LOCK",
                        "X", "M-SEARCH", "P.O_S~T!", "POST1", "A".repeat(100)),
                Mutation.mild("method-odd", Draft::method, "P@ST", "PO,ST", "\"POST\"", "P\u0001ST", "P\u00e9ST",
                        "(POST)", "POST:",
                        "{}", "PO\u0000ST", "A".repeat(9_000)),
                Mutation.mild("options", (draft, target) -> draft.method("OPTIONS").target(target), Draft.TARGET, "*",
                        "/",
                        "/orders", "/orders/x/payment", "http://127.0.0.1" + Draft.TARGET),
                Mutation.mild("preflight",
                        (draft, method) -> draft.method("OPTIONS")
                                .with("Origin: https://shop.example")
                                .with("Access-Control-Request-Method: " + method),
                        "POST", "PUT", "", "x y", "post", "POST\r\nAccess-Control-Request-Headers: idempotency-key, x"),
                Mutation.mild("origin", (draft, origin) -> draft.with("Origin: " + origin), "https://shop.example",
                        "null",
                        "http://127.0.0.1", "*", "", "x y", "https://order_service:8081", "http://[::1",
                        "https://a, https://b",
                        "https://shop.example\r\nAccess-Control-Request-Method: POST", "file://",
                        "http://127.0.0.1:99999", "%"),
                Mutation.mild("trace", (draft, target) -> draft.method("TRACE").target(target), Draft.TARGET, "/", "*"),
                Mutation.mild("connect", (draft, target) -> draft.method("CONNECT").target(target), "127.0.0.1:80",
                        Draft.TARGET, "*"),
                Mutation.mild("http-1.0",
                        (draft, connection) -> draft.version("HTTP/1.0").with("Connection: " + connection),
                        "close", "keep-alive", "Keep-Alive", "close, keep-alive", "x"),
                Mutation.mild("version", Draft::version, "HTTP/1.0", "HTTP/1.2", "HTTP/1.9", "HTTP/2.0", "HTTP/3.0",
                        "HTTP/0.9",
                        "http/1.1", "HTTP/1.1x", "HTTP/11", "HTTP/1", "HTTP/1.", "HTTP/01.1", "HTTP/1.10", "HTTP/-1.1",
                        "ICY/1.1",
                        "HTTPS/1.1", "HTTP", "HTTP\\1.1", "x"));
    }

    private static List<Mutation<Draft>> hosts() {
        return List.of(
                Mutation.mild("host", RequestMutations::host, "localhost", "order_service:8081", "order-service:8081",
                        "ORDERS.example.", "127.0.0.1:8081", "[::1]", "[::1]:8081", "xn--bcher-kva.example", "a.b-c.d",
                        "1",
                        "_", "a_b.example", "%61.example", "0x7f.1", "a..b", "-a", "a-"),
                Mutation.mild("host-odd", RequestMutations::host, "", "127.0.0.1:", "127.0.0.1:abc", "127.0.0.1:99999",
                        "127.0.0.1:-1", "127.0.0.1:80:80", "[::1", "::1", "[::1]x", "[::g]", "a b", "user@127.0.0.1",
                        "127.0.0.1/",
                        "127.0.0.1?x", "127.0.0.1#x", "a,b", "\u00e9.example", "a\\b", "<a>", "http://127.0.0.1", "%",
                        "%zz", "..",
                        ".", "*", "127.0.0.1\t", "a".repeat(300), "[v1.x]", "[fe80::1%25eth0]", "a;b", "a'b", "a\"b",
                        "a|b", "{a}"),
                Mutation.mild("host-missing", Arbitraries.just(draft -> draft.without("Host"))),
                Mutation.mild("host-twice", Draft::with, Draft.HOST, "Host: other.example", "host: 127.0.0.1", "Host:",
                        "HOST: order_service:8081"),
                Mutation.mild("host-twice-absolute",
                        (draft, host) -> draft.target("http://127.0.0.1" + Draft.TARGET).with("Host: " + host),
                        "127.0.0.1",
                        "other.example"));
    }

    private static Draft host(Draft draft, String host) {
        return draft.without("Host").with("Host: " + host);
    }

    private static List<Mutation<Draft>> fields() {
        return List.of(
                Mutation.mild("accept", (draft, accept) -> draft.with("Accept: " + accept), "application/json", "*/*",
                        "application/*", "text/html", "application/problem+json", "text/html, */*;q=0.1", "*", "json",
                        ";", "",
                        ", ,", "application/json;q=2", "application/json;q=x", "application/json;q=", "a/b/c",
                        "application/", "/",
                        "application/json; charset=utf8mb4", "application/*+json", "text/*;q=0.3, application/json;q=0",
                        "application/json;version=1", "\u00e9/\u00e9", "*/json", "application/json, x",
                        "application/json, text",
                        "a/b, ".repeat(100) + "*/*", "application/json;q=0.1234", "application /json", "\"x\"/y",
                        "a/b;c=\"d",
                        "text/html\r\nAccept: application/json"),
                Mutation.mild("content-type", (draft, type) -> draft.with("Content-Type: " + type), "application/json",
                        "text/plain", "multipart/form-data", "multipart/form-data; boundary=",
                        "multipart/form-data; boundary=x",
                        "application/x-www-form-urlencoded", "json", ";", "; =x", "", "/",
                        "text/plain; charset=utf8mb4",
                        "application/json; charset=x y", "text/plain; charset=\"", "a/b, c/d", "\u00e9", "*/*",
                        "multipart/mixed",
                        "application/x-www-form-urlencoded; charset=nope", "text/plain;;;", "text/plain; charset",
                        "text/plain\r\nContent-Type: text/html"),
                Mutation.mild("body-typed", RequestMutations::typedBody,
                        "application/x-www-form-urlencoded|a=b",
                        "application/x-www-form-urlencoded|a=%zz&%&=%FF",
                        "application/x-www-form-urlencoded|_method=DELETE",
                        "application/x-www-form-urlencoded; charset=nope|a=b",
                        "multipart/form-data|--x",
                        "multipart/form-data; boundary=x|--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x--\r\n",
                        "multipart/form-data; boundary=x|--y no part",
                        "multipart/form-data; boundary=" + "x".repeat(100) + "|--x",
                        "application/json|{", "application/json|", "text/plain; charset=utf8mb4|x"),
                Mutation.mild("traceparent", (draft, value) -> draft.with("traceparent: " + value),
                        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", "", "x", "00",
                        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                        "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
                        "00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01",
                        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g", "00-\u00e9", "-".repeat(55),
                        "x".repeat(4_000),
                        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\ntracestate: a=b",
                        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\ntracestate: =,=,\u00e9,a",
                        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\ntraceparent: 00-x"),
                Mutation.mild("baggage", (draft, value) -> draft.with("baggage: " + value), "a=b", "", "a", "=",
                        "a=b;c;d=e", "a=%zz",
                        "a=%", "\u00e9=b", "a=\u00e9", "a=b,a=c", ",".repeat(200), "a=" + "b".repeat(4_000), "a b=c d",
                        "a=\"b\"",
                        "a=b\r\nbaggage: c=d", "%00=%00", "a=b;" + ";".repeat(64), "\\"),
                Mutation.mild("key", RequestMutations::key, "a", "1".repeat(255), "!#$&'*+.^_`|~", "\"x\"", "a,b",
                        "a%00b", "a;b", "/"),
                Mutation.mild("key-odd", RequestMutations::key, "", " ", "a b", "1".repeat(256), "1".repeat(4_000),
                        "\u00e9",
                        "\u00c3\u00a9", "a\tb", "\u007f", "a, b"),
                Mutation.mild("key-missing", Arbitraries.just(draft -> draft.without("Idempotency-Key"))),
                Mutation.mild("key-twice", Draft::with, Draft.KEY_LINE, "Idempotency-Key: other",
                        "idempotency-key: other",
                        "Idempotency-Key:"),
                Mutation.mild("key-spelled", (draft, line) -> draft.without("Idempotency-Key").with(line),
                        "idempotency-key: " + Draft.KEY, "IDEMPOTENCY-KEY:" + Draft.KEY,
                        "Idempotency-Key: \t " + Draft.KEY + " \t",
                        "Idempotency_Key: " + Draft.KEY, "X-Idempotency-Key: " + Draft.KEY),
                Mutation.mild("connection", (draft, value) -> draft.with("Connection: " + value), "keep-alive", "close",
                        "Close",
                        "keep-alive, close", "close, close", "", ",", "x", "Idempotency-Key", "Host", "upgrade", "TE",
                        "\u00e9",
                        "close;x", "clos", "content-length", "keep-alive\r\nConnection: close",
                        "keep-alive\r\nKeep-Alive: timeout=1, max=1"),
                Mutation.mild("upgrade",
                        (draft, value) -> draft.with("Connection: Upgrade, HTTP2-Settings").with("Upgrade: " + value),
                        "h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA", "h2c", "websocket", "TLS/1.0", "", "x, y",
                        "websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="),
                Mutation.mild("forwarded", Draft::with, "X-Forwarded-Host: other.example", "X-Forwarded-Proto: https",
                        "X-Forwarded-Proto: x y", "X-Forwarded-For: 1.2.3.4", "X-Forwarded-For: \u00e9",
                        "X-Forwarded-Port: x",
                        "X-Forwarded-Prefix: /x/..", "Forwarded: host=\"order_service:1\";proto=https",
                        "Forwarded: for=[::1",
                        "X-Forwarded-Host: a b", "X-Forwarded-Ssl: on", "X-Original-URL: /x", "X-Rewrite-URL: /x"),
                Mutation.mild("field", Draft::with, "X-HTTP-Method-Override: GET", "Range: bytes=0-1", "Range: x",
                        "If-Match: *", "If-None-Match: *", "If-Modified-Since: x",
                        "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT",
                        "Accept-Encoding: gzip", "Accept-Encoding: identity;q=0, *;q=0",
                        "Accept-Language: x-\u00e9;q=9",
                        "Accept-Charset: utf8mb4", "Cookie: a=b", "Cookie: $Version=1; =; \u00e9=\"",
                        "Cookie: JSESSIONID=x",
                        "Authorization: Basic x", "Authorization: ", "TE: trailers", "TE: chunked;q=x",
                        "Trailer: Content-Length",
                        "Content-Encoding: gzip", "Content-Encoding: x", "Max-Forwards: 0", "Date: x", "Via: 9.9 x",
                        "Pragma: x",
                        "Content-Location: %", "Content-Range: bytes 0-1/2", "Referer: %zz", "User-Agent: ",
                        "User-Agent: \u00ff",
                        "Proxy-Connection: close", "Prefer: respond-async", "Early-Data: 1", "b3: 0", "X-B3-TraceId: x",
                        "Sec-Fetch-Site: x"),
                Mutation.mild("field-long", Draft::with, "X-Long: " + "x".repeat(4_096), "X-Long: " + "x".repeat(7_000),
                        "X-Long: " + "x".repeat(9_000), "X-Long: " + "x".repeat(20_000), "x".repeat(4_096) + ": y",
                        "x".repeat(20_000) + ": y"),
                Mutation.mild("fields-many", (draft, count) -> fields(draft, Integer.parseInt(count)), "50", "101",
                        "300", "600", "3000"),
                Mutation.mild("fields-repeated",
                        Arbitraries.integers().between(0, 7).map(n -> draft -> repeated(draft, n))),
                Mutation.mild("fields-reordered", Arbitraries.integers().between(0, 1_000).map(seed -> draft -> {
                    List<String> lines = new ArrayList<>(draft.header());
                    Collections.shuffle(lines, new Random(seed));
                    return draft.header(lines);
                })));
    }

    private static Draft repeated(Draft draft, int n) {
        String line = draft.header().isEmpty() ? Draft.HOST : draft.header().get(n % draft.header().size());
        return draft.with(line);
    }

    private static Draft typedBody(Draft draft, String typeAndBody) {
        int bar = typeAndBody.indexOf('|');
        String body = typeAndBody.substring(bar + 1);
        return draft.with("Content-Type: " + typeAndBody.substring(0, bar))
                .framed(List.of("Content-Length: " + body.length()), body);
    }

    private static Draft key(Draft draft, String key) {
        return draft.without("Idempotency-Key").with("Idempotency-Key: " + key);
    }

    private static Draft fields(Draft draft, int count) {
        List<String> lines = new ArrayList<>(draft.header());
        for (int i = 0; i < count; i++) {
            lines.add("X-" + i + ": y");
        }
        return draft.header(lines);
    }
}
