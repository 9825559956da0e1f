package dev.threeways.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class SigningSettingsTests {

    @Test
    void withoutIterationsNothingIsSigned() {
        assertThat(new SigningSettings(0, null).signer()).isEmpty();
        assertThat(new SigningSettings(0, "a secret").signer()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1_000_000})
    void withIterationsPaymentsAreSigned(int iterations) {
        assertThat(new SigningSettings(iterations, "a secret").signer()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1_000_001})
    void iterationsHaveBounds(int iterations) {
        assertThatIllegalArgumentException().isThrownBy(() -> new SigningSettings(iterations, "a secret"))
                .withMessageContaining("payment.signing.iterations is " + iterations)
                .withMessageContaining("1000000");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " "})
    void whoSignsNeedsASecret(@Nullable String secret) {
        assertThatIllegalArgumentException().isThrownBy(() -> new SigningSettings(1, secret))
                .withMessageContaining("payment.signing.secret is missing: set it");
    }

    @Test
    void doesNotTellTheSecret() {
        assertThat(new SigningSettings(1, "a secret")).hasToString("SigningSettings[iterations=1]");
    }
}
