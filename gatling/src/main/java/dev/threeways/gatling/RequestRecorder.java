package dev.threeways.gatling;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Follows every request from its intended time to its end. Gatling's own statistics know whole milliseconds, but
 * neither the intended time nor requests that were never sent.
 */
final class RequestRecorder {

    /** The file, in the directory of results. */
    static final String FILE_NAME = "requests.csv";

    static final String COLUMNS = "n,phase,key,intendedMicros,startMicros,endMicros,class,status,lagMicros";

    /** Takes about 80 MB; a longer warm-up ends there. */
    private static final int MAX_WARM_UP_REQUESTS = 2_000_000;

    /** Unlike any time that a clock shows: the origin is not known yet. */
    private static final long NOT_STARTED = Long.MIN_VALUE;

    private final LoadSettings settings;

    private final ArrivalSchedule schedule;

    private final RunClock clock = new RunClock();

    private final RequestTable warmUp = new RequestTable(MAX_WARM_UP_REQUESTS);

    private final RequestTable measured;

    private final AtomicInteger nextWarmUp = new AtomicInteger();

    private final AtomicInteger measuredInFlight = new AtomicInteger();

    private final LongAdder sent = new LongAdder();

    private final LongAdder completed = new LongAdder();

    private final LongAdder measuredEnded = new LongAdder();

    private final LongAdder measuredFailed = new LongAdder();

    private final LongAdder measuredSlow = new LongAdder();

    private final AtomicLong scheduleOriginNanos = new AtomicLong(NOT_STARTED);

    private volatile boolean ended;

    private volatile boolean sendsNoMore;

    RequestRecorder(LoadSettings settings, ArrivalSchedule schedule) {
        this.settings = settings;
        this.schedule = schedule;
        this.measured = new RequestTable(schedule.size());
    }

    boolean hasRoomForWarmUp() {
        return nextWarmUp.get() < warmUp.capacity();
    }

    /** @return a number no other request has */
    long nextWarmUp() {
        return PaymentRequests.FIRST_WARM_UP + nextWarmUp.getAndIncrement();
    }

    /** Sets t = 0 of the schedule. Only the first call counts. */
    void startMeasuring(long originNanos) {
        scheduleOriginNanos.compareAndSet(NOT_STARTED, originNanos);
    }

    boolean isMeasuring() {
        return scheduleOriginNanos.get() != NOT_STARTED;
    }

    long intendedNanos(long n) {
        return scheduleOriginNanos.get() + schedule.offsetNanos((int) n);
    }

    /**
     * Called just before the request is handed to Gatling.
     *
     * @param readyNanos when the generator could have sent it at the earliest. That is its intended time, or later if
     * its own connection still waited for the previous answer; any further delay is the generator's lag
     * @return false if it must not be sent, and is never sent
     */
    boolean begin(long n, long readyNanos) {
        long now = System.nanoTime();
        if (sendsNoMore) {
            return false;
        }
        if (isWarmUp(n)) {
            if (row(n) >= warmUp.capacity()) {
                return false;
            }
            warmUp.start(row(n), now, now);
        } else {
            if (now > measureEndNanos() + settings.requestTimeout().toNanos()) {
                return false;
            }
            if (measuredInFlight.incrementAndGet() > settings.maxInFlight()) {
                measuredInFlight.decrementAndGet();
                return false;
            }
            measured.start(row(n), readyNanos, now);
        }
        sent.increment();
        return true;
    }

    /**
     * Called when the request goes to the connection.
     *
     * @throws ResendRefusedException if it did before
     */
    void write(long n) {
        if (!table(n).write(row(n))) {
            throw new ResendRefusedException(PaymentRequests.key(settings.seed(), n));
        }
    }

    /** @param status 0 if there was no answer */
    void end(long n, RequestClass requestClass, int status) {
        table(n).end(row(n), System.nanoTime(), requestClass, status);
        if (!isWarmUp(n)) {
            measuredInFlight.decrementAndGet();
            measuredEnded.increment();
            if (requestClass != RequestClass.OK) {
                measuredFailed.increment();
            } else if (System.nanoTime() - intendedNanos(n) > settings.slow().toNanos()) {
                measuredSlow.increment();
            }
        }
        completed.increment();
    }

    /** Prevents every request not sent yet. */
    void sendNoMore() {
        sendsNoMore = true;
    }

    boolean sendsNoMore() {
        return sendsNoMore;
    }

    /** Marks that recording is over and the file is written. */
    void markEnded() {
        ended = true;
    }

