package dev.threeways.comparison.cli;

import dev.threeways.backends.DatabaseAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converters for values on the command line. */
final class Converters {

    private static final Pattern HEAP = Pattern.compile("[1-9]\\d{0,8}[kmgKMG]");

    private static final int DEFAULT_POSTGRESQL_PORT = 5432;

    private static final String DEFAULT_READER = "order_reader";

    private Converters() {}

    /** A heap size as {@code -Xmx} takes it, always with a unit. */
    static final class HeapConverter implements ITypeConverter<String> {

        @Override
        public String convert(String value) {
            if (!HEAP.matcher(value).matches()) {
                throw new TypeConversionException("'" + value + "' is not a heap size such as 512m or 2g");
            }
            return value;
        }
    }

    /** {@code postgresql://user:password@host:port/database}; a leading {@code jdbc:} is ignored. */
    static final class DatabaseConverter implements ITypeConverter<DatabaseAddress> {

        @Override
        public DatabaseAddress convert(String value) {
            String expected = "is not a database URL such as postgresql://user:password@host:5432/orders";
            URI uri;
            try {
                uri = URI.create(value.startsWith("jdbc:") ? value.substring("jdbc:".length()) : value);
            } catch (IllegalArgumentException _) { // the exception's message would repeat the password
                throw new TypeConversionException("the value " + expected);
            }
            String host = uri.getHost();
            String path = uri.getPath();
            if (!"postgresql".equals(uri.getScheme()) || host == null || path == null || path.length() < 2
                    || uri.getQuery() != null) {
                throw new TypeConversionException("the value " + expected);
            }
            String credentials = uri.getRawUserInfo();
            String[] parts = (credentials == null ? DEFAULT_READER + ":" + DEFAULT_READER : credentials).split(":", 2);
            return new DatabaseAddress(host, uri.getPort() < 0 ? DEFAULT_POSTGRESQL_PORT : uri.getPort(),
                    path.substring(1), decoded(parts[0]), parts.length > 1 ? decoded(parts[1]) : "");
        }

        private static String decoded(String text) {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        }
    }

    /** {@code http://host:port}, without a path. */
    static final class PaymentUrlConverter implements ITypeConverter<URI> {

        @Override
        public URI convert(String value) {
            try {
                URI uri = URI.create(value.endsWith("/") ? value.substring(0, value.length() - 1) : value);
                if ("http".equals(uri.getScheme()) && uri.getHost() != null && uri.getRawPath().isEmpty()) {
                    return uri;
                }
            } catch (IllegalArgumentException _) { // reported below
            }
            throw new TypeConversionException("'" + value + "' is not a URL such as http://host:8090");
        }
    }
}
