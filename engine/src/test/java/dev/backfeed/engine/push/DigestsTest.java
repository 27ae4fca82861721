package dev.backfeed.engine.push;

import static dev.backfeed.engine.push.People.RUN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.engine.EngineFixture;
import dev.backfeed.engine.Execution;
import dev.backfeed.engine.RunListener;
import dev.backfeed.engine.RunListener.Step;
import dev.backfeed.engine.TestWarehouse;
import dev.backfeed.engine.spi.ColumnType;
import dev.backfeed.engine.spi.ColumnType.Kind;
import dev.backfeed.engine.spi.KeyComparison;
import dev.backfeed.engine.spi.WarehouseDialect;
import dev.backfeed.engine.warehouse.Detection;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.DigestStatements;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.engine.warehouse.duckdb.DuckDbDialect;
import dev.backfeed.engine.warehouse.postgresql.PostgresqlDialect;
import dev.backfeed.parser.command.Scope;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Digests are either not sealed or exactly what the state gives when it is asked again, whatever
 * happened; and no run misses anything because of them.
 */
class DigestsTest {
  private static final int ROWS = 200;

  private final StatementLog log = new StatementLog();
  private String warehouse;
  private EngineFixture fixture;

  private void open(String name) throws SQLException {
    warehouse = name;
    fixture = EngineFixture.watched(TestWarehouse.named(name), log::watch);
    People.create(fixture, ROWS);
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=200 added=200 created=200");
    assertSealed();
    fixture.vendor().sent();
  }

