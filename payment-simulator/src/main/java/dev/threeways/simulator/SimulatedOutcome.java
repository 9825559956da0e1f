package dev.threeways.simulator;

/** Everything that can happen to a payment. */
public enum SimulatedOutcome {

    /** 200 with status {@code declined}. */
    DECLINED("declined"),

    /** 500 with a JSON body. */
    ERROR("error"),

    /**
     * No answer until the client goes or {@link SimulatorSettings#hangLimit()} passes; the connection is then closed.
     */
    HANG("hang"),

    /** The request is read and the connection reset (TCP RST). */
    RESET("reset"),

    /** The request is read and the connection closed (TCP FIN) without a byte of an answer. */
    CLOSE("close"),

    /** 200 and {@code application/json} with a body that is no JSON. */
    GARBAGE("garbage"),

    /** 200 with fewer bytes than its {@code Content-Length} says; then the connection is closed. */
    TRUNCATED("truncated"),

    /** 200 with a correct body, sent one byte at a time over many seconds. */
    DRIP("drip"),

    /** 200 with status {@code approved}: the share that the rates leave. */
    APPROVED("approved");

    private final String id;

    SimulatedOutcome(String id) {
        this.id = id;
    }

    /** Name in JSON and CSV. */
    public String id() {
        return id;
    }
}
