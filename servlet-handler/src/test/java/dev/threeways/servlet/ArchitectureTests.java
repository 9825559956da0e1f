package dev.threeways.servlet;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.threeways.servlet", importOptions = DoNotIncludeTests.class)
class ArchitectureTests {

    @ArchTest
    static final ArchRule THE_BLOCKING_HANDLER_BLOCKS_ON_NOTHING_REACTIVE = noClasses().should()
            .dependOnClassesThat()
            .resideInAnyPackage("reactor..", "org.reactivestreams..", "io.r2dbc..", "io.netty..",
                    "org.springframework.web.reactive..");

    /** A service can do without that module by leaving out the dependency. */
    @ArchTest
    static final ArchRule NOTHING_NEEDS_WHAT_TELLS_OF_THE_PROCESS = noClasses().should()
            .dependOnClassesThat()
            .resideInAPackage("dev.threeways.process..");

    /** Code that starts a thread, or asks which kind it is on, makes the two servlet services different. */
    @ArchTest
    static final ArchRule THE_HANDLER_DOES_NOT_KNOW_ITS_THREADS = noClasses().that()
            .doNotHaveSimpleName("ExchangeDeadline")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.lang.Thread");

    @ArchTest
    static final ArchRule WHAT_A_TEAM_COPIES_KNOWS_NOTHING_OF_THE_LAB = noClasses().should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.threeways.lab..", "dev.threeways.backends..", "dev.threeways.comparison..",
                    "dev.threeways.connections..", "dev.threeways.contract..", "dev.threeways.gatling..",
                    "dev.threeways.simulator..");
}
