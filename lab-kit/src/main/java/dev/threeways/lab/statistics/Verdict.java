package dev.threeways.lab.statistics;

/** Conclusion that an interval permits. Interval and margin alone decide it, never a p-value. */
public enum Verdict {
    /** The whole interval is outside the margin. */
    DIFFERENT("different"),
    /** The whole interval is within the margin. */
    EQUIVALENT("equivalent"),
    /** The interval has ratios that matter and ratios that do not: more blocks are needed. */
    NO_DIFFERENCE_SHOWN("no difference shown");

    private final String text;

    Verdict(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    static Verdict of(Interval interval, Margin margin) {
        if (interval.low() > margin.high() || interval.high() < margin.low()) {
            return DIFFERENT;
        }
        return interval.low() >= margin.low() && interval.high() <= margin.high() ? EQUIVALENT : NO_DIFFERENCE_SHOWN;
    }
}
