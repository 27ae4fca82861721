package dev.backfeed.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.Change.Kind;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.Outcome.Status;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

class DuckDbWritingTest extends ReadingTest {
  @Override
  Place place(Path emptyFolder) throws SQLException {
    return Place.duckDb(emptyFolder);
  }

  @Test
  void valuesOfEveryTypeRoundTrip() throws SQLException {
    place.sql(
        "CREATE TABLE kinds (id UUID PRIMARY KEY, big BIGINT, huge HUGEINT, exact DECIMAL(38,10), f DOUBLE,"
            + " b BOOLEAN, d DATE, ts TIMESTAMP, tz TIMESTAMPTZ, j JSON, bin BLOB, tags VARCHAR[],"
            + " st STRUCT(a INTEGER, b VARCHAR), m ENUM('ok', 'bad'), tm TIME,"
            + " made BIGINT GENERATED ALWAYS AS (big + 1))");
    ObjectNode key = node().put("id", "6f1e3c0e-7a2b-4f9a-9a58-0f1a2b3c4d5e");
    upsert("kinds", List.of(change(Kind.ADDED, key, values(), true)));
    assertThat(
            place.rows(
                "SELECT big, huge, exact, f, b, d, ts::VARCHAR, (tz AT TIME ZONE 'UTC')::VARCHAR, j::VARCHAR,"
                    + " hex(bin), tags[2], st.b, m, tm FROM kinds"))
        .containsExactly(
            "9007199254740993|170141183460469231731687303715884105727"
                + "|1234567890123456789012345678.0123456789|0.1|true|2024-02-29"
                + "|2024-03-10 02:30:00.123|2024-03-10 02:30:00.123|{\"a\":1.10}|0001C8|it's \"q\", {}|x, 'y|ok|10:11:12");
    isReadBack("kinds", key, values());
    ObjectNode nulls = node();
    values().fieldNames().forEachRemaining(nulls::putNull);
    Outcome cleared = upsert("kinds", List.of(change(Kind.CHANGED, key, nulls, false))).get(0);
    isReadBack("kinds", key, nulls);
    assertThat(cleared.status()).isEqualTo(Status.UPDATED);
    assertThat(place.rows("SELECT big, j, bin, tags, st FROM kinds"))
        .containsExactly("null|null|null|null|null");
    ObjectSchema schema = destination.describe("kinds");
    assertThat(schema.field("m").orElseThrow().allowedValues()).containsExactly("ok", "bad");
    assertThat(schema.field("m").orElseThrow().type()).isEqualTo(ObjectSchema.FieldType.TEXT);
    assertThat(schema.field("d").orElseThrow().allowedValues()).isEmpty();
    assertThat(schema.field("made").orElseThrow().writable()).isFalse();
    assertThat(schema.field("tags").orElseThrow().type()).isEqualTo(ObjectSchema.FieldType.JSON);
    assertThat(deliver(Operation.DELETE, "kinds", List.of(removed(key))))
        .extracting(Outcome::status)
        .containsExactly(Status.DELETED);
    assertThat(place.rows("SELECT count(*) FROM kinds")).containsExactly("0");
  }

  private static ObjectNode values() {
    ObjectNode all = node();
    all.put("big", 9007199254740993L);
    all.put("huge", new BigInteger("170141183460469231731687303715884105727"));
    all.put("exact", new BigDecimal("1234567890123456789012345678.0123456789"));
    all.put("f", 0.1).put("b", true).put("d", "2024-02-29");
    all.put("ts", "2024-03-10T02:30:00.123Z").put("tz", "2024-03-10T02:30:00.123Z");
    all.putObject("j").put("a", new BigDecimal("1.10"));
    all.put("bin", "AAHI");
    all.putArray("tags").add("a,b").add("it's \"q\", {}");
    all.putObject("st").put("a", 1).put("b", "x, 'y");
    all.put("m", "ok").put("tm", "10:11:12");
    return all;
  }

  @Test
  void aUniqueIndexIsAKeyToo() throws SQLException {
    place.sql("CREATE UNIQUE INDEX by_name ON users (name)");
    List<Outcome> made =
        upsert(
            "users",
            List.of(change(Kind.ADDED, node().put("name", "x"), node().put("id", 1), true)));
    assertThat(made).extracting(Outcome::status).containsExactly(Status.CREATED);
  }

  /** The warehouse may be the very file that is written to, in the same process. */
  @Test
  void theFileMayBeOpenElsewhereInThisProcess() throws SQLException {
    try (Connection warehouse = place.connect();
        Statement work = warehouse.createStatement()) {
      warehouse.setAutoCommit(false);
      work.execute("CREATE TABLE own (id INTEGER)");
      work.execute("INSERT INTO own VALUES (1)");
      upsert("users", List.of(user(Kind.ADDED, 1, "x")));
      warehouse.commit();
    }
    assertThat(place.rows("SELECT name FROM users, own")).containsExactly("x");
  }
}
