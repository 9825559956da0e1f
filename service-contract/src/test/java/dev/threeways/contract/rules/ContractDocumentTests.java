package dev.threeways.contract.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/** The rule numbers in docs/CONTRACT.md and in the tests are the same. */
class ContractDocumentTests {

    private static final Path DOCUMENT = Path.of("..", "docs", "CONTRACT.md");

    private static List<Method> rules() {
        return Stream
                .concat(Stream.of(OrderPaymentContract.class.getDeclaredClasses()),
                        Stream.of(ServiceConnectionContract.class))
                .flatMap(group -> AnnotationSupport
                        .findAnnotatedMethods(group, Tag.class, HierarchyTraversalMode.TOP_DOWN)
                        .stream())
                .toList();
    }

    @Test
    void eachRuleHasOneTestAndEachTestARule() throws IOException {
        List<String> documented = Pattern.compile("^\\| (C-\\d+\\.\\d+) \\|", Pattern.MULTILINE)
                .matcher(Files.readString(DOCUMENT))
                .results()
                .map(match -> match.group(1))
                .toList();

        assertThat(documented).doesNotHaveDuplicates();
        assertThat(rules().stream().map(rule -> rule.getAnnotation(Tag.class).value()))
                .containsExactlyInAnyOrderElementsOf(documented);
    }

    @Test
    void eachTestIsNamedAfterItsRule() {
        assertThat(rules()).isNotEmpty()
                .allSatisfy(rule -> assertThat(rule.getAnnotation(DisplayName.class).value())
                        .startsWith(rule.getAnnotation(Tag.class).value() + " "));
    }
}