  @AfterEach
  void inOrder() throws SQLException {
    People.inOrder(fixture);
    fixture.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void fewChangesAmongManyRows(String name) throws SQLException {
    open(name);
    fixture.sql("UPDATE people SET name = NULL WHERE id = 5");
    fixture.sql("UPDATE people SET name = '' WHERE id = 6");
    fixture.sql("DELETE FROM people WHERE id IN (7, 8)");
    People.add(fixture, 201, 203);
    assertThat(fixture.run(RUN))
        .isEqualTo(
            "succeeded selected=201 unchanged=196 added=3 changed=2 removed=2 created=3 updated=2"
                + " deleted=2");
    assertSealed();
    fixture.sql("UPDATE people SET name = '' WHERE id = 5");
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=201 unchanged=200 changed=1 updated=1");
    assertSealed();
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=201 unchanged=201");
    assertSealed();
  }

  /** Many dirty rows are compared where they are, a few are set apart first. */
  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aFifthOfTheRows(String name) throws SQLException {
    open(name);
    fixture.sql("UPDATE people SET score = -score WHERE id <= 30");
    fixture.sql("DELETE FROM people WHERE id BETWEEN 31 AND 40");
    log.clear();
    assertThat(fixture.run(RUN)).contains("unchanged=160", "changed=30", "deleted=10");
    assertThat(log.statements()).noneMatch(s -> s.contains("_backfeed_dirty_state"));
    assertSealed();
    fixture.sql("UPDATE people SET score = -score WHERE id <= 3");
    log.clear();
    assertThat(fixture.run(RUN)).contains("unchanged=187", "changed=3");
    assertThat(log.statements()).anyMatch(s -> s.contains("_backfeed_dirty_state"));
    assertSealed();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void anUnchangedModelIsReadOnceAndNothingIsJoined(String name) throws SQLException {
    open(name);
    log.clear();
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=200 unchanged=200");
    assertThat(log.statements().stream().filter(s -> s.contains("FROM people")).toList())
        .as("statements with the model in them")
        .hasSize(2)
        .anySatisfy(s -> assertThat(s).endsWith("LIMIT 0"))
        .anySatisfy(s -> assertThat(s).contains("_digest_").doesNotContain("_state_"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void rowsThatSwapTheirValues(String name) throws SQLException {
    open(name);
    fixture.sql(
        "UPDATE people SET name = 'n' || (211 - id), score = 211 - id WHERE id BETWEEN 11 AND 20"
            + " OR id BETWEEN 191 AND 200");
    assertThat(fixture.run(RUN)).contains("unchanged=180", "changed=20");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void rowsWithoutKeyAreCountedAndNotedWithoutASecondLook(String name) throws SQLException {
    open(name);
    fixture.sql("INSERT INTO people VALUES (NULL, 'x', 1), (NULL, 'y', 2)");
    for (int run = 1; run <= 2; run++) {
      log.clear();
      assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=202 unchanged=200 rejected=2");
      assertThat(log.statements().stream().filter(s -> s.contains("FROM people"))).hasSize(2);
      assertThat(fixture.query("SELECT record_key, error_type FROM backfeed.sync_errors"))
          .containsExactly("|NULL_KEY");
    }
    assertThat(fixture.query("SELECT COUNT(*) FROM backfeed.sync_log WHERE outcome = 'rejected'"))
        .containsExactly("1");
    fixture.sql("UPDATE people SET score = -1 WHERE id = 3");
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=202 unchanged=199 changed=1 updated=1 rejected=2");
    fixture.sql("DELETE FROM people WHERE id IS NULL");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=200 unchanged=200");
    assertThat(fixture.query("SELECT * FROM backfeed.row_notes")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void repeatedKeysAreRejectedEachTime(String name) throws SQLException {
    open(name);
    fixture.sql("INSERT INTO people VALUES (9, 'n9', 9), (300, 'a', 1), (300, 'b', 1)");
    for (int run = 1; run <= 2; run++) {
      assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=203 unchanged=199 rejected=4");
      assertSealed();
    }
    fixture.sql("DELETE FROM people WHERE id = 9");
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=201 unchanged=199 removed=1 deleted=1 rejected=2");
    assertSealed();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void rowsTheDestinationRefusesStayDirty(String name) throws SQLException {
    open(name);
    fixture.sql("UPDATE people SET score = -1 WHERE id IN (3, 4)");
    fixture.vendor().tell("3 failed VALIDATION 400 no");
    assertThat(fixture.run(RUN)).contains("changed=2", "failed=1");
    assertSealed();
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=200 unchanged=199 changed=1 deferred=1");
    fixture.sql("UPDATE people SET score = 3 WHERE id = 3");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=200 unchanged=200");
    assertThat(fixture.query("SELECT * FROM backfeed.row_notes")).isEmpty();
    assertSealed();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aLostAnswerKeepsItsRowDirtyThoughTheModelGoesBack(String name) throws SQLException {
    open(name);
    fixture.sql("UPDATE people SET score = -1 WHERE id = 3");
    fixture.vendor().tell("batch unknown_outcome the line broke");
    assertThatThrownBy(() -> fixture.run(RUN)).hasMessageContaining("the line broke");
    assertSealed();
    fixture.sql("UPDATE people SET score = 3 WHERE id = 3");
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=200 unchanged=200 resent=1 updated=1");
    assertSealed();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aRunThatDiesLeavesNoSeal(String name) throws SQLException {
    open(name);
    int id = 0;
    for (Step step : List.of(Step.PLAN, Step.WRITE, Step.CHECKPOINT)) {
      id++;
      fixture.sql("UPDATE people SET score = score + 1000 WHERE id = " + id);
      dieAfter(step);
      assertThat(fixture.query("SELECT digests FROM backfeed.control")).containsExactly("null");
      assertThat(fixture.run(RUN)).startsWith("succeeded selected=200 unchanged=");
      assertSealed();
      assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=200 unchanged=200");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void statementsThatTouchTheStateBreakTheSeal(String name) throws SQLException {
    open(name);
    fixture.ours("BASELINE SYNC people");
    assertStale();
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=200 unchanged=200");
    assertSealed();
    fixture.ours("RESET SYNC people");
    assertStale();
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=200 added=200 updated=200");
    assertSealed();
    String replace =
        "CREATE OR REPLACE SYNC people TO crm.contacts KEY (id) MODE MIRROR AS SELECT ";
    fixture.ours(replace + "id, name FROM people");
    assertStale();
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=200 unchanged=200");
    fixture.ours(replace + "id, name, CASE WHEN id < 9 THEN 1 END AS one FROM people");
    assertStale();
    assertThat(fixture.run(RUN)).contains("unchanged=192", "changed=8");
    fixture.ours("DROP SYNC people");
    assertThat(
            fixture.query(
                "SELECT table_name FROM information_schema.tables WHERE table_name LIKE"
                    + " '%digest%'"))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void aColumnWhoseTypeChanges(String name) throws SQLException {
    open(name);
    fixture.sql("ALTER TABLE people ALTER COLUMN score TYPE DECIMAL(20,3)");
    fixture.run(RUN);
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=200 unchanged=200");
    fixture.sql("UPDATE people SET score = score + 0.001 WHERE id = 1");
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=200 unchanged=199 changed=1 updated=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whatARunLeavesOnPurposeIsFoundByTheNext(String name) throws SQLException {
    open(name);
    fixture.sql("UPDATE people SET score = -score WHERE id <= 6");
    fixture.sql("DELETE FROM people WHERE id = 100");
    assertThat(fixture.run(RUN + " LIMIT 2")).contains("changed=6", "updated=2", "deferred=5");
    assertSealed();
    assertThat(fixture.run(RUN)).contains("changed=4", "removed=1", "updated=4", "deleted=1");
    assertSealed();
    fixture.sql("DELETE FROM people WHERE id > 50");
    assertThatThrownBy(() -> fixture.run(RUN)).hasMessageContaining("would be removed");
    assertThatThrownBy(() -> fixture.run(RUN)).hasMessageContaining("would be removed");
    fixture.sql("DELETE FROM people");
    assertThatThrownBy(() -> fixture.run(RUN)).hasMessageContaining("ALLOW EMPTY");
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void whereMuchMovesEachTimeDigestsAreLeftAloneUntilItSettles(String name) throws SQLException {
    open(name);
    for (int run = 1; run <= 2; run++) {
      fixture.sql("UPDATE people SET score = score + 1000");
      log.clear();
      assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=200 changed=200 updated=200");
    }
    assertThat(log.statements()).noneMatch(s -> s.contains("_digest_"));
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=200 unchanged=200");
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=200 unchanged=200");
    assertSealed();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "postgresql"})
  void rowsThatAreRememberedAndComeBack(String name) throws SQLException {
    open(name);
    fixture.ours(
        "CREATE OR REPLACE SYNC people TO crm.contacts KEY (id) AS SELECT id, name, score FROM"
            + " people");
    fixture.sql("DELETE FROM people WHERE id IN (10, 11)");
    assertThat(fixture.run(RUN)).contains("removed=2", "skipped=2");
    assertSealed();
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=198 unchanged=198");
    assertSealed();
    People.add(fixture, 10, 11);
    fixture.sql("UPDATE people SET score = 0 WHERE id = 11");
    assertThat(fixture.run(RUN))
        .isEqualTo("succeeded selected=200 unchanged=199 changed=1 updated=1");
    assertSealed();
    assertThat(fixture.query("SELECT rows_in_state FROM backfeed.sync_state"))
        .containsExactly("200");
    fixture.sql("DELETE FROM people WHERE id = 10");
    fixture.run(RUN);
    People.add(fixture, 10, 10);
    assertThat(fixture.run(RUN)).isEqualTo("succeeded selected=200 unchanged=200");
    assertSealed();
  }

  private void assertStale() throws SQLException {
    assertThat(fixture.query("SELECT 1 FROM backfeed.control WHERE digests LIKE '%@' || epoch"))
        .isEmpty();
  }

  /** What is stored is what the state gives. */
  private void assertSealed() throws SQLException {
    assertThat(fixture.query("SELECT 1 FROM backfeed.control WHERE digests LIKE '%@' || epoch"))
        .hasSize(1);
    WarehouseDialect dialect =
        warehouse.equals("duckdb") ? new DuckDbDialect() : new PostgresqlDialect();
    String create =
        new DigestStatements(new Warehouse(null, dialect, "", "backfeed"), spec())
            .create()
            .render(dialect)
            .text();
    String fresh = create.substring(create.indexOf("SELECT"));
    String stored = "SELECT * FROM " + create.split(" ", 4)[2];
    assertThat(fixture.query("(" + stored + ") EXCEPT (" + fresh + ")")).isEmpty();
    assertThat(fixture.query("(" + fresh + ") EXCEPT (" + stored + ")")).isEmpty();
  }

  private DiffSpec spec() throws SQLException {
    String id = fixture.query("SELECT sync_id FROM backfeed.syncs").get(0);
    ColumnType number = new ColumnType(Kind.INTEGER, "bigint");
    return new DiffSpec(
        id,
        "",
        List.of(new MappedColumn("id", List.of("id"), "k1", number)),
        List.of(
            new MappedColumn("name", List.of("name"), "f1", new ColumnType(Kind.TEXT, "text")),
            new MappedColumn("score", List.of("score"), "f2", number)),
        List.of(),
        KeyComparison.EXACT,
        "UTC",
        "_state_" + id,
        Scope.CHANGES,
        OptionalLong.empty(),
        false,
        5,
        true,
        OffsetDateTime.MIN,
        Optional.empty(),
        DiffSpec.Rules.NONE,
        Detection.DIFF,
        Optional.empty());
  }

  /** Ends a run after a step the way a killed process would. */
  private void dieAfter(Step last) {
    fixture.execution(
        new Execution(
            () -> false,
            Optional.empty(),
            0,
            new RunListener() {
              @Override
              public void after(Step step) {
                if (step == last) {
                  throw new ThreadDeath();
                }
              }
            },
            false));
    assertThatThrownBy(() -> fixture.ours(RUN)).isInstanceOf(ThreadDeath.class);
    fixture.execution(Execution.PLAIN);
  }
}
