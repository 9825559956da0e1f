package dev.threeways.comparison.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests how the service's log and the payment API's calls are read. */
class LedgerTests {

    @TempDir
    private Path directory = Path.of(".");

    private ServiceLedger service(String log) throws IOException {
        return ServiceLedger.read(Files.writeString(directory.resolve("service.log"), log));
    }

    @Test
    void findsPaymentLinesAmongOthers() throws IOException {
        ServiceLedger ledger = service(
                """
                        {"message":"Started","log":{"level":"INFO"}}
                        {"event":{"action":"order-payment","outcome":"success"},"payment":{"outcome":"paid","idempotency_key":"1-0"}}
                        {"event":{"action":"order-payment"},"payment":{"outcome":"overloaded","idempotency_key":"1-1"}}
                        {"event":{"action":"order-payment"},"payment":{"outcome":"overloaded","idempotency_key":"1-1"}}
                        {"event":{"action":"order-payment"},"payment":{"outcome":"invalid-idempotency-key"}}
                        {"message":"an order-payment is mentioned"}
                        Terminating due to java.lang.OutOfMemoryError: order-payment
                        {"event":{"action":"order-payment"},"payment":{"outc""");
        assertThat(ledger.of("1-0")).containsExactly("paid");
        assertThat(ledger.of("1-1")).containsExactly("overloaded", "overloaded");
        assertThat(ledger.of("1-2")).isEmpty();
        assertThat(ledger.linesWithoutKey()).isEqualTo(1);
        assertThat(ledger.lines()).isEqualTo(4);
    }

    @Test
    void fieldsAreNestedOrDotted() throws IOException {
        ServiceLedger ledger = service("""
                {"event.action":"order-payment","payment.outcome":"paid","payment.idempotency_key":"1-0"}
                {"event.action":"order-payment","payment":{"outcome":"declined","idempotency_key":"1-1"}}
                {"event":{"action":"order-payment"},"payment":{"outcome":"paid"},"payment.idempotency_key":"1-2"}
                {"event.action":"order-payment","payment.outcome":"invalid-idempotency-key"}
                {"event.action":"another","message":"order-payment","payment.idempotency_key":"1-3"}
                """);
        assertThat(ledger.outcomes()).isEqualTo(Map.of("1-0", List.of("paid"), "1-1", List.of("declined"), "1-2",
                List.of("paid")));
        assertThat(ledger.linesWithoutKey()).isEqualTo(1);
    }

    @Test
    void readsALogWithBrokenCharacters() throws IOException {
        Path log = directory.resolve("service.log");
        Files.write(log, new byte[]{(byte) 0xC3, '\n'});
        Files.writeString(log, Files.readString(log, StandardCharsets.ISO_8859_1)
                + "{\"event\":{\"action\":\"order-payment\"},\"payment\":{\"outcome\":\"paid\",\"idempotency_key\":\"k\"}}\n",
                StandardCharsets.ISO_8859_1);
        assertThat(ServiceLedger.read(log).of("k")).containsExactly("paid");
    }

    @Test
    void readsCallsByTheirHeader() throws IOException {
        PaymentCalls calls = PaymentCalls.read(new StringReader("key,count,outcome\n1-0,1,approved\n1-1,2,reset\n"),
                true);
        assertThat(calls.byKey().get("1-1")).isEqualTo(new PaymentCalls.Call("reset", 2));
        assertThat(calls.total()).isEqualTo(3);
    }

    @Test
    void readsWhetherCallsWereSignedIfTheBookTells() throws IOException {
        PaymentCalls calls = PaymentCalls.read(new StringReader("""
                key,signed,count,outcome
                1-0,true,1,approved
                1-1,false,1,approved
                1-2,false,1,reset
                1-2,true,1,approved
                1-3,,1,approved
                """), true);
        assertThat(calls.byKey()).containsExactlyInAnyOrderEntriesOf(Map.of("1-0", new PaymentCalls.Call("approved", 1),
                "1-1",
                new PaymentCalls.Call("approved", 1, true), "1-2", new PaymentCalls.Call("approved", 2, true), "1-3",
                new PaymentCalls.Call("approved", 1, true)));
    }

    @Test
    void refusesCallsThatAreNone() {
        assertThatIOException().isThrownBy(() -> PaymentCalls.read(new StringReader("a,b\n"), true))
                .withMessageContaining("no column 'key'");
        assertThatIOException()
                .isThrownBy(() -> PaymentCalls.read(new StringReader("key,count,outcome\n1-0,1\n"), true))
                .withMessageContaining("1-0,1");
    }

    @Test
    void compressedBooksKeepTheirContent() throws IOException {
        Path file = Files.write(directory.resolve("book.csv"), List.of("a", "b"));
        Gzip.replace(file);
        assertThat(file).doesNotExist();
        try (var in = new GZIPInputStream(Files.newInputStream(directory.resolve("book.csv.gz")))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("a\nb\n");
        }
    }
}
