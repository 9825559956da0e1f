package dev.threeways.reactive;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request's target, as it stands in the first line (RFC 9112, 3.2). WebFlux makes a {@link java.net.URI} of it and
 * answers 400 where it cannot. Any URI it can make it hands on, a path with a NUL in it included.
 */
final class RequestTarget {

    /** A path may have these beside letters, digits and escapes: RFC 3986, 3.3. */
    private static final String PATH = "-._~!$&'()*+,;=:@/";

    /** A query may have these in addition: RFC 3986, 3.4. */
    private static final String QUERY = PATH + "?";

    /** User information, RFC 3986, 3.2.1, is ignored: nothing here authenticates. */
    private static final Pattern USER_INFO = Pattern.compile("[A-Za-z0-9._~!$&'()*+,;=:%-]*");

    private RequestTarget() {}

    /** Path without the query; null if the target is no path, but a URI, a host or an asterisk. */
    static @Nullable String path(String target) {
        return target.startsWith("/") ? target.split("\\?", 2)[0] : null;
    }

    /**
     * Path and query, fit for a URI. The query may be written in any way, and is escaped where it has to be.
     *
     * @param host the request's own, which a whole URI has to repeat; null if it has none
     * @return null if {@code target} is to be rejected
     */
    static @Nullable String ofOrigin(String target, @Nullable String host) {
        String origin = target;
        int scheme = target.indexOf("://");
        if (!target.startsWith("/") && scheme > 0) {
            if (!target.substring(0, scheme).matches("(?i)https?")) {
                return null;
            }
            String rest = target.substring(scheme + 3);
            int end = endOfAuthority(rest);
            String authority = rest.substring(0, end);
            int at = authority.lastIndexOf('@');
            if ((at >= 0 && !USER_INFO.matcher(authority.substring(0, at)).matches())
                    || (host != null && !authority.substring(at + 1).equalsIgnoreCase(host))) {
                return null;
            }
            origin = rest.substring(end).startsWith("/") ? rest.substring(end) : "/" + rest.substring(end);
        }
        int question = origin.indexOf('?');
        String path = question < 0 ? origin : origin.substring(0, question);
        if (!isPath(path)) {
            return null;
        }
        return question < 0 ? path : escaped(path, origin.substring(question + 1));
    }

    private static int endOfAuthority(String rest) {
        int i = 0;
        while (i < rest.length() && rest.charAt(i) != '/' && rest.charAt(i) != '?') {
            i++;
        }
        return i;
    }

    /** Whether the path is absolute, has only permitted characters, and decodes to UTF-8 without NUL. */
    private static boolean isPath(String path) {
        if (!path.startsWith("/")) {
            return false;
        }
        var decoded = new byte[path.length()];
        int length = 0;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (isEscape(path, i)) {
                char escaped = (char) HexFormat.fromHexDigits(path, i + 1, i + 3);
                decoded[length++] = (byte) (escaped == '/' || escaped == ';' ? 'x' : escaped); // escaped, they part nothing
                i += 2;
            } else if (isLetterOrDigit(c) || PATH.indexOf(c) >= 0) {
                decoded[length++] = (byte) c;
            } else {
                return false;
            }
        }
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(decoded, 0, length)).toString();
            return text.indexOf('\0') < 0 && staysBelowRoot(text);
        } catch (CharacterCodingException _) {
            return false;
        }
    }

    /** Whether no {@code ..} leads out of the root. */
    private static boolean staysBelowRoot(String path) {
        int depth = 0;
        for (String segment : path.split("/", -1)) {
            depth += switch (segment.split(";", 2)[0]) {
                case "", "." -> 0;
                case ".." -> -1;
                default -> 1;
            };
            if (depth < 0) {
                return false;
            }
        }
        return true;
    }

    /** @return null if the query has characters that no request line may have */
    private static @Nullable String escaped(String path, String query) {
        var target = new StringBuilder(path).append('?');
        for (int i = 0; i < query.length(); i++) {
            char c = query.charAt(i);
            if (c <= ' ' || c >= 0x7F || c == '#') {
                return null;
            }
            if (isLetterOrDigit(c) || QUERY.indexOf(c) >= 0 || isEscape(query, i)) {
                target.append(c);
            } else {
                target.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) c));
            }
        }
        return target.toString();
    }

    private static boolean isEscape(String text, int at) {
        return text.charAt(at) == '%' && at + 2 < text.length() && HexFormat.isHexDigit(text.charAt(at + 1))
                && HexFormat.isHexDigit(text.charAt(at + 2));
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
