package dev.backfeed.engine.push;

import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.push.RecordSearch.Sought;
import dev.backfeed.engine.push.RecordSearch.Verdict;
import dev.backfeed.engine.spi.Destination;
import dev.backfeed.engine.spi.ObjectSchema;
import dev.backfeed.engine.spi.Operation;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.OnRemove;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

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
    private final PlanPages pages;

    private Rows(List<PlannedRow> planned, PlanPages pages) {
      this.planned = planned;
      this.pages = pages;
    }

    /**
     * One result row each: operation, key, changes, request. Makes no call but those that read what
     * policies ask for and look for records.
     */
    public List<List<Object>> told(Destination destination) throws SQLException {
      String object = sync.definition().target().object();
      int reads = target.batchSize(Operation.READ);
      Optional<ParentSearch> parents =
          ParentSearch.of(
              destination, target.readable(), object, spec, ObjectSchema.FREE_FORM, reads);
      Optional<MatchSearch> matches = MatchSearch.of(destination, object, spec, reads);
      BatchSender sender =
          new BatchSender(
              destination,
              writes,
              object,
              true,
              PresentValues.of(destination, object, spec, reads),
              parents);
      RecordSearch search =
          new RecordSearch(
              FormerSearch.of(destination, object, spec, reads),
              parents,
              matches,
              spec.rules().once(),
              pages);
      Map<Long, Sought> kept = new HashMap<>();
      List<PlannedRow> toSend = new ArrayList<>(planned);
      if (!search.idle()) {
        toSend.clear();
        List<Sought> looked = new ArrayList<>(search.look(rows(false), Preview::read));
        looked.addAll(search.lookForRemovals(rows(true), Preview::read));
        for (Sought sought : looked) {
          if (sought.verdict() == Verdict.SEND) {
            toSend.add(sought.row());
          } else {
            kept.put(sought.row().seq(), sought);
          }
        }
      }
      Map<Long, PlannedRow> decided = new HashMap<>();
      sender.decided(toSend).forEach(row -> decided.put(row.seq(), row));
      return planned.stream()
          .map(
              row ->
                  kept.containsKey(row.seq())
                      ? told(kept.get(row.seq()), sender)
                      : told(decided.get(row.seq()), sender))
          .flatMap(Optional::stream)
          .toList();
    }

    private List<PlannedRow> rows(boolean removed) {
      return planned.stream().filter(row -> row.removal() == removed).toList();
    }

    private Optional<List<Object>> told(PlannedRow row, BatchSender sender) {
      return row.empty() ? Optional.empty() : Optional.of(told(row, sender, sender.request(row)));
    }

    /** A row that would not be sent, and why; one whose record is there already is left out. */
    private Optional<List<Object>> told(Sought sought, BatchSender sender) {
      return sought
          .why()
          .map(
              why ->
                  told(
                      sought.row().undecided(),
                      sender,
                      "not sent: " + why.type() + ": " + why.message()));
    }

    private List<Object> told(PlannedRow row, BatchSender sender, String request) {
      return List.of(row.op(), row.recordKey(), sender.changes(row, false), request);
    }
  }

  /** The key under which a record is there so far, as JSON. */
  public static String formerKey(String mark) {
    return Json.write(FormerSearch.key(mark));
  }

  private static <T> List<T> read(List<Supplier<T>> calls) {
    return calls.stream().map(Supplier::get).toList();
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
            .toList(),
        pages);
  }
}
