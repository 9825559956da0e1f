package dev.threeways.payment;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether requests to the payment API are signed, and at what CPU cost: {@code payment.signing} of every service.
 *
 * @param iterations of the derivation of a payment's key, see {@link PaymentSigner}; 0 to sign nothing
 * @param secret shared with the payment API; not needed if nothing is signed
 */
public record SigningSettings(int iterations, @Nullable String secret) {

    /** Costs about 0.2 s of CPU time for each payment. More would be a mistake, not a setting. */
    public static final int MAX_ITERATIONS = 1_000_000;

    public SigningSettings {
        if (iterations < 0 || iterations > MAX_ITERATIONS) {
            throw new IllegalArgumentException("payment.signing.iterations is " + iterations
                    + ": set it to 1 to " + MAX_ITERATIONS + ", or to 0 to sign nothing");
        }
        if (iterations > 0 && (secret == null || secret.isBlank())) {
            throw new IllegalArgumentException("payment.signing.secret is missing: set it to what the payment API"
                    + " verifies signatures with, or payment.signing.iterations to 0 to sign nothing");
        }
    }

    /** The signer; empty if nothing is to be signed. */
    public Optional<PaymentSigner> signer() {
        return iterations == 0 || secret == null
                ? Optional.empty()
                : Optional.of(new PaymentSigner(secret, iterations));
    }

    @Override
    public String toString() { // records print every component, and this one is a secret
        return "SigningSettings[iterations=" + iterations + "]";
    }
}
