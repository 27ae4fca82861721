package dev.backfeed.engine.histories;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.EngineFixture;
import dev.backfeed.engine.Execution;
import dev.backfeed.engine.MovableClock;
import dev.backfeed.engine.Result;
import dev.backfeed.engine.RunListener;
import dev.backfeed.engine.TestWarehouse;
import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.spi.testing.ScriptedConnector;
import dev.backfeed.engine.spi.testing.ScriptedVendor.Call;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Carries out the lines of a script, on a real warehouse with a scripted destination, and writes
 * down what came of each. A line begins with one word:
 *
 * <ul>
 *   <li>{@code sql}: a statement of the warehouse's own
 *   <li>{@code ours}: a statement of ours; {@code {s1 2}} is the run of s1 that two came after
 *   <li>{@code tell}: how the destination is to answer
 *   <li>{@code lose OBJECT KEY}, {@code edit OBJECT KEY FIELDS}: what people do to its records
 *   <li>{@code clock PT1M}: moves it
 *   <li>{@code die before|after STEP N}: the next statement ends like a killed process where it
 *       comes to this step for the n-th time; another engine takes its place
 *   <li>{@code seize before|after STEP N}: there another client takes over, though it lives
 *   <li>{@code ->}: what came of the line before; not carried out
 * </ul>
 */
final class Stage implements AutoCloseable {
  private static final String OUTCOME = "-> ";
  private static final String ANSWERS = "SELECT COUNT(*) FROM backfeed.sync_log WHERE seq > 0";
  private static final String TABLE =
      "SELECT table_name FROM information_schema.tables WHERE table_name = 'people'";
  private static final Pattern RUN = Pattern.compile("\\{(\\w+) (\\d+)\\}");
  private final MovableClock clock = new MovableClock("2026-03-01T22:00:00Z");
  private final List<String> transcript = new ArrayList<>();
  private EngineFixture engine;
  private Execution next = Execution.PLAIN;
  private int replies;
  private Optional<String> seizedAt = Optional.empty();

  /** Opens an empty stage; what the history before left in the warehouse is cleared away. */
  Stage(TestWarehouse warehouse) throws SQLException {
    clear(warehouse);
    engine = EngineFixture.on(warehouse, clock, new ScriptedConnector());
  }

  /** What a history leaves when it ended well; dropping the whole schema would cost more. */
  private static void clear(TestWarehouse warehouse) throws SQLException {
    try (EngineFixture before = EngineFixture.bare(warehouse)) {
      if (before.query(TABLE).isEmpty()) {
        return;
      }
      before.sql("BEGIN");
      for (String sync : before.query("SELECT name FROM backfeed.syncs")) {
        before.ours("DROP SYNC " + sync);
      }
      before.ours("DROP DESTINATION crm");
      for (String table : List.of("sync_runs", "sync_log", "quota_claims", "run_batches")) {
        before.sql("DELETE FROM backfeed." + table);
      }
      for (String table : List.of("people", "feed_s1", "feed_s2", "firms")) {
        before.sql("DROP TABLE IF EXISTS " + table);
      }
      before.sql("COMMIT");
    }
  }

  /**
   * What came of a statement of ours.
   *
   * @param result empty if it raised or died
   * @param error empty if it did not
   * @param calls what the destination saw of it
   */
  record Reply(Optional<Result> result, Optional<StatementException> error, List<Call> calls) {
    boolean died() {
      return result.isEmpty() && error.isEmpty();
    }
  }

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  EngineFixture engine() {
    return engine;
  }

  MovableClock clock() {
    return clock;
  }

  /** The lines so far, each with what came of it. */
  List<String> transcript() {
    return transcript;
  }

  /** How many statements of ours there were. */
  int replies() {
    return replies;
  }

  /** Carries out one line. */
  void play(String line) throws SQLException {
    String word = line.split(" ", 2)[0];
    String rest = line.substring(Math.min(line.length(), word.length() + 1));
    switch (word) {
      case "ours" -> ours(rest);
      case "sql" -> done(line, () -> engine.sql(rest));
      case "tell" -> done(line, () -> engine.vendor().tell(rest));
      case "lose" -> done(line, () -> lose(rest.split(" ", 2)));
      case "edit" -> done(line, () -> edit(rest.split(" ", 3)));
      case "clock" -> done(line, () -> clock.move(Duration.parse(rest)));
      case "die" -> done(line, () -> endAt(rest.split(" ", 3), this::kill));
      case "seize" -> done(line, () -> endAt(rest.split(" ", 3), this::seize));
      case "->" -> {}
      default -> throw new IllegalArgumentException("no line begins with \"" + word + "\"");
    }
  }

