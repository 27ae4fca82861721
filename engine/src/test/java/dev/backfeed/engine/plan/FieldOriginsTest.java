package dev.backfeed.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.TestWarehouse;
import dev.backfeed.engine.catalog.SyncFields;
import dev.backfeed.engine.warehouse.Dialects;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.Lexicon;
import dev.backfeed.parser.Lineage;
import dev.backfeed.parser.command.Origin;
import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.Query;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Queries of the files in {@code lineage/}, each with the origin of its columns. */
class FieldOriginsTest {
  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void columnsAreTracedToStoredTables(String name) throws SQLException {
    TestWarehouse test = TestWarehouse.named(name);
    try (Connection connection = test.open();
        Statement statement = connection.createStatement()) {
      for (String each : text("tables.sql").split(";\n", -1)) {
        if (!each.isBlank()) {
          statement.execute(each);
        }
      }
      boolean duckdb = name.equals("duckdb");
      statement.execute(
          duckdb
              ? "CREATE MACRO own_function(i) AS (SELECT max(email) FROM customers WHERE id = i)"
              : "CREATE FUNCTION own_function(i integer) RETURNS text LANGUAGE sql AS"
                  + " 'SELECT max(email) FROM customers WHERE id = i'");
      if (!duckdb) {
        statement.execute("CREATE MATERIALIZED VIEW stored AS SELECT id, total FROM profile");
      }
      String home = duckdb ? "warehouse" : "";
      Warehouse warehouse = new Warehouse(connection, Dialects.of(connection), home, "backfeed");
      StringBuilder found = new StringBuilder();
      StringBuilder expected = new StringBuilder();
      for (String file : List.of("both.txt", name + ".txt")) {
        for (String one : text(file).split("\n\n", -1)) {
          if (!one.startsWith("#")) {
            expected.append(one.strip()).append("\n\n");
            found.append(traced(warehouse, one.strip().lines().findFirst().orElseThrow()));
          }
        }
      }
      assertThat(found.toString()).isEqualTo(expected.toString());
    }
  }

  private static String traced(Warehouse warehouse, String sql) throws SQLException {
    List<QueryColumn> columns = QueryColumn.of(warehouse, sql);
    Lineage lineage = new Lineage(Lexicon.of(warehouse.dialect().name()));
    Query query = new Query(sql, sql, List.of(), new Position(1, 1));
    FieldOrigins origins = FieldOrigins.trace(warehouse, lineage::trace, query, columns);
    List<String> lines = new ArrayList<>(List.of(sql));
    for (QueryColumn column : columns) {
      lines.add("  " + shown(origins.of(column.name())));
    }
    return String.join("\n", lines) + "\n\n";
  }

  private static String shown(Origin origin) {
    if (origin instanceof Origin.Unknown) {
      return SyncFields.text(origin);
    }
    String text =
        Stream.of(SyncFields.text(origin).split(", ", -1))
            .map(source -> source.replaceFirst("^(main|public)[.]", ""))
            .sorted()
            .collect(Collectors.joining(", "));
    String sources = text.isEmpty() ? "-" : text;
    return origin instanceof Origin.Known known && !known.unsteady().isEmpty()
        ? sources
            + new TreeSet<>(known.unsteady())
                .stream().collect(Collectors.joining(", ", " moves by ", ""))
        : sources;
  }

  private static String text(String file) {
    try (var in = FieldOriginsTest.class.getResourceAsStream("/lineage/" + file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
