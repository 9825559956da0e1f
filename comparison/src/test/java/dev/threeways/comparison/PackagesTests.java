package dev.threeways.comparison;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.threeways.comparison", importOptions = DoNotIncludeTests.class)
class PackagesTests {

    @ArchTest
    static final ArchRule EACH_PACKAGE_KNOWS_THOSE_BELOW_IT = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("cli")
            .definedBy("dev.threeways.comparison.cli..")
            .layer("run")
            .definedBy("dev.threeways.comparison.run..")
            .layer("report")
            .definedBy("dev.threeways.comparison.report..")
            .layer("analysis")
            .definedBy("dev.threeways.comparison.analysis..")
            .layer("load")
            .definedBy("dev.threeways.comparison.load..")
            .layer("observe")
            .definedBy("dev.threeways.comparison.observe..")
            .layer("ledger")
            .definedBy("dev.threeways.comparison.ledger..")
            .layer("scenario")
            .definedBy("dev.threeways.comparison.scenario..")
            .layer("result")
            .definedBy("dev.threeways.comparison.result..")
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("run")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("report")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("analysis")
            .mayOnlyBeAccessedByLayers("cli", "report")
            .whereLayer("load")
            .mayOnlyBeAccessedByLayers("cli", "run")
            .whereLayer("observe")
            .mayOnlyBeAccessedByLayers("cli", "run")
            .whereLayer("ledger")
            .mayOnlyBeAccessedByLayers("run")
            .whereLayer("scenario")
            .mayNotAccessAnyLayer()
            .whereLayer("result")
            .mayOnlyAccessLayers("scenario");

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES = slices().matching("dev.threeways.comparison.(*)..")
            .should()
            .beFreeOfCycles();

    /** The probe runs within what is measured. */
    @ArchTest
    static final ArchRule THE_PROBE_NEEDS_THE_JDK_ALONE = noClasses().that()
            .resideInAPackage("dev.threeways.comparison.probe..")
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages("dev.threeways.comparison.probe..", "java..", "javax.management..",
                    "com.sun.management..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule APPLICATIONS_DO_NOT_SEE_EACH_OTHER = noClasses().should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.threeways.connections..", "dev.threeways.blocking..", "dev.threeways.reactive..",
                    "dev.threeways.virtual..", "dev.threeways.servlet..");
}