  /** Carries out a statement of ours. */
  Reply ours(String statement) throws SQLException {
    transcript.add("ours " + statement);
    replies++;
    seizedAt = Optional.empty();
    engine.execution(next);
    next = Execution.PLAIN;
    Reply reply = reply(statement);
    engine.execution(next);
    reply.calls().forEach(call -> transcript.add(OUTCOME + describe(call)));
    int columns = statement.startsWith("VERIFY") ? 6 : 18;
    reply.result().ifPresent(result -> transcript.addAll(describe(result, columns)));
    reply.error().ifPresent(error -> transcript.add(OUTCOME + error.getSQLState()));
    if (reply.died()) {
      transcript.add(OUTCOME + "died");
    }
    return reply;
  }

  private Reply reply(String statement) throws SQLException {
    engine.vendor().calls();
    try {
      Result result = engine.ours(named(statement));
      return new Reply(Optional.of(result), Optional.empty(), engine.vendor().calls());
    } catch (StatementException e) {
      return new Reply(Optional.empty(), Optional.of(e), engine.vendor().calls());
    } catch (Killed e) {
      awaitCalls();
      EngineFixture other = engine.another();
      engine.close();
      engine = other;
      return new Reply(Optional.empty(), Optional.empty(), engine.vendor().calls());
    }
  }

  /** What to call a run in a script: so many runs of its sync came after it. */
  String nameOf(String run, String sync) throws SQLException {
    return "{%s %s}"
        .formatted(
            sync,
            engine
                .query(
                    "SELECT COUNT(*) FROM backfeed.sync_runs WHERE sync = '%s' AND run_id > '%s'"
                        .formatted(sync, run))
                .get(0));
  }

  /** The statement with the id of the run that is named in it. */
  private String named(String statement) throws SQLException {
    Matcher run = RUN.matcher(statement);
    return !run.find()
        ? statement
        : run.replaceFirst(
            engine
                .query(
                    "SELECT run_id FROM backfeed.sync_runs WHERE sync = '%s' ORDER BY run_id DESC LIMIT 1 OFFSET %s"
                        .formatted(run.group(1), run.group(2)))
                .get(0));
  }

  /** A call that was on its way when its process died arrives all the same. */
  private static void awaitCalls() {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("backfeed-push")) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }

  private interface Act {
    void act() throws SQLException;
  }

  private void done(String line, Act act) throws SQLException {
    transcript.add(line);
    act.act();
  }

  private void lose(String[] words) {
    engine.vendor().lose(words[0], words[1]);
  }

  private void edit(String[] words) {
    engine.vendor().edit(words[0], words[1], (ObjectNode) Json.read(words[2]));
  }

  private void endAt(String[] words, Act end) {
    RunListener listener =
        new RunListener() {
          private int times = Integer.parseInt(words[2]);

          @Override
          public void before(Step step) {
            at("before " + step);
          }

          @Override
          public void after(Step step) {
            at("after " + step);
          }

          private void at(String where) {
            if (where.equals(words[0] + " " + words[1]) && --times == 0) {
              try {
                end.act();
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            }
          }
        };
    next = new Execution(() -> false, Optional.empty(), 0, listener, false);
  }

  private void kill() {
    throw new Killed();
  }

  private void seize() throws SQLException {
    try (EngineFixture other = engine.another()) {
      other.sql(
          "UPDATE backfeed.control SET token = token + 1, owner = NULL WHERE owner IS NOT NULL");
      seizedAt = Optional.of(other.query(ANSWERS).get(0));
    }
  }

  /** Whether the last run was taken over; nothing may have been written by it since. */
  boolean seized() throws SQLException {
    if (seizedAt.isPresent()) {
      assertThat(engine.query(ANSWERS))
          .as("answers after the take-over")
          .containsExactly(seizedAt.get());
    }
    return seizedAt.isPresent();
  }

  private static String describe(Call call) {
    String changes =
        call.batch()
            .map(
                batch ->
                    batch.operation()
                        + batch.changes().stream()
                            .map(c -> " " + c.recordKey() + c.fields())
                            .reduce("", String::concat))
            .orElse("describe");
    return call.object() + " " + changes + " " + call.trouble() + call.answer().orElse(null);
  }

  private static List<String> describe(Result result, int columns) {
    if (result.rows().isEmpty()) {
      return List.of(OUTCOME + result.updateCount());
    }
    // Without run id, duration and message, where they are those of runs.
    return result.rows().stream()
        .map(row -> OUTCOME + row.subList(1, Math.min(columns, row.size())))
        .toList();
  }

  @Override
  public void close() throws SQLException {
    engine.close();
  }
}
