package dev.threeways.telemetry;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.threeways.telemetry", importOptions = DoNotIncludeTests.class)
class ArchitectureTests {

    @ArchTest
    static final ArchRule WHAT_A_REQUEST_IS_FOR_IS_NOT_KNOWN = noClasses().should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.threeways.payment..", "dev.threeways.servlet..", "dev.threeways.reactive..");

    /** A service can do without that module by leaving out the dependency. */
    @ArchTest
    static final ArchRule THE_PROCESS_IS_ANOTHER_MODULES = noClasses().should()
            .dependOnClassesThat()
            .resideInAPackage("dev.threeways.process..");

    /** Nothing here needs a JVM option. */
    @ArchTest
    static final ArchRule THE_JDKS_PUBLIC_API_IS_ENOUGH = noClasses().should()
            .dependOnClassesThat()
            .resideInAnyPackage("jdk.internal..", "sun..", "java.lang.foreign..");
}
