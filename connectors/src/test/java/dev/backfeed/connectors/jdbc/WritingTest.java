package dev.backfeed.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.spi.Answer;
import dev.backfeed.engine.spi.Batch;
import dev.backfeed.engine.spi.Change;
import dev.backfeed.engine.spi.Change.Kind;
import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.DestinationContext;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Outcome;
import dev.backfeed.engine.spi.Outcome.Status;
import dev.backfeed.engine.spi.RunStopped;
import dev.backfeed.engine.spi.testing.Delivery;
import dev.backfeed.engine.spi.testing.FakeCallGate;
import dev.backfeed.engine.spi.testing.MemoryRecordStore;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What writing tables comes to, the same on each real database. */
abstract class WritingTest {
  final FakeCallGate gate = new FakeCallGate();
  Place place;
  Destination destination;

  @TempDir Path folder;

  abstract Place place(Path emptyFolder) throws SQLException;

  @BeforeEach
  void open() throws SQLException {
    place = place(folder);
    place.sql(
        "DROP TABLE IF EXISTS users",
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(50) NOT NULL, email VARCHAR(50) UNIQUE, score DECIMAL(10,2) CHECK (score >= 0))");
    destination = opened();
  }

  Destination opened() {
    return new JdbcConnector()
        .open(
            new DestinationContext(
                "appdb", place.options(), gate, (h, a, p) -> {}, MemoryRecordStore::new));
  }

  @AfterEach
  void close() {
    destination.close();
    assertThat(gate.openCalls()).isZero();
  }

  @Test
  void whatIsAppendedIsInserted() throws SQLException {
    place.sql(
        "DROP TABLE IF EXISTS log",
        "CREATE TABLE log (id INTEGER NOT NULL, name VARCHAR(50), score INTEGER)");
    List<Change> rows = List.of(user(Kind.ADDED, 1, "a"), user(Kind.CHANGED, 2, "b"));
    Delivery delivery = new Delivery(new JdbcConnector().manifest()::batchSize, destination, "log");
    for (int i = 0; i < 2; i++) {
      assertThat(delivery.deliver(Operation.APPEND, rows))
          .allMatch(o -> o.status() == Status.CREATED);
    }
    assertThat(place.rows("SELECT id, name, count(*) FROM log GROUP BY id, name ORDER BY id"))
        .containsExactly("1|a|2", "2|b|2");
  }

  @Test
  void aRowThatCannotBeAppendedFailsAlone() throws SQLException {
    upsert("users", List.of(user(Kind.ADDED, 1, "there")));
    List<Change> rows = List.of(user(Kind.ADDED, 1, "again"), user(Kind.ADDED, 2, "b"));
    Delivery delivery =
        new Delivery(new JdbcConnector().manifest()::batchSize, destination, "users");
    assertThat(delivery.deliver(Operation.APPEND, rows))
        .extracting(Outcome::status)
        .containsExactly(Status.FAILED, Status.CREATED);
    assertThat(place.rows("SELECT id, name FROM users ORDER BY id"))
        .containsExactly("1|there", "2|b");
  }

  @Test
  void manyRowsAreOneStatement() throws SQLException {
    List<Change> rows =
        IntStream.range(0, 500).mapToObj(i -> user(Kind.ADDED, i, "n" + i)).toList();
    destination.describe("users");
    int before = gate.calls();
    assertThat(upsert("users", rows)).allMatch(o -> o.status() == Status.CREATED);
    assertThat(gate.calls() - before).isEqualTo(1);
    assertThat(gate.bytes()).isGreaterThan(500);
    assertThat(place.rows("SELECT count(*), min(name) FROM users")).containsExactly("500|n0");
  }

  @Test
  void aChangedRowSetsItsOwnColumnsOnly() throws SQLException {
    place.sql("INSERT INTO users VALUES (1, 'Ada', 'a@x', 1), (2, 'Bo', 'b@x', 2)");
    List<Outcome> outcomes =
        upsert(
            "users",
            List.of(
                change(Kind.CHANGED, node().put("id", 1), node().put("score", 5), false),
                change(Kind.CHANGED, node().put("id", 2), node().putNull("email"), false),
                change(Kind.CHANGED, node().put("id", 9), node().put("score", 5), false)));
    assertThat(outcomes)
        .extracting(Outcome::status)
        .containsExactly(Status.UPDATED, Status.UPDATED, Status.VANISHED);
    assertThat(place.rows("SELECT id, name, email, CAST(score AS INTEGER) FROM users ORDER BY id"))
        .containsExactly("1|Ada|a@x|5", "2|Bo|null|2");
  }

  @Test
  void anUpdateThatAltersNothingHasFoundItsRow() throws SQLException {
    place.sql("INSERT INTO users VALUES (1, 'Ada', 'a@x', 1)");
    Change same = change(Kind.CHANGED, node().put("id", 1), node().put("name", "Ada"), false);
    assertThat(upsert("users", List.of(same)))
        .extracting(Outcome::status)
        .containsExactly(Status.UPDATED);
  }

