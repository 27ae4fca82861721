package dev.backfeed.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.Change.Kind;
import dev.backfeed.engine.spi.ObjectSchema;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SqliteWritingTest extends ReadingTest {
  @Override
  Place place(Path emptyFolder) throws SQLException {
    return Place.sqlite(emptyFolder);
  }

  @Test
  void valuesOfEveryTypeRoundTrip() throws SQLException {
    place.sql(
        "DROP TABLE IF EXISTS kinds",
        "CREATE TABLE kinds (id TEXT PRIMARY KEY, big INTEGER, exact TEXT, amount DECIMAL(10,2), f REAL,"
            + " b BOOLEAN, d DATE, ts TIMESTAMP, j JSON, bin BLOB, loose,"
            + " made INTEGER GENERATED ALWAYS AS (big + 1))");
    ObjectNode all = node();
    all.put("big", 9007199254740993L);
    all.put("exact", new BigDecimal("1234567890123456789012345678.0123456789"));
    all.put("amount", new BigDecimal("12.5")).put("f", 0.1).put("b", true).put("d", "2024-02-29");
    all.put("ts", "2024-03-10T02:30:00.123Z");
    all.putObject("j").put("a", 1);
    all.put("bin", "AAHI").put("loose", "x");
    upsert("kinds", List.of(change(Kind.ADDED, node().put("id", "k"), all, true)));
    assertThat(
            place.rows(
                "SELECT big, exact, amount, typeof(amount), f, typeof(f), b, d, ts, datetime(ts), j, hex(bin), loose FROM kinds"))
        .containsExactly(
            "9007199254740993|1234567890123456789012345678.0123456789|12.5|real|0.1|real|1|2024-02-29"
                + "|2024-03-10T02:30:00.123Z|2024-03-10 02:30:00|{\"a\":1}|0001C8|x");
    all.put("exact", all.get("exact").decimalValue().toPlainString());
    isReadBack("kinds", node().put("id", "k"), all);
    ObjectSchema schema = destination.describe("main.kinds");
    assertThat(schema.field("ts").orElseThrow().type()).isEqualTo(ObjectSchema.FieldType.TIMESTAMP);
    assertThat(schema.field("b").orElseThrow().type()).isEqualTo(ObjectSchema.FieldType.BOOLEAN);
    assertThat(schema.field("loose").orElseThrow().type()).isEqualTo(ObjectSchema.FieldType.ANY);
  }
}
