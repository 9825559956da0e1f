package dev.threeways.connections.http;

import java.util.Arrays;
import java.util.Map;

/**
 * Rules for header fields that make a request's end certain, whichever parser has read them. Two readers of one stream
 * that disagree about the end find different requests in it (RFC 9112, 11.2). So what is unclear is rejected.
 */
public final class HeadRules {

    /** Length of a body that comes in chunks: it is not announced. */
    public static final int CHUNKED = -1;

    private HeadRules() {}

    /**
     * Returns the length of the body that follows.
     *
     * @param fields by name in lower case; values of one name are joined by commas
     * @param recent whether HTTP/1.1, not 1.0
     * @return in bytes; {@link #CHUNKED} if it comes in chunks; 0 if there is none
     * @throws BadRequestException if the request must be rejected, and the connection closed
     */
    public static int bodyBytes(Map<String, String> fields, boolean recent, HttpLimits limits)
            throws BadRequestException {
        if (recent && !fields.containsKey("host")) {
            throw new BadRequestException(400, "A request needs the Host field.");
        }
        // RFC 9110, 10.1.1: an expectation in HTTP/1.0 is to be ignored.
        if (recent && fields.containsKey("expect") && !expectsContinue(fields, true)) {
            throw new BadRequestException(417, "The only expectation that is met here is 100-continue.");
        }
        String length = fields.get("content-length");
        String coding = fields.get("transfer-encoding");
        if (coding != null) {
            if (length != null) {
                throw new BadRequestException(400, "Content-Length and Transfer-Encoding exclude each other.");
            }
            if (!recent) { // RFC 9112, 6.1: its framing is faulty
                throw new BadRequestException(400, "HTTP/1.0 has no Transfer-Encoding.");
            }
            requireChunked(coding);
            return CHUNKED;
        }
        if (length == null) {
            return 0;
        }
        if (length.isEmpty() || !length.chars().allMatch(character -> character >= '0' && character <= '9')) {
            throw new BadRequestException(400, "Content-Length is not a number.");
        }
        // More than ten digits exceed any limit, and may exceed a long.
        if (length.length() > 10 || Long.parseLong(length) > limits.bodyBytes()) {
            throw tooLarge(limits);
        }
        return Integer.parseInt(length);
    }

    /** Whether the client waits for {@link Response#CONTINUE} before it sends its body. */
    public static boolean expectsContinue(Map<String, String> fields, boolean recent) {
        return recent && "100-continue".equalsIgnoreCase(fields.get("expect"));
    }

    /**
     * Requires chunked to come last, where alone the end is certain (RFC 9112, 6.3), and once (6.1). Another coding is
     * a 501.
     */
    private static void requireChunked(String coding) throws BadRequestException {
        if (coding.equalsIgnoreCase("chunked")) {
            return;
        }
        String[] codings = coding.split(",", -1);
        boolean repeated = Arrays.stream(codings).filter(each -> isChunked(each.strip())).count() > 1;
        if (repeated || !isChunked(codings[codings.length - 1].strip())) {
            throw new BadRequestException(400, "Transfer-Encoding does not end with chunked, or has it twice.");
        }
        throw new BadRequestException(501, "The only transfer coding that is read here is chunked.");
    }

    private static boolean isChunked(String coding) {
        return coding.equalsIgnoreCase("chunked");
    }

    /** Returns the rejection of a body that exceeds its limit. */
    public static BadRequestException tooLarge(HttpLimits limits) {
        return new BadRequestException(413, "A body has at most " + limits.bodyBytes() + " bytes.");
    }

    /** Whether RFC 9110, 5.6.2, allows the character in a token. */
    static boolean isTokenCharacter(int character) {
        return isBetween(character, '0', '9') || isBetween(character, 'a', 'z') || isBetween(character, 'A', 'Z')
                || "!#$%&'*+-.^_`|~".indexOf(character) >= 0;
    }

    /**
     * Whether the character is a control but not the tab. Neither a field's value nor a chunk's extension may have
     * those.
     */
    static boolean isControl(int character) {
        return (character < ' ' && character != '\t') || character == 0x7F;
    }

    private static boolean isBetween(int character, char first, char last) {
        return character >= first && character <= last;
    }
}
