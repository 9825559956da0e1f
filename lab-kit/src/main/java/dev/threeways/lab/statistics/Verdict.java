package dev.threeways.lab.statistics;

/** What an interval permits to say. Decided by the interval and the margin alone, never by a p-value. */
public enum Verdict {
    /** The whole interval is outside the margin. */
    DIFFERENT("different"),
    /** The whole interval is within the margin. */
    EQUIVALENT("equivalent"),
    /** The interval has ratios that matter and ratios that do not: more blocks would be needed. */
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
