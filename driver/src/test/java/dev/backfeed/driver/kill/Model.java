package dev.backfeed.driver.kill;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;

/** The table that is synced: several pages and checkpoints long. */
final class Model {
  static final int ROWS = 15_000;

  private Model() {}

  static void create(Statement statement) throws SQLException {
    statement.execute("CREATE TABLE people (id BIGINT, name VARCHAR, score DECIMAL(12,2))");
    insert(statement, 1, ROWS);
  }

  /** Changes 10,500 rows, of which some leave again, removes 1,000 and adds 1,000. */
  static void edit(Statement statement) throws SQLException {
    statement.execute("UPDATE people SET score = score + 0.5 WHERE id % 10 < 7");
    statement.execute("DELETE FROM people WHERE id % 15 = 14");
    insert(statement, ROWS + 1, ROWS + 1_000);
  }

  private static void insert(Statement statement, int first, int last) throws SQLException {
    statement.execute(
        "INSERT INTO people SELECT g, 'person ' || g, g * 0.25 FROM generate_series("
            + first
            + ", "
            + last
            + ") AS t(g)");
  }

  /** What a relation with the model's columns holds, in the manner of the server's records. */
  static Map<Long, String> rows(Connection connection, String relation) throws SQLException {
    Map<Long, String> rows = new TreeMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT id, name, score FROM " + relation)) {
      while (result.next()) {
        rows.put(result.getLong(1), result.getString(2) + "|" + plain(result.getString(3)));
      }
    }
    return rows;
  }

  /** A number without the zeros that one side writes and the other does not. */
  static String plain(String number) {
    return new BigDecimal(number).stripTrailingZeros().toPlainString();
  }
}