  @Test
  void aWholeRowUpdatesWhatIsThere() throws SQLException {
    place.sql("INSERT INTO users VALUES (1, 'Ada', 'a@x', 1)");
    assertThat(upsert("users", List.of(user(Kind.RESENT, 1, "Ida"), user(Kind.ADDED, 2, "Bo"))))
        .extracting(Outcome::status)
        .containsExactly(Status.UPDATED, Status.CREATED);
    assertThat(place.rows("SELECT id, name, email FROM users ORDER BY id"))
        .containsExactly("1|Ida|a@x", "2|Bo|null");
  }

  @Test
  void deletesManyAndWhatIsGone() throws SQLException {
    place.sql("INSERT INTO users VALUES (1, 'Ada', null, 1), (2, 'Bo', null, 2)");
    List<Change> gone = List.of(removed(node().put("id", 1)), removed(node().put("id", 7)));
    assertThat(deliver(Operation.DELETE, "users", gone))
        .allMatch(o -> o.status() == Status.DELETED);
    assertThat(place.rows("SELECT id FROM users")).containsExactly("2");
  }

  @Test
  void compositeKeys() throws SQLException {
    place.sql(
        "DROP TABLE IF EXISTS seats",
        "CREATE TABLE seats (plane VARCHAR(9), seat INTEGER, who VARCHAR(9), PRIMARY KEY (plane, seat))");
    List<Change> rows = new ArrayList<>();
    for (int i = 0; i < 450; i++) {
      rows.add(seat(Kind.ADDED, "p" + i % 2, i, true, "w" + i));
    }
    upsert("seats", rows);
    assertThat(upsert("seats", List.of(seat(Kind.CHANGED, "p1", 1, false, "new"))))
        .extracting(Outcome::status)
        .containsExactly(Status.UPDATED);
    assertThat(place.rows("SELECT who FROM seats WHERE seat IN (0, 1) ORDER BY seat"))
        .containsExactly("w0", "new");
    deliver(Operation.DELETE, "seats", rows.subList(1, 450));
    assertThat(place.rows("SELECT plane, seat FROM seats")).containsExactly("p0|0");
    ObjectSchema schema = destination.describe("seats");
    assertThat(schema.field("seat").orElseThrow().key()).isTrue();
    assertThat(schema.field("who").orElseThrow().key()).isFalse();
  }

  @Test
  void namesInEveryShape() throws SQLException {
    place.sql(
        "DROP TABLE IF EXISTS \"My Table; --\"",
        "CREATE TABLE \"My Table; --\" (\"Id\" INTEGER PRIMARY KEY, \"select\" VARCHAR(9), \"a \"\"b\"\"\" VARCHAR(9))");
    ObjectNode fields = node().put("SELECT", "x").put("a \"b\"", "y");
    upsert("My Table; --", List.of(change(Kind.ADDED, node().put("id", 1), fields, true)));
    upsert(
        "my table; --",
        List.of(change(Kind.CHANGED, node().put("Id", 1), node().put("select", "z"), false)));
    assertThat(place.rows("SELECT * FROM \"My Table; --\"")).containsExactly("1|z|y");
  }

  @Test
  void threeHundredColumns() throws SQLException {
    String columns =
        IntStream.range(0, 300)
            .mapToObj(i -> "c" + i + " VARCHAR(20)")
            .collect(Collectors.joining(", "));
    place.sql(
        "DROP TABLE IF EXISTS wide", "CREATE TABLE wide (id INTEGER PRIMARY KEY, " + columns + ")");
    List<Change> rows = new ArrayList<>();
    for (int r = 0; r < 250; r++) {
      ObjectNode fields = node();
      for (int c = 0; c < 300; c++) {
        fields.put("c" + c, r + "/" + c);
      }
      rows.add(change(Kind.ADDED, node().put("id", r), fields, true));
    }
    assertThat(upsert("wide", rows)).allMatch(o -> o.status() == Status.CREATED);
    assertThat(place.rows("SELECT count(*), max(c299) FROM wide")).containsExactly("250|99/299");
  }

