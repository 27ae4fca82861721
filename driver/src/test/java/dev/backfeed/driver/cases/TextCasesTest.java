package dev.backfeed.driver.cases;

import dev.backfeed.driver.jdbc.Warehouses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every case file on every warehouse. {@code -Dbackfeed.cases.rewrite=true} writes what came on
 * DuckDB into the files, to be reviewed as a diff.
 */
class TextCasesTest {
  private static final Path CASES = Path.of("src/test/resources/cases");

  @TestFactory
  List<DynamicTest> cases() throws IOException {
    boolean rewrite = Boolean.getBoolean("backfeed.cases.rewrite");
    List<DynamicTest> tests = new ArrayList<>();
    for (Path file : files()) {
      for (Warehouses warehouse : Warehouses.values()) {
        boolean writes = rewrite && warehouse == Warehouses.DUCKDB;
        tests.add(
            DynamicTest.dynamicTest(
                CASES.relativize(file) + " on " + warehouse,
                () -> new CaseRunner(file, warehouse, writes).run()));
      }
    }
    return tests;
  }

  static List<Path> files() throws IOException {
    try (Stream<Path> walk = Files.walk(CASES)) {
      return walk.filter(p -> p.toString().endsWith(".slt")).sorted().toList();
    }
  }
}
