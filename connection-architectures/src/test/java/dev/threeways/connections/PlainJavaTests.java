package dev.threeways.connections;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

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
}
