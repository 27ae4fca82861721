package dev.backfeed.engine.histories;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.TestWarehouse;
import dev.backfeed.engine.histories.MatchModel.Held;
import dev.backfeed.engine.histories.MatchModel.Known;
import dev.backfeed.engine.histories.MatchModel.Person;
import dev.backfeed.engine.push.People;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A history of one sync with MATCH, whose records get another key in the middle. Others make
 * records with the same emails, calls fail and processes die; a run that goes well is held against
 * {@link MatchModel}, one that does not may have done any part of what it was to do.
 */
final class MatchTales implements AutoCloseable {
  private static final String OBJECT = "contacts";
  private static final int MOST_ROWS = 7;
  private static final List<String> EMAILS =
      Arrays.asList("a@x", "b@x", "c@x", "d@x", "e@x", "f@x", " ", null);
  private static final List<String> TROUBLES =
      List.of(
          "tell batch unknown_outcome gone",
          "tell batch unreachable gone",
          "tell batch answered;tell batch unknown_outcome gone",
          "tell read unreachable gone",
          "die after LEASE 1",
          "die after PLAN 1",
          "die before WRITE 1",
          "die after WRITE 1",
          "die before CHECKPOINT 1",
          "die after CHECKPOINT 1",
          "die before FINISH 1");

  private final Random random;
  private final Stage stage;
  private final MatchModel model;
  private int made;

  private MatchTales(TestWarehouse warehouse, long seed) throws SQLException {
    random = new Random(seed);
    stage = new Stage(warehouse);
    model = new MatchModel(random.nextBoolean(), random.nextBoolean());
  }

  /** Plays the history of a seed; one that fails is printed as a script. */
  static void play(TestWarehouse warehouse, long seed) throws SQLException {
    try (MatchTales tale = new MatchTales(warehouse, seed)) {
      try {
        tale.play();
      } catch (SQLException | RuntimeException | AssertionError e) {
        throw new AssertionError(
            "seed %d on %s: %s\n%s"
                .formatted(
                    seed,
                    warehouse.name(),
                    e.getMessage(),
                    String.join("\n", tale.stage.transcript())),
            e);
      }
    }
  }

  private void play() throws SQLException {
    stage.play("sql CREATE TABLE people (id VARCHAR, code VARCHAR, email VARCHAR, name VARCHAR)");
    define("id AS ext", "");
    steps(6 + random.nextInt(15));
    run();
    boolean moves =
        model.rows.keySet().stream()
            .anyMatch(row -> model.known.containsKey(row) && model.known.get(row).live());
    if (moves && random.nextBoolean()) {
      define("code AS ext", " REKEY FROM (id)");
      model.rekeyed = true;
      model.moving = true;
      steps(random.nextInt(3));
      if (random.nextBoolean()) {
        runBadly();
      }
      run();
      steps(random.nextInt(14));
      run();
    }
  }

  private void define(String key, String rekey) throws SQLException {
    Stage.Reply reply =
        stage.ours(
            "CREATE OR REPLACE SYNC people TO crm.contacts KEY (%s) MATCH (email AS mail)%s FIELDS (name%s) ON REMOVE %s ALLOW EMPTY WITH (max_attempts = 1000) AS SELECT * FROM people"
                .formatted(
                    key,
                    rekey,
                    model.sendsMail ? ", email AS mail" : "",
                    model.deletes ? "DELETE LIMIT REMOVALS TO 100 PERCENT" : "KEEP"));
    assertThat(reply.result()).as("the definition is taken").isPresent();
  }

  private void steps(int number) throws SQLException {
    for (int i = 0; i < number; i++) {
      int what = random.nextInt(20);
      int row = 1 + random.nextInt(MOST_ROWS);
      if (what < 4) {
        make();
      } else if (what < 12) {
        change(row, what < 6);
      } else if (what < 14 && !model.moving) {
        handOver(row, 1 + random.nextInt(MOST_ROWS));
      } else if (what < 17 && !model.moving) {
        run();
      } else if (!model.moving) {
        runBadly();
      }
    }
  }

  /** Others make a record. */
  private void make() throws SQLException {
    String name = "m" + ++made;
    String email = EMAILS.get(random.nextInt(EMAILS.size() - 2));
    stage.play(
        "tell makes %s %s {\"mail\":\"%s\",\"name\":\"theirs\",\"origin\":\"%s\"}"
            .formatted(OBJECT, name, email, name));
    Map<String, String> fields = Map.of("mail", email, "name", "theirs", "origin", name);
    model.records.put("rec-" + name, new Held(name, new TreeMap<>(fields)));
  }

  /** A row comes, changes or, where it may, leaves. */
  private void change(int row, boolean leaves) throws SQLException {
    if (!leaves || !model.rows.containsKey(row)) {
      put(row, EMAILS.get(random.nextInt(EMAILS.size())));
    } else if (!model.moving) {
      leave(row);
    }
  }

  /** A row leaves, and another one has its email, at once or after a run. */
  private void handOver(int from, int to) throws SQLException {
    Person person = model.rows.get(from);
    if (person == null || from == to) {
      return;
    }
    leave(from);
    if (random.nextBoolean()) {
      run();
    }
    put(to, person.email());
  }

