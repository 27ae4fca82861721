package dev.backfeed.engine.plan;

import dev.backfeed.engine.plan.Plan.Violated;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.DiffSpec.Expectation;
import dev.backfeed.engine.warehouse.ExpectStatements;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which constraints that are not about single rows alone do not hold. */
final class Expectations {
  private final Warehouse work;
  private final DiffSpec spec;

  Expectations(Warehouse work, DiffSpec spec) {
    this.work = work;
    this.spec = spec;
  }

  /** Of rows, from candidates. */
  List<Violated> ofRows(Sql candidates) throws SQLException {
    List<Expectation> counting = spec.rules().counting();
    if (counting.isEmpty()) {
      return List.of();
    }
    List<Sql> sums = new ArrayList<>();
    for (int i = 0; i < counting.size(); i++) {
      sums.add(
          Sql.of("CAST(COALESCE(SUM({}), 0) AS BIGINT)", Sql.name(ExpectStatements.counter(i))));
    }
    Optional<List<Violated>> violated =
        work.queryOne(
            Sql.of("SELECT {} FROM {} AS c", Sql.join(", ", sums), candidates),
            row -> {
              List<Violated> found = new ArrayList<>();
              for (int i = 0; i < counting.size(); i++) {
                if (row.getLong(i + 1) > 0) {
                  found.add(violated(counting.get(i), row.getLong(i + 1)));
                }
              }
              return found;
            });
    return violated.orElse(List.of());
  }

  /** The same where candidates are a query. */
  List<Violated> ofRowsIn(Sql candidates) throws SQLException {
    return ofRows(Sql.of("({})", candidates));
  }

  /** Of the whole result. */
  List<Violated> overall(Sql model) throws SQLException {
    List<Expectation> overall = spec.rules().overall();
    if (overall.isEmpty()) {
      return List.of();
    }
    Optional<List<Violated>> violated =
        work.queryOne(
            new ExpectStatements(work, spec).overall(model),
            row -> {
              List<Violated> found = new ArrayList<>();
              for (int i = 0; i < overall.size(); i++) {
                if (!row.getBoolean(i + 1)) {
                  found.add(violated(overall.get(i), 0));
                }
              }
              return found;
            });
    return violated.orElse(List.of());
  }

  private static Violated violated(Expectation expectation, long rows) {
    return new Violated(expectation.name(), expectation.onViolation(), rows);
  }
}
