package dev.threeways.comparison.observe;

import dev.threeways.comparison.result.Result;
import dev.threeways.comparison.scenario.StackSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;

/** The libraries in an executable jar, from the names of the jars within. */
public final class Libraries {

    private static final Pattern OF_INTEREST = Pattern.compile(
            "(spring-boot|spring-web|spring-webflux|spring-webmvc|tomcat-embed-core|jetty-server|undertow-core|"
                    + "reactor-core|reactor-netty-http|netty-transport|netty-handler|HikariCP|postgresql|"
                    + "r2dbc-postgresql|r2dbc-pool|httpclient5|jackson-databind|logback-classic|micrometer-core|"
                    + "vertx-core)-\\d.*\\.jar");

    private Libraries() {}

    public static Result.Build build(StackSpec stack) throws IOException {
        return new Result.Build(stack.label(), sha256(stack.jar()), of(stack.jar()));
    }

    public static List<String> of(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream()
                    .map(JarEntry::getName)
                    .map(name -> name.substring(name.lastIndexOf('/') + 1))
                    .filter(name -> OF_INTEREST.matcher(name).matches())
                    .sorted()
                    .toList();
        }
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file);
                DigestInputStream digesting = new DigestInputStream(bytes, MessageDigest.getInstance("SHA-256"))) {
            digesting.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digesting.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