  private void leave(int row) throws SQLException {
    stage.play("sql DELETE FROM people WHERE id = 'p%d'".formatted(row));
    model.rows.remove(row);
  }

  private void put(int row, String email) throws SQLException {
    if (model.rows.containsKey(row)) {
      leave(row);
    }
    Person person = new Person(email, "n" + random.nextInt(3));
    stage.play(
        "sql INSERT INTO people VALUES ('p%d', 'c%d', %s, '%s')"
            .formatted(row, row, email == null ? "NULL" : "'" + email + "'", person.name()));
    model.rows.put(row, person);
  }

  /** A run that nothing stands in the way of, and one more that has nothing to do. */
  private void run() throws SQLException {
    stage.play("clock PT24H");
    Set<Integer> ambiguous = model.run();
    Stage.Reply reply = stage.ours("SYNC NOW people");
    assertThat(reply.result()).as("the run has a result").isPresent();
    assertThat(records()).as("records").isEqualTo(model.named());
    assertThat(
            stage
                .engine()
                .query(
                    "SELECT ext, _destination_id FROM backfeed.state_people WHERE _removed_at IS"
                        + " NULL ORDER BY ext"))
        .as("state")
        .isEqualTo(model.state());
    assertThat(
            stage
                .engine()
                .query("SELECT record_key, error_type FROM backfeed.sync_errors ORDER BY 1"))
        .as("errors")
        .isEqualTo(ambiguous.stream().map(row -> model.key(row) + "|AMBIGUOUS_KEY").toList());
    assertThat(reply.result().get().rows().get(0).get(2))
        .as("status")
        .isEqualTo(ambiguous.isEmpty() ? "succeeded" : "partial");
    assertThat(stage.ours("SYNC NOW people").calls())
        .as("calls of a run that has nothing to do")
        .noneMatch(call -> call.batch().isPresent());
    People.inOrder(stage.engine());
  }

  /** What it has done is any part of what it was to do; the model goes on from there. */
  private void runBadly() throws SQLException {
    stage.play("clock PT24H");
    MatchModel after = model.copy();
    after.run();
    int trouble = random.nextInt(TROUBLES.size() + 4);
    if (trouble < TROUBLES.size()) {
      for (String line : TROUBLES.get(trouble).split(";", -1)) {
        stage.play(line);
      }
    } else {
      for (int row = 1 + random.nextInt(2); row <= MOST_ROWS; row += 1 + random.nextInt(3)) {
        stage.play("tell " + model.key(row) + " failed VALIDATION 400 no");
      }
    }
    stage.ours("SYNC NOW people");
    stage.play("tell reset");
    Map<String, Map<String, String>> before = model.named();
    Map<String, Map<String, String>> now = records();
    now.forEach(
        (name, fields) ->
            assertThat(fields)
                .as("record " + name)
                .isIn(Arrays.asList(before.get(name), after.named().get(name))));
    Set<String> others = origins(after.named());
    others.retainAll(origins(before));
    assertThat(origins(now)).as("records of others").containsAll(others);
    learn(now);
  }

  private static Set<String> origins(Map<String, Map<String, String>> records) {
    Set<String> origins = new TreeSet<>();
    records.values().stream()
        .filter(fields -> fields.containsKey("origin"))
        .forEach(fields -> origins.add(fields.get("origin")));
    return origins;
  }

  private void learn(Map<String, Map<String, String>> now) throws SQLException {
    Map<String, Held> records = new TreeMap<>();
    now.forEach(
        (name, fields) -> {
          String origin = fields.get("origin");
          records.put(
              origin == null ? idWithoutOrigin(name) : "rec-" + origin, new Held(name, fields));
        });
    model.records.clear();
    model.records.putAll(records);
    model.doubted.addAll(model.rows.keySet());
    model.known.clear();
    for (String line :
        stage
            .engine()
            .query("SELECT ext, _destination_id, _removed_at FROM backfeed.state_people")) {
      String[] values = line.split("\\|", -1);
      int row = MatchModel.row(values[0]);
      model.known.put(row, new Known(values[1], values[2].equals("null")));
      model.doubted.remove(row);
    }
  }

  /** A record that the sync has made, and may have moved since. */
  private String idWithoutOrigin(String name) {
    String former = "p" + name.substring(1);
    Known its = model.known.get(MatchModel.row(name));
    boolean moves = its != null && its.id().equals(model.idOf(former));
    return model.idOf(moves && model.idOf(name).equals("rec-" + name) ? former : name);
  }

  private Map<String, Map<String, String>> records() {
    Map<String, Map<String, String>> records = new TreeMap<>();
    stage
        .engine()
        .vendor()
        .records(OBJECT)
        .forEach((name, fields) -> records.put(name, texts(fields)));
    return records;
  }

  private static Map<String, String> texts(ObjectNode fields) {
    Map<String, String> texts = new TreeMap<>();
    fields.properties().stream()
        .filter(field -> !field.getValue().isNull())
        .forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
    return texts;
  }

  @Override
  public void close() throws SQLException {
    stage.close();
  }
}
