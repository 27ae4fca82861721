package dev.backfeed.connectors;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Who may import whom. */
class LayeringTest {
  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.backfeed.connectors");

  @Test
  void connectorsSeeTheSpiOnly() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.backfeed.engine", "dev.backfeed.engine.handler..", "dev.backfeed.parser..")
        .check(OURS);
  }

  @Test
  void requestsAreMadeInOnePlace() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.backfeed.connectors.http")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("okhttp3..", "dev.failsafe..", "java.net.http..", "com.sun.net..")
        .check(OURS);
  }

  @Test
  void connectorsDoNotKnowEachOther() {
    for (String one : new String[] {"webhook", "salesforce", "slack", "email", "http"}) {
      noClasses()
          .that()
          .resideInAPackage("dev.backfeed.connectors." + one)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              java.util.stream.Stream.of("webhook", "salesforce", "jdbc", "slack", "email")
                  .filter(other -> !other.equals(one))
                  .map(other -> "dev.backfeed.connectors." + other + "..")
                  .toArray(String[]::new))
          .check(OURS);
    }
  }
}
