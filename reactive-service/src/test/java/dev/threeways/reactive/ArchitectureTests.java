package dev.threeways.reactive;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Nothing here can block, because no code that blocks is within reach. */
class ArchitectureTests {

    private static final JavaClasses MAIN = new ClassFileImporter().withImportOption(new DoNotIncludeTests())
            .importPackages("dev.threeways.reactive", "dev.threeways.payment");

    @Test
    void noJdbcAndNoServlets() {
        noClasses().should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "jakarta.servlet..", "org.springframework.jdbc..")
                .check(MAIN);
    }

    @Test
    void noBlockingOperators() {
        noClasses().that()
                .resideInAPackage("dev.threeways.reactive")
                .should()
                .callMethodWhere(target(nameMatching("block|blockFirst|blockLast|blockOptional|toIterable|toStream"))
                        .and(target(owner(resideInAPackage("reactor.core.publisher")))))
                .check(MAIN);
    }

    /** A service can do without that module by leaving out the dependency. */
    @Test
    void nothingNeedsWhatTellsOfTheProcess() {
        noClasses().should().dependOnClassesThat().resideInAPackage("dev.threeways.process..").check(MAIN);
    }

    /** Checks the jar's class path, not that of the tests. */
    @Test
    void neitherIsOnTheRuntimeClassPath() throws Exception {
        var classPath = Files.readString(Path.of("target", "runtime-class-path.txt")).strip();
        var jars = Stream.of(classPath.split(File.pathSeparator, -1)).filter(entry -> entry.endsWith(".jar")).toList();

        assertThat(jars).anyMatch(jar -> jar.contains("r2dbc-postgresql")); // it is this service's
        for (var jar : jars) {
            try (var content = new JarFile(jar)) {
                assertThat(content.stream().map(JarEntry::getName))
                        .as(jar)
                        .noneMatch(name -> name.equals("META-INF/services/java.sql.Driver")
                                || name.startsWith("jakarta/servlet/") || name.startsWith("org/springframework/jdbc/"));
            }
        }
    }

    @Test
    void whatATeamCopiesKnowsNothingOfTheLab() {
        noClasses().should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.threeways.lab..", "dev.threeways.backends..", "dev.threeways.comparison..",
                        "dev.threeways.connections..", "dev.threeways.contract..", "dev.threeways.gatling..",
                        "dev.threeways.simulator..")
                .check(MAIN);
    }
}
