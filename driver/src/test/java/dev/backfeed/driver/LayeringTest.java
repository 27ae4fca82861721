package dev.backfeed.driver;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.backfeed.engine.EngineSettings;
import dev.backfeed.engine.Execution;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.RunListener;
import dev.backfeed.engine.Trigger;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who may import whom, across the modules and within the engine. */
class LayeringTest {
  private static final String ROOT = "dev.backfeed.";
  private static final String ENGINE = ROOT + "engine";
  private static final String SPI = ENGINE + ".spi";
  private static final String COMMANDS = ROOT + "parser.command";
  private static final String WAREHOUSE = ENGINE + ".warehouse..";
  private static final String CATALOG = ENGINE + ".catalog";
  private static final String PLAN = ENGINE + ".plan";
  private static final String STATE = ENGINE + ".state";
  private static final String ALERT = ENGINE + ".alert";
  private static final String AGENT = ENGINE + ".agent";
  private static final String PUSH = ENGINE + ".push";

  /** What callers pass into the engine and get back: known everywhere within it. */
  private static final Set<String> PASSED =
      Set.of(
          EngineSettings.class.getName(),
          Execution.class.getName(),
          Result.class.getName(),
          RunListener.class.getName(),
          Trigger.class.getName());

  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("/test-classes/"))
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("dev.backfeed");

  @Test
  void theParserKnowsNothingOfOurs() {
    only("parser..", ROOT + "parser..");
  }

  @Test
  void commandsKnowNothingAtAll() {
    only("parser.command", COMMANDS);
  }

  @Test
  void theEngineKnowsCommandsOnly() {
    only("engine..", ENGINE + "..", COMMANDS);
  }

  @Test
  void connectorsKnowTheSpiOnly() {
    only("connectors..", ROOT + "connectors..", SPI);
  }

  @Test
  void theDriverKnowsNoConnectorAndNoInnerPartOfTheEngine() {
    only("driver..", ROOT + "driver..", ROOT + "parser", COMMANDS, ENGINE, SPI);
  }

  @Test
  void frontDoorsAreClientsOfJdbc() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "driver.shell..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(SPI, ENGINE + ".catalog..", ENGINE + ".handler..", PUSH, STATE, PLAN)
        .check(OURS);
  }

  @Test
  void librariesStayBehindTheirDoors() {
    behind(ROOT + "parser.internal..", "org.apache.calcite..", "org.antlr..");
    behind(ROOT + "connectors.http..", "okhttp3..", "okio..", "dev.failsafe..");
    behind(ENGINE + ".warehouse.duckdb..", "org.duckdb..");
    behind(ENGINE + ".warehouse.postgresql..", "org.postgresql..");
    behind(ROOT + "driver.shell..", "org.jline..");
    behind(ROOT + "driver.agent..", "io.prometheus..");
    behind(ROOT + "driver.jdbc..", "io.opentelemetry..");
    behind(ENGINE + ".catalog..", "com.cronutils..");
  }

  @Test
  void theEngineIsBuiltInLayers() {
    only("engine.spi", SPI);
    only("engine.warehouse..", WAREHOUSE, SPI, COMMANDS);
    only("engine.catalog", CATALOG, WAREHOUSE, SPI, COMMANDS);
    only("engine.plan", PLAN, STATE, CATALOG, WAREHOUSE, SPI, COMMANDS);
    only("engine.state", STATE, CATALOG, WAREHOUSE, SPI, COMMANDS);
    only("engine.push", PUSH, PLAN, STATE, CATALOG, WAREHOUSE, SPI, COMMANDS);
    only("engine.alert", ALERT, PUSH, CATALOG, WAREHOUSE, SPI, COMMANDS);
    only("engine.agent", AGENT, ALERT, ENGINE, PUSH, STATE, CATALOG, WAREHOUSE, SPI, COMMANDS);
  }

  @Test
  void onlyTheFrontOfTheEngineKnowsHandlers() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ENGINE, ENGINE + ".handler")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ENGINE + ".handler")
        .check(OURS);
  }

  @Test
  void aWarehouseIsKnownToTheListOfThemOnly() {
    for (String one : List.of("duckdb", "postgresql")) {
      noClasses()
          .that()
          .resideOutsideOfPackage(ENGINE + ".warehouse." + one)
          .and()
          .doNotHaveFullyQualifiedName(ENGINE + ".warehouse.Dialects")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ENGINE + ".warehouse." + one)
          .check(OURS);
    }
  }

  /** Only what lies in {@code home} imports these libraries. */
  private static void behind(String home, String... libraries) {
    noClasses()
        .that()
        .resideOutsideOfPackage(home)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(libraries)
        .check(OURS);
  }

  /** Of our classes, those in {@code part} import those in these packages only. */
  private static void only(String part, String... allowed) {
    classes()
        .that()
        .resideInAPackage(ROOT + part)
        .should()
        .onlyDependOnClassesThat(
            new DescribedPredicate<>("lie in " + Arrays.toString(allowed) + " or are not ours") {
              @Override
              public boolean test(JavaClass type) {
                JavaClass element = type.getBaseComponentType();
                boolean passed =
                    part.startsWith("engine")
                        && PASSED.contains(element.getName().replaceFirst("[$].*", ""));
                return passed
                    || !element.getPackageName().startsWith("dev.backfeed")
                    || JavaClass.Predicates.resideInAnyPackage(allowed).test(element);
              }
            })
        .check(OURS);
  }
}
