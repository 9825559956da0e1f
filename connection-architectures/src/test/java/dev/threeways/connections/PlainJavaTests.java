package dev.threeways.connections;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** A reader finds all of a server in this module and in the JDK's documentation. */
@AnalyzeClasses(packages = "dev.threeways.connections", importOptions = ImportOption.DoNotIncludeTests.class)
class PlainJavaTests {

    @ArchTest
    static final ArchRule SERVERS_NEED_THE_JDK_ALONE = classes().that()
            .areAssignableTo(ConnectionServer.class)
            .and()
            .areNotAssignableTo(NettyServer.class)
            .or()
            .haveSimpleNameStartingWith("Loop")
            .or()
            .haveSimpleName("EventLoop")
            .or()
            .haveSimpleName("BlockingConnection")
            .or()
            .resideInAPackage("..connections.http")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("dev.threeways.connections..", "java..",
                    "com.sun.net..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule APPLICATIONS_DO_NOT_SEE_EACH_OTHER = noClasses().should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.threeways.comparison..", "dev.threeways.blocking..", "dev.threeways.reactive..",
                    "dev.threeways.virtual..", "dev.threeways.servlet..");

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES = slices().matching("dev.threeways.connections.(**)")
            .should()
            .beFreeOfCycles();
}
