package dev.backfeed.driver.shell;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** Offers our words, and the names of syncs, destinations and tables. */
final class Completions implements Completer {
  /** Single words: the editor would put quotes around a candidate that holds a blank. */
  private static final List<String> WORDS =
      List.of(
          ("ALL ALLOW APPEND AS AT BACKFILL BASELINE CHANGES CREATE DAY DELETE DESTINATION"
                  + " DESTINATIONS DOUBT DROP DRY EMPTY EXCEPT EXISTS EXPLAIN FAILURES FIELDS FIRST"
                  + " FOR FROM FULL IF INSERT INTO KEEP KEY LIKE LIMIT MIRROR MODE NOT NOW ON OR ORDER"
                  + " BY PAUSE PER PERCENT REMOVALS REMOVE REPLACE RESET RESOLVE RESUME RETRY ROWS RUN"
                  + " RUNS SECRET SELECT SENT SHOW STATE SYNC SYNCS TABLE TEST TO TYPE UNSENT UPDATE"
                  + " UPSERT WHERE WITH")
              .split(" ", -1));

  private static final Pattern BARE = Pattern.compile("\\w+");

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
        add(rows.getString(1));
      }
    } catch (SQLException nothingToOffer) {
      return;
    }
  }

  /** Others need quotes, which depend on where they stand. */
  private void add(String name) {
    if (BARE.matcher(name).matches()) {
      names.add(name);
    }
  }

  private void addTables() {
    try (ResultSet tables =
        connection.getMetaData().getTables(null, null, "%", new String[] {"TABLE", "VIEW"})) {
      while (tables.next()) {
        add(tables.getString("TABLE_NAME"));
      }
    } catch (SQLException nothingToOffer) {
      return;
    }
  }
}
