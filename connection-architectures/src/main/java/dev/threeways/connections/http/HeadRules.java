package dev.threeways.connections.http;

import java.util.Arrays;
import java.util.Map;

/**
 * What the header fields of a request must be for its end to be certain, whichever parser has read them. Two readers of one
 * stream that disagree about the end find different requests in it (RFC 9112, 11.2). So what is unclear is refused.
 */
public final class HeadRules {

    /** The body's length is not announced: it comes in chunks. */
    public static final int CHUNKED = -1;

    private HeadRules() {}

    /**
     * The length of the body that follows.
     *
     * @param fields by name in lower case; several of one name are joined by commas
     * @param recent HTTP/1.1, and not 1.0
     * @return in bytes; {@link #CHUNKED} if it comes in chunks; 0 if there is none
     * @throws BadRequestException if the request is to be refused, and the connection closed
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
        // Ten digits and more are more than any limit, and may be more than a long.
        if (length.length() > 10 || Long.parseLong(length) > limits.bodyBytes()) {
            throw tooLarge(limits);
        }
        return Integer.parseInt(length);
    }

    /** Whether the client waits for {@link Response#CONTINUE} before it sends its body. */
    public static boolean expectsContinue(Map<String, String> fields, boolean recent) {
        return recent && "100-continue".equalsIgnoreCase(fields.get("expect"));
    }

    /** RFC 9112, 6.3: the end is certain only where chunked comes last. 6.1: it comes once; another coding is a 501. */
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

    /** What is said of a body that exceeds its limit. */
    public static BadRequestException tooLarge(HttpLimits limits) {
        return new BadRequestException(413, "A body has at most " + limits.bodyBytes() + " bytes.");
    }

    /** RFC 9110, 5.6.2. */
    static boolean isTokenCharacter(int character) {
        return isBetween(character, '0', '9') || isBetween(character, 'a', 'z') || isBetween(character, 'A', 'Z')
                || "!#$%&'*+-.^_`|~".indexOf(character) >= 0;
    }

    /** What neither a field's value nor a chunk's extension may have: all control characters but the tab. */
    static boolean isControl(int character) {
        return (character < ' ' && character != '\t') || character == 0x7F;
    }

    private static boolean isBetween(int character, char first, char last) {
        return character >= first && character <= last;
    }
}
