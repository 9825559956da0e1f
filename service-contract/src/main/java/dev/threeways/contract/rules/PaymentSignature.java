package dev.threeways.contract.rules;

import dev.threeways.contract.PaymentTraffic;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The signature of an exchange, computed as a payment API does to verify it: rule C-4.7. */
final class PaymentSignature {

    static final String HEADER = "payment-signature";

    private PaymentSignature() {}

    /** @param iterations of the derivation of the payment's key */
    static String of(PaymentTraffic.Exchange exchange, String secret, int iterations) {
        String key = String.valueOf(exchange.header().get("idempotency-key"));
        try {
            byte[] derived = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(new PBEKeySpec(
                            secret.toCharArray(), key.getBytes(StandardCharsets.US_ASCII), iterations, 256))
                    .getEncoded();
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(derived, "HmacSHA256"));
            return HexFormat.of()
                    .formatHex(mac.doFinal((key + "\n" + exchange.body()).getBytes(StandardCharsets.ISO_8859_1)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM cannot verify signatures", e);
        }
    }
}