  @Test
  void badRowsFailAloneAndSayWhy() throws SQLException {
    place.sql("INSERT INTO users VALUES (100, 'Taken', 'taken@x', 1)");
    List<Change> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add(user(Kind.ADDED, i, "n" + i));
    }
    rows.set(
        3, change(Kind.ADDED, node().put("id", 3), node().put("name", "x").put("score", -1), true));
    rows.set(
        8,
        change(
            Kind.ADDED,
            node().put("id", 8),
            node().put("name", "x").put("email", "taken@x"),
            true));
    rows.set(11, change(Kind.ADDED, node().put("id", 11), node().putNull("name"), true));
    rows.set(
        15,
        change(
            Kind.ADDED, node().put("id", 15), node().put("name", "x").put("score", "many"), true));
    List<Outcome> outcomes = upsert("users", rows);
    for (int i = 0; i < 20; i++) {
      boolean bad = List.of(3, 8, 11, 15).contains(i);
      assertThat(outcomes.get(i).status())
          .as("row %d", i)
          .isEqualTo(bad ? Status.FAILED : Status.CREATED);
    }
    assertThat(List.of(3, 8, 11))
        .allSatisfy(
            i -> assertThat(outcomes.get(i).error().orElseThrow().type()).isEqualTo("CONSTRAINT"));
    assertThat(outcomes.get(15).error().orElseThrow().type()).isEqualTo("VALUE");
    assertThat(outcomes.get(15).error().orElseThrow().message()).contains("score");
    assertThat(place.rows("SELECT count(*) FROM users")).containsExactly("17");
    assertThat(place.rows("SELECT name FROM users WHERE id = 100")).containsExactly("Taken");
  }

  @Test
  void aRefusedBatchAppliesNothing() throws SQLException {
    Batch batch =
        new Batch(
            Operation.UPSERT,
            "users",
            List.of(
                user(Kind.ADDED, 1, "fine"),
                change(Kind.ADDED, node().put("id", 2), node().putNull("name"), true).at(1)),
            "0");
    assertThat(destination.write(batch)).isInstanceOf(Answer.Refused.class);
    assertThat(place.rows("SELECT count(*) FROM users")).containsExactly("0");
  }

  @Test
  void aValueTheColumnWouldBendIsRefused() {
    Change half = change(Kind.ADDED, node().put("id", 1.5), node().put("name", "x"), true);
    Outcome outcome = upsert("users", List.of(half)).get(0);
    assertThat(outcome.error().orElseThrow().message()).contains("\"id\"", "whole numbers");
  }

  @Test
  void unknownTableAndColumnNameTheNearest() {
    assertThatThrownBy(() -> destination.describe("user"))
        .isInstanceOfSatisfying(
            ConnectorException.class,
            e -> assertThat(e.kind()).isEqualTo(ConnectorException.Kind.MISCONFIGURED))
        .hasMessageContaining("did you mean \"users\"?");
    Change odd = change(Kind.ADDED, node().put("id", 1), node().put("nam", "x"), true);
    assertThatThrownBy(() -> upsert("users", List.of(odd)))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("no column \"nam\"")
        .hasMessageContaining("did you mean \"name\"?");
  }

  @Test
  void aKeyWithoutAUniqueIndexIsRefused() {
    Change byName = change(Kind.ADDED, node().put("name", "x"), node().put("id", 1), true);
    assertThatThrownBy(() -> upsert("users", List.of(byName)))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("unique index on exactly (\"name\")");
  }

  @Test
  void describesWhatAnInsertNeeds() {
    ObjectSchema schema = destination.describe("users");
    assertThat(schema.fields())
        .extracting(ObjectSchema.Field::name)
        .containsExactly("id", "name", "email", "score");
    assertThat(schema.field("NAME").orElseThrow().required()).isTrue();
    assertThat(schema.field("email").orElseThrow().required()).isFalse();
    assertThat(schema.field("email").orElseThrow().key()).isTrue();
    assertThat(schema.field("score").orElseThrow().type()).isEqualTo(ObjectSchema.FieldType.NUMBER);
  }

  @Test
  void severalWritersAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<List<Outcome>>> answers = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        int from = t * 100;
        answers.add(
            threads.submit(
                () ->
                    upsert(
                        "users",
                        IntStream.range(from, from + 100)
                            .mapToObj(i -> user(Kind.ADDED, i, "n" + i))
                            .toList())));
      }
      for (Future<List<Outcome>> answer : answers) {
        assertThat(answer.get()).hasSize(100).allMatch(o -> o.status() == Status.CREATED);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(place.rows("SELECT count(*) FROM users")).containsExactly("800");
  }

  @Test
  void aStoppedRunLeavesNoTransaction() throws SQLException {
    destination.describe("users");
    gate.stopAfter(gate.calls());
    assertThatThrownBy(() -> upsert("users", List.of(user(Kind.ADDED, 1, "x"))))
        .isInstanceOf(RunStopped.class);
    place.sql("INSERT INTO users (id, name) VALUES (1, 'free')");
    gate.stopAfter(Integer.MAX_VALUE);
    assertThat(upsert("users", List.of(user(Kind.CHANGED, 1, "later"))))
        .extracting(Outcome::status)
        .containsExactly(Status.UPDATED);
  }

  List<Outcome> upsert(String table, List<Change> rows) {
    return deliver(Operation.UPSERT, table, rows);
  }

  List<Outcome> deliver(Operation operation, String table, List<Change> rows) {
    return new Delivery(new JdbcConnector().manifest()::batchSize, destination, table)
        .deliver(operation, rows);
  }

  static ObjectNode node() {
    return JsonNodeFactory.instance.objectNode();
  }

  static Change user(Kind kind, int id, String name) {
    return change(kind, node().put("id", id), node().put("name", name).put("score", id), true);
  }

  static Change seat(Kind kind, String plane, int seat, boolean whole, String who) {
    ObjectNode key = node().put("plane", plane).put("seat", seat);
    return change(kind, key, node().put("who", who), whole);
  }

  static Change removed(ObjectNode key) {
    return change(Kind.REMOVED, key, node(), false);
  }

  static Change change(Kind kind, ObjectNode key, ObjectNode fields, boolean whole) {
    return new Change(
        0, kind, key.toString(), key, fields, whole, Optional.empty(), false, "0", node());
  }
}
