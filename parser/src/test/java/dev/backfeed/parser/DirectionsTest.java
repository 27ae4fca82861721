package dev.backfeed.parser;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may see whom within the parser. */
@AnalyzeClasses(
    packages = "dev.backfeed.parser",
    importOptions = ImportOption.DoNotIncludeTests.class)
class DirectionsTest {
  @ArchTest
  static final ArchRule calciteStaysInTheGrammarAndInLineage =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.backfeed.parser.internal.grammar", "dev.backfeed.parser.internal.lineage")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.calcite..");

  @ArchTest
  static final ArchRule antlrStaysInTheLexer =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.backfeed.parser.internal.lexer")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.antlr..");

  @ArchTest
  static final ArchRule commandsNeedNothing =
      classes()
          .that()
          .resideInAPackage("dev.backfeed.parser.command")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", "dev.backfeed.parser.command");
}
