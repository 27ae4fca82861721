package dev.backfeed.engine.push;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.OnRemove;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * The rows of a plan as they would be sent. What a run only records (removals that are kept, or
 * that would hit a record another row stands for) is not among them. Reads only.
 */
public final class Preview {
  private final Warehouse work;
  private final StoredSync sync;
  private final SyncTarget target;
  private final DiffSpec spec;
  private final boolean removals;
  private final Operation writes;

  public Preview(Warehouse work, StoredSync sync, SyncTarget target, DiffSpec spec) {
    this.work = work;
    this.target = target;
    this.sync = sync;
    this.spec = spec;
    this.removals =
        sync.definition().removal() != OnRemove.KEEP || sync.definition().deleteWhen().isPresent();
    this.writes = SyncTarget.writes(sync.definition());
  }

  /** Rows whose values are read, and whose requests are not made yet. */
  public final class Rows {
    private final List<PlannedRow> planned;

    private Rows(List<PlannedRow> planned) {
      this.planned = planned;
    }

    /**
     * One result row each: operation, key, changes, request. Makes no call but those that read what
     * policies ask for.
     */
    public List<List<Object>> told(Destination destination) {
      String object = sync.definition().target().object();
      Optional<PresentValues> present =
          PresentValues.of(destination, object, spec, target.batchSize(Operation.READ));
      BatchSender sender = new BatchSender(destination, writes, object, true, present);
      return sender.decided(planned).stream()
          .filter(row -> !row.empty())
          .map(
              row ->
                  List.<Object>of(
                      row.op(), row.recordKey(), sender.changes(row, false), sender.request(row)))
          .toList();
    }
  }

  /** The first rows of a plan that is kept. */
  public Rows ofRun(String runId, long limit) throws SQLException {
    return rows(Sql.EMPTY, work.table(StoredSync.planTable(runId)), runId, limit);
  }

  /**
   * The first rows of a plan that would be made.
   *
   * @param with makes the relation {@code plan}
   */
  public Rows ofQuery(Sql with, long limit) throws SQLException {
    return rows(with, Sql.name("plan"), "preview", limit);
  }

  private Rows rows(Sql with, Sql plan, String runId, long limit) throws SQLException {
    boolean whole = spec.full() || writes == Operation.APPEND;
    PlanPages pages =
        new PlanPages(
            work,
            spec,
            with,
            plan,
            runId,
            Long.MAX_VALUE,
            whole,
            RowConstants.of(sync.definition(), spec, ObjectSchema.FREE_FORM));
    List<PlannedRow> rows = pages.first(limit, removals);
    return new Rows(
        rows.stream()
            .filter(row -> !row.superseded())
            .filter(row -> row.leaving().filter(l -> l == OnRemove.KEEP).isEmpty())
            .toList());
  }
}
