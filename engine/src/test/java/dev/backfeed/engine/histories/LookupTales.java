package dev.backfeed.engine.histories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.histories.LookupModel.Person;
import dev.backfeed.engine.push.People;
import dev.backfeed.engine.spi.testing.ScriptedVendor.Call;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A history of two syncs: {@code firms}, and {@code people} that refer to them by {@code LOOKUP}.
 * What comes of each run is held against {@link LookupModel}.
 */
final class LookupTales {
  private static final List<String> FIRMS = List.of("f1", "f2", "f3", "f4");
  private static final List<String> PEOPLE = List.of("p1", "p2", "p3", "p4", "p5", "p6");
  private static final List<String> NAMES = List.of("x", "y", "z");
  private static final List<String> RUNS =
      List.of("firms", "people", "people", "firms, people", "people, firms", "ALL");
  private static final List<String> FAULTS =
      List.of(
          "batch unknown_outcome the line broke",
          "batch answered",
          "batch unreachable nobody is there",
          "batch throttled wait",
          "batch refused VALIDATION 400 bad batch",
          "batch always unknown_outcome the line broke",
          "batch always unreachable nobody is there",
          "read unreachable nobody is there",
          "read always unreachable nobody is there");
  private static final List<String> STEPS =
      List.of("LEASE", "PLAN", "INTENT", "WRITE", "CHECKPOINT", "FINISH");

  private final Stage stage;
  private final Random random;
  private final LookupModel model;
  private final Set<String> made = new TreeSet<>();

  /** Syncs whose last run may have died: nothing has settled it yet. */
  private final Set<String> dead = new TreeSet<>();

  private int lastMade;

  /** One history. */
  LookupTales(Stage stage, long seed) {
    this.stage = stage;
    this.random = new Random(seed);
    this.model = new LookupModel(random.nextBoolean(), random.nextBoolean());
  }

  /** Plays it to its end. */
  void play() throws SQLException {
    stage.ours("CREATE OR REPLACE DESTINATION crm TYPE scripted WITH (max_retries = 1)");
    stage.play("sql CREATE TABLE firms (id VARCHAR, name VARCHAR)");
    stage.play("sql CREATE TABLE people (id VARCHAR, firm VARCHAR, name VARCHAR)");
    List<String> syncs =
        new ArrayList<>(
            List.of(
                sync("firms", "companies KEY (ext)", model.deletesFirms, "")
                    + " AS SELECT id AS ext, name FROM firms",
                sync(
                        "people",
                        "contacts KEY (id)",
                        model.deletesPeople,
                        " FIELDS (firm AS firm_id LOOKUP companies BY ext, name)")
                    + " AS SELECT * FROM people"));
    for (String sync : random.nextBoolean() ? syncs : List.of(syncs.get(1), syncs.get(0))) {
      stage.ours(sync);
    }
    for (int left = 6 + random.nextInt(25); left > 0; left--) {
      step();
    }
    end();
  }

  private String sync(String name, String target, boolean deletes, String fields) {
    return "CREATE SYNC %s TO crm.%s ON REMOVE %s%s ALLOW EMPTY WITH (max_attempts = 50, batch_size = %d)"
        .formatted(name, target, deletes ? "DELETE" : "KEEP", fields, 1 + random.nextInt(3));
  }

  private void step() throws SQLException {
    switch (random.nextInt(10)) {
      case 0, 1 -> changeFirm();
      case 2, 3, 4 -> changePerson();
      case 5 -> others();
      case 6, 7, 8 -> run("", List.of(), "");
      default -> badRun();
    }
  }

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private void changeFirm() throws SQLException {
    String key = any(FIRMS);
    stage.play("sql DELETE FROM firms WHERE id = '" + key + "'");
    model.firms.remove(key);
    if (random.nextInt(3) > 0) {
      String name = any(NAMES);
      stage.play("sql INSERT INTO firms VALUES ('%s', '%s')".formatted(key, name));
      model.firms.put(key, name);
    }
  }

  private void changePerson() throws SQLException {
    String key = any(PEOPLE);
    stage.play("sql DELETE FROM people WHERE id = '" + key + "'");
    Person before = model.people.remove(key);
    if (random.nextInt(4) > 0) {
      boolean stays = before != null && random.nextBoolean();
      String another = random.nextInt(5) == 0 ? null : any(FIRMS);
      Person person = new Person(stays ? before.firm() : another, any(NAMES));
      String firm = person.firm() == null ? "NULL" : "'" + person.firm() + "'";
      stage.play(
          "sql INSERT INTO people VALUES ('%s', %s, '%s')".formatted(key, firm, person.name()));
      model.people.put(key, person);
    }
  }

