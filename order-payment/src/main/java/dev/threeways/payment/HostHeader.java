package dev.threeways.payment;

import java.util.regex.Pattern;

/**
 * What a request may name as its host: {@code uri-host [ ":" port ]} (RFC 9110, 7.2; RFC 3986, 3.2.2). Underscores are
 * allowed, as in the names of containers. User names are not, nor is a comma, which joins two hosts. Servers differ in
 * what they accept, so both stacks ask here.
 */
public final class HostHeader {

    private static final Pattern REG_NAME = Pattern.compile("(?:[A-Za-z0-9._~!$&'()*+;=-]|%[0-9A-Fa-f]{2})*");

    /** Checks only the characters of an IPv6 address: nothing here connects to it. */
    private static final Pattern IP_LITERAL = Pattern.compile("\\[[0-9A-Fa-f:.]+]");

    private static final int MAX_PORT_DIGITS = 5;

    private static final int MAX_PORT = 65_535;

    private HostHeader() {}

    /** Whether {@code value} is a host, with or without a port. An empty one is valid: RFC 9112, 3.2. */
    public static boolean isValid(String value) {
        int colon = portColon(value);
        String host = colon < 0 ? value : value.substring(0, colon);
        return (host.startsWith("[") ? IP_LITERAL : REG_NAME).matcher(host).matches()
                && (colon < 0 || isPort(value.substring(colon + 1)));
    }

    /** Index of the colon before the port; -1 if {@code value} has none. */
    public static int portColon(String value) {
        int colon = value.lastIndexOf(':');
        return colon > value.lastIndexOf(']') ? colon : -1;
    }

    private static boolean isPort(String text) {
        return text.isEmpty() || (text.length() <= MAX_PORT_DIGITS
                && text.chars().allMatch(c -> c >= '0' && c <= '9') && Integer.parseInt(text) <= MAX_PORT);
    }
}
