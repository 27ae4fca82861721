package dev.backfeed.engine.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.EngineFixture;
import dev.backfeed.engine.Execution;
import dev.backfeed.engine.RunListener;
import dev.backfeed.engine.TestWarehouse;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whole runs with a destination that costs nothing, beside floors and beside ways of finding
 * changes that others publish, on the same data and by turns.
 *
 * <p>{@code -Dbench.duckdb.rows=…} (10 million), {@code -Dbench.postgresql.rows=…} (1 million),
 * {@code -Dbench.rounds=…} (5).
 */
@Tag("bench")
class DiffBench {
  private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);

  private EngineFixture engine;
  private Meter meter;
  private StepCosts steps;
  private BenchModel model;
  private final Ratios ratios = new Ratios();

  @Test
  void duckdb() throws SQLException {
    compare("duckdb", Long.getLong("bench.duckdb.rows", 10_000_000));
  }

  @Test
  void postgresql() throws SQLException {
    compare("postgresql", Long.getLong("bench.postgresql.rows", 1_000_000));
  }

  private void compare(String warehouse, long rows) throws SQLException {
    TestWarehouse lying = TestWarehouse.named(warehouse);
    try (EngineFixture opened = EngineFixture.on(lying);
        Meter metering = new Meter(opened, lying.open(), warehouse)) {
      engine = opened;
      meter = metering;
      steps = new StepCosts(meter::cpu);
      model = new BenchModel(engine, warehouse, rows);
      model.create();
      model.baseline();
      engine.execution(steps.execution());
      run("the digests made", 0);
      OtherWays others = new OtherWays(engine);
      others.remember(rows);
      model.tidy();
      for (int round = 0; round < ROUNDS; round++) {
        round(others);
      }
      System.out.println("\n" + warehouse + ", " + rows + " rows\n\n" + ratios.markdown());
    }
  }

  private void round(OtherWays others) throws SQLException {
    measure(Ratios.FLOOR, () -> engine.query(model.readEachColumn()));
    measure("(ii) md5 of every row", () -> engine.query(model.hashEachRow()));
    run("no change", 0);
    run("400 changes", 400);
    run("1 % changed", model.rows() / 100);
    measure("CREATE TABLE AS of the model", () -> engine.sql("CREATE TABLE t AS " + all()));
    engine.sql("DROP TABLE t");
    firstPlan();
    measure("others: snapshot and EXCEPT", others::snapshot);
    measure("others: table of checksums", others::checksums);
    measure("others: hash a row kept outside", others::outside);
    model.tidy();
  }

  private void run(String name, long changes) throws SQLException {
    if (changes > 0) {
      model.change(changes);
    }
    steps.take();
    measure(
        name,
        () -> assertThat(engine.run(BenchModel.RUN)).contains(changes > 0 ? "changed=" : "unch"));
    steps.take().forEach((step, cpu) -> ratios.add(name + ": " + step, cpu));
  }

  /** A first run ends like a killed process as soon as it has its plan. */
  private void firstPlan() throws SQLException {
    engine.ours("RESET SYNC customers");
    RunListener dying =
        new RunListener() {
          @Override
          public void before(Step step) {
            steps.before(step);
          }

          @Override
          public void after(Step step) {
            steps.after(step);
            if (step == Step.PLAN) {
              throw new ThreadDeath();
            }
          }
        };
    engine.execution(new Execution(() -> false, Optional.empty(), 0, dying, false));
    try {
      engine.run(BenchModel.RUN);
    } catch (ThreadDeath planned) {
      ratios.add("first run: PLAN", steps.take().get(RunListener.Step.PLAN));
    }
    engine.execution(steps.execution());
    engine.ours("BASELINE SYNC customers");
    engine.run(BenchModel.RUN);
    model.tidy();
  }

  private void measure(String name, Meter.Measured what) throws SQLException {
    ratios.add(name, meter.cost(what));
  }

  private static String all() {
    return "SELECT " + BenchModel.COLUMNS + " FROM customers";
  }
}
