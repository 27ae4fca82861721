package dev.backfeed.driver.cases;

import dev.backfeed.driver.jdbc.Warehouses;
import dev.backfeed.engine.spi.testing.ScriptedVendor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Runs a case file. Records are divided by blank lines; {@code #} begins a comment; {@code onlyif
 * duckdb} or {@code skipif duckdb} before a directive binds it to a warehouse.
 *
 * <pre>
 * statement ok                          the statement works, without a warning
 * statement count 3                     … and gives this update count
 * statement warning 01000 some words    … and its first warning is this, its message has the words
 * statement error 42704 some words      it fails with this SQLState; '-' for none
 * query [rowsort] [label …]             its rows, those columns or all; expected behind ----
 * sent crm                              what the destination was sent since the last look
 * asked crm                             what it was asked to read since the last look
 * answer crm …                          how it answers; see {@link ScriptedVendor}
 * meanwhile crm                         what another connection does during its next call
 * reconnect                             a new connection
 * autocommit off                        as a client sets it; also commit and rollback
 * clock +1h                             the engine's clock goes forward
 * </pre>
 *
 * In a statement, {@code <run>} is the id of the newest run.
 */
final class CaseRunner {
  private final Path file;
  private final Warehouses warehouse;
  private final boolean rewrite;

  /**
   * A runner.
   *
   * @param rewrite whether to write what came into the file, in place of what was expected
   */
  CaseRunner(Path file, Warehouses warehouse, boolean rewrite) {
    this.file = file;
    this.warehouse = warehouse;
    this.rewrite = rewrite;
  }

  void run() throws IOException, SQLException {
    List<String> written;
    try (CaseSession session = CaseSession.open(warehouse)) {
      written = run(Files.readAllLines(file), session);
    }
    if (rewrite) {
      Files.write(file, written);
    }
  }

  /** Runs records; the same with what came in place of what was expected. */
  List<String> run(List<String> lines, CaseSession session) throws SQLException {
    List<String> written = new ArrayList<>();
    for (CaseRecord each : CaseRecord.parse(lines)) {
      boolean runs =
          !each.directive().isEmpty() && each.runsOn(warehouse.name().toLowerCase(Locale.ROOT));
      List<String> actual = runs ? run(each, session) : each.expected();
      if (!written.isEmpty()) {
        written.add("");
      }
      written.addAll(each.lines(actual));
    }
    return written;
  }

  /** Runs one record; what is to stand behind its {@code ----}. */
  private List<String> run(CaseRecord each, CaseSession session) throws SQLException {
    String[] words = each.directive().split(" ", 3);
    List<String> actual =
        switch (words[0]) {
          case "statement" -> statement(each, words, session);
          case "query" -> query(each, session);
          case "sent" -> session.vendor(words[1]).sent();
          case "asked" -> session.vendor(words[1]).asked();
          case "answer" -> done(() -> session.vendor(words[1]).tell(words[2]));
          case "meanwhile" ->
              done(() -> session.meanwhile(words[1], other -> execute(each, other)));
          case "reconnect" -> done(session::reconnect);
          case "autocommit" -> done(() -> autoCommit(each, words[1], session));
          case "commit" -> done(() -> session.connection().commit());
          case "rollback" -> done(() -> session.connection().rollback());
          case "clock" -> done(() -> session.clock().forward(words[1]));
          default -> throw failure(each, "there is no directive \"" + words[0] + "\"");
        };
    if (!rewrite && each.expected() != null && !each.expected().equals(actual)) {
      throw failure(
          each,
          "expected:\n"
              + String.join("\n", each.expected())
              + "\n but was:\n"
              + String.join("\n", actual));
    }
    if (each.expected() == null && words[0].matches("query|sent|asked")) {
      throw failure(each, "---- and the expected lines are missing");
    }
    return actual;
  }

  private List<String> statement(CaseRecord each, String[] words, CaseSession session)
      throws SQLException {
    String rest = words.length > 2 ? words[2] : "";
    try (Statement statement = session.connection().createStatement()) {
      statement.execute(text(each, session.connection()));
      switch (words[1]) {
        case "ok" -> expect(each, "no warning", null, statement.getWarnings());
        case "count" -> expectEqual(each, rest, String.valueOf(statement.getLargeUpdateCount()));
        case "warning" -> expectTrouble(each, rest, statement.getWarnings());
        default -> throw failure(each, "it worked");
      }
    } catch (SQLException e) {
      if (!words[1].equals("error")) {
        throw new AssertionError(place(each) + e.getSQLState() + " " + e.getMessage(), e);
      }
      expectTrouble(each, rest, e);
    }
    return List.of();
  }

  private List<String> query(CaseRecord each, CaseSession session) throws SQLException {
    List<String> labels =
        new ArrayList<>(Arrays.asList(each.directive().split("\\s+", -1)))
            .subList(1, wordCount(each));
    boolean sort = !labels.isEmpty() && labels.get(0).equals("rowsort");
    try (Statement statement = session.connection().createStatement();
        ResultSet rows = statement.executeQuery(text(each, session.connection()))) {
      List<String> lines = Rows.lines(rows, sort ? labels.subList(1, labels.size()) : labels);
      return sort ? lines.stream().sorted().toList() : lines;
    } catch (SQLException e) {
      throw new AssertionError(place(each) + e.getSQLState() + " " + e.getMessage(), e);
    }
  }

  /** The statement, about the newest run where it says {@code <run>}. */
  private static String text(CaseRecord each, Connection connection) throws SQLException {
    return each.statement().contains("<run>")
        ? each.statement().replace("<run>", newestRun(connection))
        : each.statement();
  }

  private static void execute(CaseRecord each, Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(text(each, connection));
    }
  }

  private static String newestRun(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT MAX(run_id) FROM backfeed.sync_runs")) {
      row.next();
      return row.getString(1);
    }
  }

  private void autoCommit(CaseRecord each, String word, CaseSession session) throws SQLException {
    if (!word.matches("on|off")) {
      throw failure(each, "say on or off");
    }
    session.connection().setAutoCommit(word.equals("on"));
  }

  private static int wordCount(CaseRecord each) {
    return each.directive().split("\\s+", -1).length;
  }

  private void expectTrouble(CaseRecord each, String rest, SQLException trouble) {
    String[] words = rest.split(" ", 2);
    if (trouble == null) {
      throw failure(each, "there was no warning");
    }
    String state = trouble.getSQLState() == null ? "-" : trouble.getSQLState();
    if (!state.equals(words[0])
        || (words.length > 1 && !Rows.stable(trouble.getMessage()).contains(words[1]))) {
      throw failure(each, "but was: " + state + " " + trouble.getMessage());
    }
  }

  private void expect(CaseRecord each, String what, SQLWarning expected, SQLWarning actual) {
    if (actual != expected) {
      throw failure(each, "expected " + what + " but was: " + actual.getMessage());
    }
  }

  private void expectEqual(CaseRecord each, String expected, String actual) {
    if (!actual.equals(expected)) {
      throw failure(each, "but was: " + actual);
    }
  }

  private AssertionError failure(CaseRecord each, String message) {
    return new AssertionError(place(each) + each.directive() + "\n" + message);
  }

  private String place(CaseRecord each) {
    return file.getFileName() + ":" + each.line() + " on " + warehouse + ": ";
  }

  /** A directive that shows nothing. */
  @FunctionalInterface
  private interface Step {
    void take() throws SQLException;
  }

  private static List<String> done(Step step) throws SQLException {
    step.take();
    return List.of();
  }
}
