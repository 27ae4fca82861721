package dev.backfeed.engine.bench;

import dev.backfeed.engine.EngineFixture;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * How others find changes, on the same data: a snapshot and EXCEPT, a table of checksums, a hash a
 * row kept outside the warehouse. They only find which rows differ: no old values, no plan, and
 * what was found is not written down, so that they cost less here than in use.
 */
final class OtherWays {
  private static final String TEXT = "concat_ws('|', " + BenchModel.COLUMNS + ")";

  private final EngineFixture engine;
  private long[] outside = new long[0];

  OtherWays(EngineFixture engine) {
    this.engine = engine;
  }

  /** Remembers the present in each way. */
  void remember(long rows) throws SQLException {
    engine.sql("CREATE TABLE snapshot AS SELECT * FROM customers");
    engine.sql("CREATE TABLE checksums AS SELECT id, md5(" + TEXT + ") AS h FROM customers");
    outside = new long[Integer.highestOneBit((int) rows) * 4];
    outside(true);
  }

  void snapshot() throws SQLException {
    engine.query(
        "SELECT COUNT(*) FROM (SELECT * FROM customers EXCEPT SELECT * FROM snapshot) changed");
    engine.query(
        "SELECT COUNT(*) FROM (SELECT id FROM snapshot EXCEPT SELECT id FROM customers) removed");
  }

  void checksums() throws SQLException {
    engine.query(
        "SELECT COUNT(*) FROM customers c FULL JOIN checksums s ON c.id = s.id WHERE md5("
            + TEXT.replace(" id,", " c.id,")
            + ") IS DISTINCT FROM s.h");
  }

  void outside() throws SQLException {
    outside(false);
  }

  /** Keys and hashes by turns, open addressing. */
  private void outside(boolean remember) throws SQLException {
    boolean autoCommit = engine.connection().getAutoCommit();
    engine.connection().setAutoCommit(false);
    try (Statement statement = engine.connection().createStatement()) {
      statement.setFetchSize(10_000);
      try (ResultSet rows = statement.executeQuery("SELECT id, md5(" + TEXT + ") FROM customers")) {
        while (rows.next()) {
          long key = hash(rows.getString(1));
          int place = (int) Long.remainderUnsigned(key, outside.length / 2) * 2;
          while (outside[place] != 0 && outside[place] != key) {
            place = (place + 2) % outside.length;
          }
          long value = hash(rows.getString(2));
          if (remember) {
            outside[place] = key;
            outside[place + 1] = value;
          }
        }
      }
    }
    engine.connection().rollback();
    engine.connection().setAutoCommit(autoCommit);
  }

  private static long hash(String text) {
    long hash = 1;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x9E3779B97F4A7C15L;
    }
    return hash ^ (hash >>> 32);
  }
}
