package dev.threeways.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulationTests {

    @TempDir
    Path directory;

    @Test
    void sendsEveryPlannedRequestOnce() throws Exception {
        try (StubService service = StubService.start(StubService::paid);
                GatlingRun run = GatlingRun.start(SteadyRate.class, service.url(), directory,
                        Map.of("rate", "100", "duration", "2"))) {
            int exit = run.awaitExit();
            System.out.println(run.output());
            System.out.println(service.received().get(0));
            System.out.println(service.acceptedConnections());
            assertThat(exit).as(run.output()).isZero();
        }
    }
}
