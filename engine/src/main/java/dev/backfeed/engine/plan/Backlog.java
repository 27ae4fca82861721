package dev.backfeed.engine.plan;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.BacklogStatements;
import dev.backfeed.engine.warehouse.BacklogStatements.Column;
import dev.backfeed.engine.warehouse.Detection;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Detect.By;
import dev.backfeed.parser.command.Option;
import dev.backfeed.parser.command.Query;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import dev.backfeed.parser.command.SyncDefinition;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The rows of change feeds that have no answer yet. Whoever reads a feed may consume it, so the
 * transaction that reads it writes its rows here; a row leaves when the destination has answered or
 * nothing is to be done for it. Syncs without a feed have no such table: what is asked of it does
 * nothing for them. To be used within transactions.
 */
public final class Backlog {
  private final Warehouse work;

  public Backlog(Warehouse work) {
    this.work = work;
  }

  /** Makes the table. */
  public void create(DiffSpec spec) throws SQLException {
    work.run(new BacklogStatements(work, spec).create());
  }

  /** Drops the table, with whatever waits there. */
  public void drop(StoredSync sync) throws SQLException {
    work.run(Sql.of("DROP TABLE IF EXISTS {}", work.table(sync.backlogTable())));
  }

  /**
   * Whether the table has rows, which another version of the sync takes over.
   *
   * @throws StatementException {@code 55000} if there are rows that would not fit
   */
  public boolean keptFor(StoredSync before, StoredSync after) throws SQLException {
    if (before.definition().detect().by() != By.OPERATION) {
      return false;
    }
    long rows = rows(before.backlogTable());
    if (rows > 0 && (!shape(before).equals(shape(after)) || lacksJudged(before, after))) {
      throw refused(
          before.name(),
          rows,
          "the columns that it is kept in would change: SYNC NOW "
              + before.name()
              + " until it is empty, or DROP SYNC to give it up");
    }
    return rows > 0;
  }

  /** Whether constraints may ask for columns that were not kept, or were of another query. */
  private static boolean lacksJudged(StoredSync before, StoredSync after) {
    return !after.definition().constraints().isEmpty()
        && (before.definition().constraints().isEmpty()
            || !before
                .definition()
                .query()
                .unordered()
                .equals(after.definition().query().unordered()));
  }

  private static StatementException refused(String sync, long rows, String why) {
    return new StatementException(
        SqlState.WRONG_STATE,
        "the backlog of sync \""
            + sync
            + "\" holds "
            + rows
            + (rows == 1 ? " row" : " rows")
            + " of its feed without an answer, and "
            + why);
  }

  /** What a definition says of the columns that rows are kept in, in whatever order. */
  private static Set<String> shape(StoredSync sync) {
    SyncDefinition definition = sync.definition();
    Set<String> shape = new HashSet<>();
    for (MappedColumn column : sync.columns()) {
      shape.add(column.stored() + " " + column.path() + " " + column.type().name());
      column
          .policy()
          .latestBy()
          .ifPresent(time -> shape.add("latest " + column.stored() + " " + time.folded()));
    }
    shape.add(definition.detect().by().name());
    definition.detect().column().ifPresent(op -> shape.add("op " + op.folded()));
    definition.detect().sequence().ifPresent(seq -> shape.add("seq " + seq.folded()));
    int place = 0;
    for (Query.OrderTerm term : definition.query().order()) {
      shape.add("order " + ++place + " " + term.text().toLowerCase(Locale.ROOT));
    }
    for (Option option : definition.options()) {
      if (option.name().folded().equals("idempotency_key")) {
        shape.add("idempotency " + option.value());
      }
    }
    return shape;
  }

  /**
   * Takes what the feed has into the table and drops what later rows have made void. With the
   * transaction the feed is consumed.
   *
   * @param batch later ones have greater numbers
   * @return what to compare then
   * @throws StatementException {@code 22023} for an operation that is none, {@code 55000} if the
   *     query's types have changed and rows wait in others
   */
  DiffSpec take(DiffSpec spec, StoredSync sync, long batch) throws SQLException {
    if (spec.detection().feed().isEmpty()) {
      return spec;
    }
    fit(spec, sync);
    DiffSpec taken = taken(spec);
    BacklogStatements statements = new BacklogStatements(work, taken);
    if (work.run(statements.take(batch)) > 0) {
      requireKnownOperations(taken, sync);
      work.run(statements.dropSuperseded());
    }
    return taken;
  }

