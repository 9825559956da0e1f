package dev.threeways.gatling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestLogTests {

    private static final ArrivalSchedule FIVE = ArrivalSchedule.of(RateProfile.steady(5, Duration.ofSeconds(1)),
            Arrivals.CONSTANT, 1);

    @TempDir
    Path directory;

    @Test
    void readsBackWhatWasRecorded() throws IOException {
        RequestRecorder recorder = recorder(Map.of());
        long warmUp = recorder.nextWarmUp();
        assertThat(recorder.begin(warmUp, 0)).isTrue();
        recorder.end(warmUp, RequestClass.OK, 200);
        recorder.startMeasuring(System.nanoTime() - 50_000_000);
        assertThat(recorder.begin(0, recorder.intendedNanos(0))).isTrue();
        recorder.write(0);
        recorder.end(0, RequestClass.STATUS, 503);
        assertThat(recorder.begin(3, System.nanoTime())).isTrue();
        recorder.end(3, RequestClass.RESET, 0);
        assertThat(recorder.begin(4, System.nanoTime())).isTrue();
        recorder.writeCsv(directory);

        RequestLog log = RequestLog.read(directory.resolve(RequestLog.FILE_NAME));
        assertThat(log.seed()).isEqualTo(1);
        assertThat(log.planned()).isEqualTo(5);
        assertThat(log.originEpochMicros() / 1_000_000).isCloseTo(System.currentTimeMillis() / 1_000,
                within(60L));
        assertThat(log.measureEndMicros().orElseThrow() - log.measureStartMicros().orElseThrow()).isEqualTo(60_000_000);
        assertThat(log.requests()).extracting(RequestRecord::n).containsExactly(1_000_000_000L, 0L, 1L, 2L, 3L, 4L);
        assertThat(log.requests()).extracting(RequestRecord::phase)
                .startsWith(RequestPhase.WARM_UP,
                        RequestPhase.MEASURE);
        assertThat(log.requests()).extracting(RequestRecord::key).startsWith("1-1000000000", "1-0");
        assertThat(log.requests()).extracting(RequestRecord::requestClass)
                .containsExactly(RequestClass.OK,
                        RequestClass.STATUS, RequestClass.NEVER_SENT, RequestClass.NEVER_SENT, RequestClass.RESET,
                        RequestClass.UNFINISHED);
        assertThat(log.requests()).extracting(RequestRecord::status).containsExactly(200, 503, 0, 0, 0, 0);
        assertThat(log.requests().get(1).lagMicros()).isGreaterThanOrEqualTo(50_000);
        assertThat(log.requests().get(1).latencyMicros().orElseThrow()).isGreaterThanOrEqualTo(50_000);
        assertThat(log.requests().get(2).startMicros()).isEmpty();
        assertThat(log.requests().get(2).intendedMicros())
                .isEqualTo(OptionalLong.of(log.measureStartMicros().orElseThrow() + 200_000));
        assertThat(log.requests().get(5).endMicros()).isEmpty();
    }

    @Test
    void everyPlannedRequestIsThereEvenIfTheScheduleNeverBegan() throws IOException {
        recorder(Map.of()).writeCsv(directory);
        RequestLog log = RequestLog.read(directory.resolve(RequestLog.FILE_NAME));
        assertThat(log.measureStartMicros()).isEmpty();
        assertThat(log.requests()).hasSize(5)
                .extracting(RequestRecord::requestClass)
                .containsOnly(RequestClass.NEVER_SENT);
    }

    @Test
    void aSummaryCountsEveryPlannedRequestOnce() {
        RequestRecorder recorder = recorder(Map.of());
        recorder.startMeasuring(System.nanoTime());
        recorder.begin(0, recorder.intendedNanos(0));
        recorder.end(0, RequestClass.OK, 200);
        recorder.begin(1, recorder.intendedNanos(1));
        LoadSummary summary = recorder.summary();
        assertThat(summary.byClass()).isEqualTo(
                Map.of(RequestClass.OK, 1, RequestClass.UNFINISHED, 1, RequestClass.NEVER_SENT, 3));
    }

    @Test
    void quantilesAreValuesThatOccurred() {
        LoadSummary.Quantiles quantiles = LoadSummary.Quantiles.of(30, 10, 20, 40);
        assertThat(List.of(quantiles.at(0.25), quantiles.at(0.5), quantiles.at(0.51), quantiles.at(1))).containsExactly(
                10L, 20L, 30L, 40L);
    }

    @Test
    void nothingIsSentBeyondTheLimitInFlightOrLongAfterTheEnd() {
        RequestRecorder recorder = recorder(Map.of("maxInFlight", "1"));
        recorder.startMeasuring(System.nanoTime());
        assertThat(recorder.begin(0, 0)).isTrue();
        assertThat(recorder.begin(1, 0)).isFalse();
        recorder.end(0, RequestClass.OK, 200);
        assertThat(recorder.begin(2, 0)).isTrue();

        RequestRecorder late = recorder(Map.of("requestTimeout", "1"));
        late.startMeasuring(System.nanoTime() - Duration.ofSeconds(62).toNanos());
        assertThat(late.begin(0, 0)).isFalse();
    }

    @Test
    void namesTheLineThatIsNotARequest() throws IOException {
        Path file = directory.resolve(RequestLog.FILE_NAME);
        recorder(Map.of()).writeCsv(directory);
        Files.writeString(file, Files.readString(file).replace("\n3,measure,", "\n3,nowhere,"));
        assertThatIOException().isThrownBy(() -> RequestLog.read(file))
                .withMessageContaining(", line 6 is not")
                .withMessageContaining("3,nowhere,1-3");
        Files.writeString(file, "n,phase\n");
        assertThatIOException().isThrownBy(() -> RequestLog.read(file)).withMessageContaining("does not begin like");
    }

    private static RequestRecorder recorder(Map<String, String> properties) {
        return new RequestRecorder(LoadSettings.from(new SystemSettings(properties::get)), FIVE);
    }
}