  /** What others do at the destination. */
  private void others() throws SQLException {
    switch (random.nextInt(4)) {
      case 0, 1 -> {
        String name = "made" + ++lastMade;
        stage.play("tell makes companies " + name + " {\"ext\":\"" + any(FIRMS) + "\"}");
        made.add(name);
      }
      case 2 -> {
        String name =
            made.isEmpty() || random.nextInt(3) == 0 ? any(FIRMS) : any(List.copyOf(made));
        stage.play("lose companies " + name);
        made.remove(name);
      }
      default -> {
        String key = any(PEOPLE);
        stage.play("lose contacts " + key);
        model.disturbed.add(key);
      }
    }
  }

  private void badRun() throws SQLException {
    if (random.nextBoolean()) {
      String when = random.nextBoolean() ? "before " : "after ";
      run("", List.of(), "die " + when + any(STEPS) + " " + (1 + random.nextInt(3)));
      return;
    }
    List<String> faults = new ArrayList<>();
    for (int left = 1 + random.nextInt(3); left > 0; left--) {
      String row = random.nextInt(3) == 0 ? any(FIRMS) : any(PEOPLE);
      String always = random.nextBoolean() ? " always" : "";
      faults.add(random.nextBoolean() ? any(FAULTS) : row + always + " failed VALIDATION 400 no");
    }
    run("", faults, "");
  }

  private void run(String scope, List<String> faults, String death) throws SQLException {
    runOf(any(RUNS), scope, faults, death);
  }

  private List<Call> runOf(String which, String scope, List<String> faults, String death)
      throws SQLException {
    // Whatever has failed may be tried again.
    stage.play("clock PT7H");
    for (String fault : faults) {
      stage.play("tell " + fault);
    }
    if (!death.isEmpty()) {
      stage.play(death);
    }
    Stage.Reply reply = stage.ours("SYNC NOW " + which + scope);
    stage.play("tell reset");
    Map<String, String> status = new TreeMap<>();
    reply
        .result()
        .ifPresent(r -> r.rows().forEach(row -> status.put("" + row.get(1), "" + row.get(2))));
    List<String> objects = reply.calls().stream().map(Call::object).distinct().toList();
    assertThat(objects).isSubsetOf("companies", "contacts").isSorted();
    assertThat(reply.calls().stream().map(Call::object).toList()).as("parents first").isSorted();
    boolean good = faults.isEmpty() && !reply.died();
    if (good) {
      assertThat(reply.error()).as("error").isEmpty();
      assertThat(status.values()).isSubsetOf("succeeded", "partial");
    }
    dead.removeAll(status.keySet());
    if (reply.died()) {
      dead.addAll(List.of("firms", "people"));
    }
    if (dead.isEmpty()) {
      People.inOrder(stage.engine());
    }
    if (!which.equals("people")) {
      model.firmsRan(reply.calls(), status.get("firms"), good);
    }
    model.companies = stage.engine().vendor().records("companies");
    if (!which.equals("firms")) {
      LookupModel.Notes notes = new LookupModel.Notes(owed("PARENT_MISSING"), failed());
      model.peopleRan(reply.calls(), status.get("people"), good, scope.isEmpty(), notes);
    }
    model.atRecords(stage.engine().vendor().records("contacts"));
    return reply.calls();
  }

  private Set<String> owed(String reason) throws SQLException {
    return new TreeSet<>(
        stage
            .engine()
            .query(
                "SELECT record_key FROM backfeed.sync_pending WHERE sync = 'people' AND reason = '"
                    + reason
                    + "'"));
  }

  private Set<String> failed() throws SQLException {
    return new TreeSet<>(
        stage
            .engine()
            .query(
                "SELECT record_key FROM backfeed.sync_errors WHERE sync = 'people' AND error_type"
                    + " = 'AMBIGUOUS_KEY'"));
  }

  /** Good runs of both: the destination has what it should, and there is nothing left to say. */
  private void end() throws SQLException {
    for (String scope : List.of("", " FULL")) {
      runOf("ALL", scope, List.of(), "");
      assertThat(runOf("people, firms", "", List.of(), "")).as("nothing is left").isEmpty();
    }
    model.atEnd(stage.engine().vendor().records("contacts"));
  }
}
