package dev.threeways.reactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.threeways.payment.IdempotencyKey;
import dev.threeways.payment.Order;
import dev.threeways.telemetry.RequestClock;
import io.netty.util.concurrent.EventExecutor;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import java.math.BigDecimal;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;

/** A request stays on the event loop it came in on, for as long as that loop has what it needs. */
class EventLoopLocalityTests {

    private static final int CONNECTIONS = 16;

    private static final IdempotencyKey KEY = new IdempotencyKey("key");

    private static StubPaymentApi paymentApi;

    private static RunningService service;

    private static final List<EventExecutor> loops = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        paymentApi = new StubPaymentApi();
        service = RunningService.start(paymentApi, "--payment.response-timeout=30s",
                "--spring.r2dbc.pool.max-size=" + CONNECTIONS);
        service.bean(LoopResources.class).onClient(true).forEach(loops::add);
        assertThat(service.pay("1").statusCode()).isEqualTo(200);
        await("all are opened together with the first").until(
                () -> pools().stream()
                        .mapToInt(pool -> pool.getMetrics().orElseThrow().idleSize())
                        .sum() == CONNECTIONS);
    }

    @AfterAll
    static void stop() {
        service.close();
        paymentApi.close();
    }

    @Test
    void eachEventLoopReadsOverItsOwnConnections() {
        for (EventExecutor loop : loops) {
            for (int i = 0; i < CONNECTIONS; i++) {
                assertThat(answered(loop, () -> service.bean(Orders.class).find(1, RequestClock.of(null))))
                        .isEqualTo(thread(loop));
            }
        }
    }

    @Test
    void eachEventLoopPaysOverItsOwnConnections() {
        var order = new Order(1, "Ada", new BigDecimal("1.00"), "EUR");
        for (EventExecutor loop : loops) {
            for (int i = 0; i < 3; i++) {
                assertThat(answered(loop, () -> service.bean(Payments.class).pay(order, KEY, RequestClock.of(null))))
                        .isEqualTo(thread(loop));
            }
        }
    }

    /** Surplus connections of a burst then grow idle, and are closed. */
    @Test
    void paymentsOneByOneUseTheSameConnection() {
        var order = new Order(1, "Ada", new BigDecimal("1.00"), "EUR");
        EventExecutor loop = loops.getFirst();
        Mono<?> payment = Mono.defer(() -> service.bean(Payments.class).pay(order, KEY, RequestClock.of(null)))
                .subscribeOn(Schedulers.fromExecutorService(loop));
        var release = new CountDownLatch(1);
        paymentApi.calls().clear();
        paymentApi.answer(StubPaymentApi.held(release, StubPaymentApi.APPROVE));
        List<CompletableFuture<?>> burst = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            burst.add(payment.toFuture());
        }
        await().until(() -> paymentApi.calls().size() == burst.size());
        release.countDown();
        burst.forEach(CompletableFuture::join);

        List<Socket> used = new CopyOnWriteArrayList<>();
        paymentApi.answer((connection, out) -> {
            used.add(connection);
            StubPaymentApi.APPROVE.write(connection, out);
        });
        for (int i = 0; i < 2 * burst.size(); i++) {
            payment.block();
        }

        assertThat(used).hasSize(2 * burst.size()).containsOnly(used.getFirst());
    }

    @Test
    void anEventLoopWithNoFreeConnectionTakesOneOfAnother() throws Exception {
        EventExecutor loop = loops.getLast();
        List<Connection> held = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            held.add(Objects.requireNonNull(acquire(loop).block()));
        }
        var waits = acquire(loop).toFuture();

        assertThat(pools().stream().mapToInt(pool -> pool.getMetrics().orElseThrow().acquiredSize()))
                .as("not one more than there may be")
                .allMatch(acquired -> acquired == CONNECTIONS / loops.size());
        assertThat(waits.isDone()).isFalse();
        assertThat(Flux.fromIterable(held).flatMap(EventLoopLocalityTests::select).collectList().block())
                .as("each on its own event loop")
                .containsAll(loops.stream().map(EventLoopLocalityTests::thread).toList());

        Flux.fromIterable(held).flatMap(Connection::close).blockLast();
        Mono.from(Objects.requireNonNull(waits.get()).close()).block();
        await("all connections are back").until(
                () -> pools().stream().allMatch(pool -> pool.getMetrics().orElseThrow().acquiredSize() == 0));
    }

    @Test
    void theirMetricsAddUp() throws Exception {
        var max = service.get(service.management("/actuator/metrics/r2dbc.pool.max.allocated")).body();

        assertThat(max).contains("\"value\":" + CONNECTIONS + ".0").contains("\"tag\":\"pool\"");
    }

    @ParameterizedTest
    @CsvSource({"16, 4", "16, 3", "2, 2", "5, 4"})
    void sharesAddUp(int total, int count) {
        List<Integer> shares = IntStream.range(0, count)
                .mapToObj(i -> new LoopPools.Share(i, count).of(total))
                .toList();

        assertThat(shares).allMatch(share -> share == total / count || share == total / count + 1);
        assertThat(shares.stream().mapToInt(Integer::intValue).sum()).isEqualTo(total);
    }

    @Test
    void fewerConnectionsThanEventLoopsAreSharedByThem() {
        var made = new ArrayList<EventExecutor>();
        var shares = new ArrayList<Integer>();
        ConnectionPool any = pools().getFirst();

        var two = new LoopPools(loops, 2, (loop, share) -> {
            made.add(loop);
            shares.add(share.of(2));
            return any;
        });

        assertThat(two.pools()).hasSize(2);
        assertThat(made).containsExactly(loops.get(0), loops.get(1));
        assertThat(shares).containsExactly(1, 1);
    }

    private static List<ConnectionPool> pools() {
        return service.bean(LoopPools.class).pools();
    }

    /** The thread on which {@code loop} gets its answer. */
    private static Thread answered(EventExecutor loop, Supplier<Mono<?>> asks) {
        return onLoop(loop, Mono.defer(asks).map(_ -> Thread.currentThread()));
    }

    private static Mono<Connection> acquire(EventExecutor loop) {
        return service.bean(LoopPools.class).create().subscribeOn(Schedulers.fromExecutorService(loop));
    }

    private static Mono<Thread> select(Connection connection) {
        return Flux.from(connection.createStatement("SELECT 1").execute())
                .flatMap(result -> result.map((_, _) -> Thread.currentThread()))
                .single();
    }

    private static Thread thread(EventExecutor loop) {
        return onLoop(loop, Mono.fromSupplier(Thread::currentThread));
    }

    private static <T> T onLoop(EventExecutor loop, Mono<T> work) {
        return Objects.requireNonNull(work.subscribeOn(Schedulers.fromExecutorService(loop)).block());
    }
}