  static DiffSpec taken(DiffSpec spec) {
    return spec.with(Detection.by(spec.detection().feed().orElseThrow().whenTaken()));
  }

  /** The query's types may have changed since the table was made. */
  private void fit(DiffSpec spec, StoredSync sync) throws SQLException {
    BacklogStatements statements = new BacklogStatements(work, spec);
    Sql table = work.table(sync.backlogTable());
    Map<String, QueryColumn> present =
        QueryColumn.of(work, Sql.of("SELECT * FROM {}", table).render(work.dialect()).text())
            .stream()
            .collect(Collectors.toMap(QueryColumn::name, c -> c, (a, b) -> a, TreeMap::new));
    List<Column> changed =
        statements.columns().stream()
            .filter(
                c ->
                    !present.containsKey(c.name())
                        || !c.type().equals(present.get(c.name()).type()))
            .toList();
    if (changed.isEmpty()) {
      return;
    }
    long rows = rows(sync.backlogTable());
    if (rows == 0) {
      drop(sync);
      create(spec);
      return;
    }
    for (Column column : changed) {
      QueryColumn is = present.get(column.name());
      if (is == null) {
        // The query has gained it, so that no constraint can ask for it yet.
        work.run(
            Sql.of(
                "ALTER TABLE {} ADD COLUMN {} {}",
                table,
                Sql.name(column.name()),
                Sql.type(column.type().name())));
        continue;
      }
      if (!work.dialect().widens(is.type(), column.type())) {
        throw refused(
            sync.name(),
            rows,
            "the query has changed a type from "
                + is.type().name()
                + " to "
                + column.type().name()
                + ": cast it back in the query until the backlog is empty");
      }
      work.run(
          work.dialect()
              .changeType(table, Sql.name(column.name()), Sql.type(column.type().name())));
    }
  }

  /**
   * Looks for an operation that is none, in the table or in a feed that is not taken.
   *
   * @throws StatementException {@code 22023} naming it
   */
  public void requireKnownOperations(DiffSpec spec, StoredSync sync) throws SQLException {
    if (spec.detection().feed().isEmpty()) {
      return;
    }
    Optional<String> unknown =
        work.queryOne(
            new BacklogStatements(work, spec).unknownOperation(), row -> row.getString(1));
    if (unknown.isPresent()) {
      throw new StatementException(
          SqlState.INVALID_VALUE,
          "column \""
              + spec.detection().feed().get().operation()
              + "\" of the feed of sync \""
              + sync.name()
              + "\" has the operation \""
              + unknown.get()
              + "\": it takes upsert, insert, update and delete");
    }
  }

  /** Lets go of the rows that a plan, made in this transaction, has nothing to do for. */
  void dropSettled(Plan plan, String planTable) throws SQLException {
    if (plan.spec().detection().feed().isPresent()) {
      work.run(
          new BacklogStatements(work, plan.spec())
              .dropSettled(plan.lastSeq() > 0 ? Optional.of(planTable) : Optional.empty()));
    }
  }

  /** Lets go of the rows that a run, whose plan is still there, has got answers for. */
  public void dropAnswered(Plan plan, String planTable, String runId) throws SQLException {
    if (plan.spec().detection().feed().isPresent()) {
      work.run(new BacklogStatements(work, plan.spec()).dropAnswered(planTable, runId));
    }
  }

  /** What a run sends to the warehouse before it compares. */
  List<Sql> explain(DiffSpec spec) {
    BacklogStatements statements = new BacklogStatements(work, taken(spec));
    return List.of(statements.take(0), statements.dropSuperseded());
  }

  private long rows(String table) throws SQLException {
    return work.number(Sql.of("SELECT COUNT(*) FROM {}", work.table(table)));
  }
}
