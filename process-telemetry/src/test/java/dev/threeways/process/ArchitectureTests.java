package dev.threeways.process;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.threeways.process", importOptions = DoNotIncludeTests.class)
class ArchitectureTests {

    @ArchTest
    static final ArchRule WHAT_THE_PROCESS_SERVES_IS_NOT_KNOWN = noClasses().should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.threeways.payment..", "dev.threeways.servlet..", "dev.threeways.reactive..");

    /** Other code uses it to tell threads apart, without the rest of this module and of its dependencies. */
    @ArchTest
    static final ArchRule A_THREADS_ROLE_NEEDS_ONLY_THE_JDK = noClasses().that()
            .haveSimpleName("ThreadRole")
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages("java..", "dev.threeways.process..");
}