    /** Progress of the run, as one JSON object. */
    String progressJson() {
        String phase = ended ? "done" : isMeasuring() ? "measure" : "warm-up";
        return String.format(Locale.ROOT,
                """
                        {"phase":"%s","epochMillis":%d,"completed":%d,"sent":%d,"planned":%d,\
                        "measuredEnded":%d,"measuredFailed":%d,"measuredSlow":%d,"measureStartEpochMillis":%s,"measureEndEpochMillis":%s}
                        """,
                phase, clock.epochMillis(System.nanoTime()), completed.sum(), sent.sum(), schedule.size(),
                measuredEnded.sum(), measuredFailed.sum(),
                measuredSlow.sum(),
                isMeasuring() ? clock.epochMillis(scheduleOriginNanos.get()) : null,
                isMeasuring() ? clock.epochMillis(measureEndNanos()) : null);
    }

    /** Summary of the measured requests. */
    LoadSummary summary() {
        LoadSummary.Builder summary = new LoadSummary.Builder(schedule.size());
        for (int n = 0; n < schedule.size(); n++) {
            RequestClass requestClass = measured.requestClass(n);
            switch (requestClass) {
                case NEVER_SENT -> summary.neverSent();
                case UNFINISHED -> summary.unfinished(measured.startNanos(n) - measured.readyNanos(n));
                default -> summary.ended(requestClass, measured.endNanos(n) - intendedNanos(n),
                        measured.startNanos(n) - measured.readyNanos(n));
            }
        }
        return summary.build();
    }

    /** Writes one row per request, in place of an older file. */
    void writeCsv(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path unfinished = directory.resolve(FILE_NAME + ".part");
        try (BufferedWriter out = Files.newBufferedWriter(unfinished)) {
            out.write(String.format(Locale.ROOT,
                    "# originEpochMicros=%d seed=%d planned=%d measureStartMicros=%s measureEndMicros=%s%n",
                    clock.originEpochMicros(), settings.seed(), schedule.size(),
                    micros(scheduleOriginNanos.get()), micros(measureEndNanos())));
            out.write(COLUMNS);
            out.newLine();
            StringBuilder line = new StringBuilder(160);
            int warmUpRequests = Math.min(nextWarmUp.get(), warmUp.capacity());
            for (int row = 0; row < warmUpRequests; row++) {
                if (warmUp.requestClass(row) != RequestClass.NEVER_SENT) { // number taken, but the run ended first
                    long start = warmUp.startNanos(row);
                    writeRow(out, line, warmUp, row, PaymentRequests.FIRST_WARM_UP + row, RequestPhase.WARM_UP,
                            OptionalLong.of(start));
                }
            }
            for (int row = 0; row < schedule.size(); row++) {
                writeRow(out, line, measured, row, row, RequestPhase.MEASURE,
                        isMeasuring() ? OptionalLong.of(intendedNanos(row)) : OptionalLong.empty());
            }
        }
        Files.move(unfinished, directory.resolve(FILE_NAME), StandardCopyOption.REPLACE_EXISTING);
    }

    private void writeRow(BufferedWriter out, StringBuilder line, RequestTable table, int row, long n,
            RequestPhase phase, OptionalLong intendedNanos) throws IOException {
        line.setLength(0);
        line.append(n)
                .append(',')
                .append(phase.id())
                .append(',')
                .append(PaymentRequests.key(settings.seed(), n))
                .append(',');
        if (intendedNanos.isPresent()) {
            line.append(clock.micros(intendedNanos.getAsLong()));
        }
        RequestClass requestClass = table.requestClass(row);
        boolean wasSent = requestClass != RequestClass.NEVER_SENT;
        boolean hasEnded = wasSent && requestClass != RequestClass.UNFINISHED;
        line.append(',');
        if (wasSent) {
            line.append(clock.micros(table.startNanos(row)));
        }
        line.append(',');
        if (hasEnded) {
            line.append(clock.micros(table.endNanos(row)));
        }
        line.append(',').append(requestClass.id()).append(',');
        if (hasEnded && table.status(row) != 0) {
            line.append(table.status(row));
        }
        line.append(',');
        if (wasSent) {
            line.append((table.startNanos(row) - table.readyNanos(row)) / 1_000);
        }
        out.append(line.append('\n'));
    }

    private String micros(long nanoTime) {
        return isMeasuring() ? Long.toString(clock.micros(nanoTime)) : "";
    }

    private long measureEndNanos() {
        return scheduleOriginNanos.get() + settings.duration().toNanos();
    }

    private RequestTable table(long n) {
        return isWarmUp(n) ? warmUp : measured;
    }

    private static boolean isWarmUp(long n) {
        return n >= PaymentRequests.FIRST_WARM_UP;
    }

    private static int row(long n) {
        return (int) (isWarmUp(n) ? n - PaymentRequests.FIRST_WARM_UP : n);
    }
}
