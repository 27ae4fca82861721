package dev.backfeed.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.connectors.http.Json;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Change.Kind;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.RecordReader;
import dev.backfeed.engine.spi.RecordReader.Found;
import dev.backfeed.engine.spi.RecordReader.Wanted;
import dev.backfeed.engine.spi.testing.MapOptions;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is read back of tables, and what is shown of writing them, the same on each database. */
abstract class ReadingTest extends WritingTest {
  @Test
  void tellsWhenARowWasChanged() throws SQLException {
    place.sql(
        "DROP TABLE IF EXISTS seen",
        "CREATE TABLE seen (id INTEGER PRIMARY KEY, updated_at TIMESTAMP)",
        "INSERT INTO seen VALUES (1, '2026-01-02 03:04:05.5'), (2, NULL)");
    MapOptions options = place.options().with("modified_column", "Updated_At");
    assertThat(new JdbcConnector().tellsChangeTimes(options)).isTrue();
    assertThat(new JdbcConnector().tellsChangeTimes(place.options())).isFalse();
    try (Destination watched = opened(options)) {
      assertThat(read(watched, "seen", node().put("id", 1)).get(0).changedAt())
          .contains(Instant.parse("2026-01-02T03:04:05.500Z"));
      assertThat(read(watched, "seen", node().put("id", 2)).get(0).changedAt()).isEmpty();
      assertThat(read(watched, "users", node().put("id", 2))).isEmpty();
    }
    assertThat(read(destination, "seen", node().put("id", 1)).get(0).changedAt()).isEmpty();
  }

  @Test
  void readsAPartOfAJsonColumn() throws SQLException {
    place.sql(
        "DROP TABLE IF EXISTS docs",
        "CREATE TABLE docs (id INTEGER PRIMARY KEY, facts JSON)",
        "INSERT INTO docs VALUES (1, '{\"risk\":{\"score\":0.50}}'), (2, NULL)");
    for (int id = 1; id <= 2; id++) {
      Wanted wanted = new Wanted(0, node().put("id", id), Optional.empty());
      ObjectNode fields =
          ((RecordReader) destination)
              .read(
                  "docs",
                  List.of(wanted),
                  List.of(List.of("facts", "risk", "score"), List.of("facts", "why")))
              .get(0)
              .fields();
      assertThat(fields.toString())
          .isEqualTo(
              "{\"facts\":{\"risk\":{\"score\":"
                  + (id == 1 ? "0.50" : "null")
                  + "},\"why\":null}}");
    }
  }

  @Test
  void whatAColumnCannotHoldIsFoundNowhere() throws SQLException {
    place.sql("INSERT INTO users (id, name) VALUES (1, 'a')");
    assertThat(read(destination, "users", node().put("id", "x"))).isEmpty();
    assertThat(read(destination, "users", node().put("id", "1"))).hasSize(1);
  }

  @Test
  void showsStatementsAndTheirValues() {
    String shown =
        destination.request(
            new Batch(
                Operation.UPSERT,
                "users",
                List.of(
                    user(Kind.ADDED, 1, "it's"),
                    user(Kind.ADDED, 2, "b").at(1),
                    change(Kind.CHANGED, node().put("id", 3), node().putNull("score"), false)
                        .at(2)),
                "b"));
    assertThat(shown.lines().skip(1).limit(2)).containsExactly("[1,\"it's\",1]", "[2,\"b\",2]");
    assertThat(shown.lines().findFirst().orElseThrow()).startsWith("INSERT INTO ");
    assertThat(shown.lines().skip(3).findFirst().orElseThrow())
        .startsWith("UPDATE ")
        .contains(" SET \"score\" = ");
    assertThat(shown.lines().skip(4)).containsExactly("[null,3]");
  }

  Destination opened(MapOptions options) {
    return new JdbcConnector()
        .open(
            new dev.backfeed.engine.spi.DestinationContext(
                "appdb", options, gate, (h, a, p) -> {}, () -> null));
  }

  private static List<Found> read(Destination from, String table, ObjectNode by) {
    Wanted wanted = new Wanted(0, by, Optional.empty());
    return ((RecordReader) from).read(table, List.of(wanted), List.of());
  }

  /** Reads a row back and compares it with what was written. */
  void isReadBack(String table, ObjectNode key, ObjectNode written) {
    List<List<String>> paths = new ArrayList<>();
    written.fieldNames().forEachRemaining(f -> paths.add(List.of(f)));
    Wanted wanted = new Wanted(0, key, Optional.empty());
    ObjectNode read =
        ((RecordReader) destination).read(table, List.of(wanted), paths).get(0).fields();
    for (var field : written.properties()) {
      JsonNode value = read.get(field.getKey());
      if (field.getValue().isNumber()) {
        assertThat(value.decimalValue())
            .as(field.getKey())
            .isEqualByComparingTo(field.getValue().decimalValue());
      } else {
        assertThat(Json.text(value)).as(field.getKey()).isEqualTo(Json.text(field.getValue()));
      }
    }
  }
}
