package dev.threeways.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** {@code logback-spring.xml}, with a console that stalls for a while. */
class LogTests {

    /** More lines than the ring has room for. */
    private static final int LINES = 12_000;

    private static final Pattern LINE = Pattern.compile("\"message\":\"line (\\d+)\"");

    private final PrintStream console = System.out;

    @AfterEach
    void giveBackTheConsole() {
        System.setOut(console);
    }

    @Test
    @Timeout(120)
    void aConsoleThatStallsLosesNoLine() throws Exception {
        var stalled = new StallingConsole();
        System.setOut(new PrintStream(stalled, true, StandardCharsets.UTF_8));
        try (var _ = new SpringApplicationBuilder(LogTests.class).web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .run("--logging.structured.format.console=ecs")) {
            Logger logger = LoggerFactory.getLogger(LogTests.class);
            var logged = new AtomicInteger();
            Thread caller = Thread.ofPlatform().start(() -> IntStream.range(0, LINES).forEach(i -> {
                logger.info("line {}", i);
                logged.incrementAndGet();
            }));

            await("the ring takes what it has room for").until(() -> logged.get() >= 8_000);
            await("its caller waits").during(Duration.ofMillis(500)).until(() -> logged.get() < LINES);
            assertThat(caller.isAlive()).isTrue();
            assertThat(stalled.lines()).isEmpty();

            stalled.goOn();

            caller.join();
            await("the last line").until(() -> stalled.lines().contains(LINES - 1));
            assertThat(stalled.lines()).as("in the order logged")
                    .containsExactlyElementsOf(IntStream.range(0, LINES).boxed().toList());
        }
    }

    /** Blocks its writer until {@link #goOn()}. */
    private static final class StallingConsole extends OutputStream {

        private final CountDownLatch goesOn = new CountDownLatch(1);

        private final ByteArrayOutputStream written = new ByteArrayOutputStream();

        @Override
        public void write(int b) throws IOException {
            write(new byte[]{(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                goesOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("Interrupted while stalled", e);
            }
            written.write(bytes, offset, length);
        }

        void goOn() {
            goesOn.countDown();
        }

        List<Integer> lines() {
            return LINE.matcher(written.toString(StandardCharsets.UTF_8))
                    .results()
                    .map(line -> Integer.valueOf(line.group(1)))
                    .toList();
        }
    }
}
