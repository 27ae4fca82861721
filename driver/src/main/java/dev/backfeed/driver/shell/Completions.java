package dev.backfeed.driver.shell;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** Offers our words, and the names of syncs, destinations and tables. */
final class Completions implements Completer {
  private static final List<String> WORDS =
      List.of(
          "ALL",
          "ALLOW EMPTY",
          "AS",
          "AS TABLE",
          "BASELINE SYNC",
          "CREATE DESTINATION",
          "CREATE OR REPLACE",
          "CREATE SYNC",
          "DELETE",
          "DESTINATION",
          "DESTINATIONS",
          "DROP DESTINATION",
          "DROP SYNC",
          "DRY RUN",
          "EXCEPT",
          "EXPLAIN SYNC",
          "FIELDS",
          "FROM",
          "FULL",
          "IF EXISTS",
          "IF NOT EXISTS",
          "KEEP",
          "KEEP STATE",
          "KEY",
          "LIKE",
          "LIMIT",
          "LIMIT REMOVALS TO",
          "MIRROR",
          "MODE",
          "ON REMOVE",
          "ORDER BY",
          "PAUSE ALL SYNCS",
          "PAUSE SYNC",
          "PERCENT",
          "RESET STATE",
          "RESET SYNC",
          "RESUME ALL SYNCS",
          "RESUME SYNC",
          "ROWS",
          "SECRET",
          "SELECT",
          "SHOW CREATE SYNC",
          "SHOW DESTINATIONS",
          "SHOW SYNC RUNS",
          "SHOW SYNCS",
          "SYNC",
          "SYNC NOW",
          "TEST DESTINATION",
          "TO",
          "TYPE",
          "UPSERT",
          "WHERE",
          "WITH");

  private final Connection connection;
  private Set<String> names;

  Completions(Connection connection) {
    this.connection = connection;
  }

  /** What was created or dropped since is seen at the next completion. */
  void forget() {
    names = null;
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    String start = line.word().toLowerCase(Locale.ROOT);
    for (String word : WORDS) {
      if (word.toLowerCase(Locale.ROOT).startsWith(start)) {
        candidates.add(new Candidate(word));
      }
    }
    for (String name : names()) {
      candidates.add(new Candidate(name));
    }
  }

  private Set<String> names() {
    if (names == null) {
      names = new TreeSet<>();
      addFirstColumn("SHOW SYNCS");
      addFirstColumn("SHOW DESTINATIONS");
      addTables();
    }
    return names;
  }

  private void addFirstColumn(String show) {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(show)) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    } catch (SQLException e) {
      // Nothing to offer is no reason to disturb who is typing.
      names.remove("");
    }
  }

  private void addTables() {
    try (ResultSet tables =
        connection.getMetaData().getTables(null, null, "%", new String[] {"TABLE", "VIEW"})) {
      while (tables.next()) {
        names.add(tables.getString("TABLE_NAME"));
      }
    } catch (SQLException e) {
      // As above.
      names.remove("");
    }
  }
}
