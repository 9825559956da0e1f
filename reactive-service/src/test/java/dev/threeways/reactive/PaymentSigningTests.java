package dev.threeways.reactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.threeways.payment.IdempotencyKey;
import dev.threeways.payment.PaymentSigner;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.EventExecutor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class PaymentSigningTests {

    private static final PaymentSigner SIGNER = new PaymentSigner("a secret", 10);

    private static final IdempotencyKey KEY = new IdempotencyKey("key-1");

    private static final byte[] BODY = {1, 2, 3};

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(3, NioIoHandler.newFactory());

    private final SigningThreads threads = new SigningThreads(1, 1);

    @AfterEach
    void stop() {
        threads.dispose();
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static String expected(String key, String body) {
        return SIGNER.sign(new IdempotencyKey(key), body.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Threads on which a request of each loop goes on once it is signed. */
    private List<Thread> goOn(PaymentSigning signing) {
        List<Thread> went = new ArrayList<>();
        for (EventExecutor loop : group) {
            went.add(Mono.defer(() -> signing.sign(KEY, BODY))
                    .doOnNext(signature -> assertThat(signature).isEqualTo(SIGNER.sign(KEY, BODY)))
                    .map(_ -> Thread.currentThread())
                    .subscribeOn(Schedulers.fromExecutorService(loop))
                    .block());
        }
        return went;
    }

    private List<Thread> loops() throws Exception {
        List<Thread> loops = new ArrayList<>();
        for (EventExecutor loop : group) {
            loops.add(loop.submit(Thread::currentThread).get());
        }
        return loops;
    }

    @Test
    void signsOnTheEventLoopOfTheRequest() throws Exception {
        assertThat(goOn(new PaymentSigning(SIGNER, new LoopScheduler(group), null))).isEqualTo(loops());
    }

    @Test
    void orBesideItAndComesBack() throws Exception {
        assertThat(goOn(new PaymentSigning(SIGNER, new LoopScheduler(group), threads.scheduler()))).isEqualTo(loops());
    }

    @Test
    void noMoreWaitForAThreadThanMay() throws Exception {
        var signing = new PaymentSigning(SIGNER, new LoopScheduler(group), threads.scheduler());
        var goesOn = new CountDownLatch(1);
        var holds = Mono.fromCallable(() -> goesOn.await(1, TimeUnit.MINUTES))
                .subscribeOn(threads.scheduler())
                .toFuture();
        await().until(() -> threads.busy() == 1);

        var waits = signing.sign(KEY, BODY).toFuture();
        var refused = signing.sign(KEY, BODY).toFuture();

        assertThatThrownBy(refused::get).isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(RejectedExecutionException.class);
        assertThat(threads.waiting()).isEqualTo(1);
        assertThat(waits).isNotDone();
        goesOn.countDown();
        assertThat(holds.get()).isTrue();
        assertThat(waits.get()).isEqualTo(SIGNER.sign(KEY, BODY));
    }

    @Test
    void itsThreadsEndWithIt() {
        var ends = Mono.fromSupplier(Thread::currentThread).subscribeOn(threads.scheduler()).block();

        threads.dispose();

        await().until(() -> !Objects.requireNonNull(ends).isAlive());
        assertThat(threads.isDisposed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void thePaymentApiCanVerifyEachOfManyRequests(boolean offload) throws Exception {
        try (var paymentApi = new StubPaymentApi();
                var clients = Executors.newVirtualThreadPerTaskExecutor();
                var service = RunningService.start(paymentApi, "--payment.signing.iterations=10",
                        "--payment.signing.secret=a secret", "--payment.signing.offload=" + offload,
                        "--payment.response-timeout=30s")) {
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 1; i <= 100; i++) {
                String order = Integer.toString(i);
                answers.add(clients.submit(() -> service.pay(order, "Idempotency-Key", "key-" + order).statusCode()));
            }
            for (Future<Integer> answer : answers) {
                assertThat(answer.get()).isEqualTo(200);
            }

            assertThat(paymentApi.calls()).hasSize(100).allSatisfy(call -> {
                assertThat(call.header("Payment-Signature")).isEqualTo(expected(call.key(), call.body()));
                assertThat(call.header("Content-Type")).isEqualTo("application/json");
                assertThat(call.header("Content-Length")).isEqualTo(Integer.toString(call.body().length()));
            });
            var waiting = service.get(service.management("/actuator/waiting")).body();
            assertThat(waiting.contains("\"signing-threads\":{")).isEqualTo(offload);
        }
    }
}
