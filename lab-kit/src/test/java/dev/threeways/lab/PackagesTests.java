package dev.threeways.lab;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.threeways.lab", importOptions = DoNotIncludeTests.class)
class PackagesTests {

    @ArchTest
    static final ArchRule THE_KIT_KNOWS_NOBODY_WHO_USES_IT = classes().should()
            .onlyDependOnClassesThat(JavaClass.Predicates.resideOutsideOfPackage("dev.threeways..")
                    .or(JavaClass.Predicates.resideInAPackage("dev.threeways.lab..")));

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES = slices().matching("dev.threeways.lab.(*)..")
            .should()
            .beFreeOfCycles();
}
