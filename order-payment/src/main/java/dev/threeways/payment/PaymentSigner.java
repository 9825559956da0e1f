package dev.threeways.payment;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs requests to the payment API. A signature proves that the sender knows the secret, and that neither key nor body
 * was changed on the way.
 *
 * <p>A signature is HMAC-SHA256 (RFC 2104) over the idempotency key, a line feed, which no key contains, and the body's
 * bytes. The HMAC's own key, 32 bytes, is derived by PBKDF2 with HMAC-SHA256 (RFC 8018, section 5.2). Its input is the
 * secret in UTF-8, its salt the idempotency key. Each payment has another key, so nothing can be cached for the next:
 * every request costs CPU time in proportion to the iterations. Apart from them a signature costs about ten
 * microseconds.
 *
 * <p>Safe for use by any number of threads: it holds no cipher state, waits for nothing and starts no thread.
 */
public final class PaymentSigner {

    public static final String HEADER = "Payment-Signature";

    private static final String DERIVATION = "PBKDF2WithHmacSHA256";

    private static final String MAC = "HmacSHA256";

    private static final int DERIVED_KEY_BITS = 256;

    private final char[] secret;

    private final int iterations;

    /**
     * @param secret at least one character
     * @param iterations at least one
     * @throws IllegalArgumentException if either is not
     * @throws IllegalStateException if this JVM lacks one of the algorithms
     */
    public PaymentSigner(String secret, int iterations) {
        if (secret.isEmpty()) {
            throw new IllegalArgumentException("The secret to sign payments with is empty");
        }
        if (iterations < 1) {
            throw new IllegalArgumentException("A key is derived with one iteration or more, not " + iterations);
        }
        this.secret = secret.toCharArray();
        this.iterations = iterations;
        hmac(derive(new byte[]{0}, 1), new byte[0]); // loads the algorithms, so that no request has to
    }

    /**
     * Computes in the calling thread, for as long as the iterations take.
     *
     * @param body as it will be sent, byte for byte
     * @return the value of the header {@value #HEADER}: 64 digits of lower-case hex
     */
    public String sign(IdempotencyKey key, byte[] body) {
        byte[] keyBytes = key.value().getBytes(US_ASCII);
        return HexFormat.of().formatHex(hmac(derive(keyBytes, iterations), keyBytes, new byte[]{'\n'}, body));
    }

    private byte[] derive(byte[] salt, int count) {
        var spec = new PBEKeySpec(secret, salt, count, DERIVED_KEY_BITS);
        try {
            // Makes a factory for each derivation: nothing promises that threads may share one.
            return SecretKeyFactory.getInstance(DERIVATION).generateSecret(spec).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("No key can be derived by " + DERIVATION, e);
        } finally {
            spec.clearPassword();
        }
    }

    private static byte[] hmac(byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key, MAC));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Nothing can be signed by " + MAC, e);
        }
    }
}
