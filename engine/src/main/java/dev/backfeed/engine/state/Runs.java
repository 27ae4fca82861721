package dev.backfeed.engine.state;

import dev.backfeed.engine.Trigger;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** The table {@code sync_runs}. Counters are written as they stand at that moment. */
public final class Runs {
  private final Warehouse work;

  public Runs(Warehouse work) {
    this.work = work;
  }

  /**
   * A run that has its lease and is about to plan.
   *
   * @param triggeredBy what it was begun by
   * @param trigger who asked, and in what context
   */
  public void begin(
      StoredSync sync, String runId, String triggeredBy, Trigger trigger, OffsetDateTime now)
      throws SQLException {
    List<Sql> zeros = Counters.NAMES.stream().map(name -> Sql.number(0)).toList();
    work.run(
        Sql.of(
            "INSERT INTO {} VALUES ({}, {}, {}, {}, {}, {}, {}, 'planning', {},"
                + " NULL, {}, 0, NULL, 0, 0, NULL, NULL, (SELECT epoch FROM {} WHERE sync_id = {}),"
                + " {}, 0)",
            work.table("sync_runs"),
            Sql.bind(runId),
            Sql.bind(sync.syncId()),
            Sql.bind(sync.name()),
            Sql.number(sync.version()),
            Sql.bind(triggeredBy),
            trigger.requestedBy().map(Sql::bind).orElse(Sql.of("CURRENT_USER")),
            trigger
                .context()
                .map(context -> work.dialect().toJson(Sql.bind(context)))
                .orElse(Sql.of("NULL")),
            Sql.bind(now),
            Sql.join(", ", zeros),
            work.table("control"),
            Sql.bind(sync.syncId()),
            Sql.bind(sync.definition().target().destination().text())));
  }

  /**
   * The plan is made: what there is to do.
   *
   * @param horizon as for {@link #progress}
   */
  public void running(String runId, Counters counters, long horizon) throws SQLException {
    work.run(
        Sql.of(
            "UPDATE {} SET status = 'running', horizon = {}, {} WHERE run_id = {}",
            work.table("sync_runs"),
            Sql.number(horizon),
            assignments(counters),
            Sql.bind(runId)));
  }

  /**
   * Answers so far.
   *
   * @param horizon the greatest seq that may be sent before this is called again
   */
  public void progress(String runId, Counters counters, long horizon) throws SQLException {
    work.run(
        Sql.of(
            "UPDATE {} SET horizon = {}, {} WHERE run_id = {}",
            work.table("sync_runs"),
            Sql.number(horizon),
            assignments(counters),
            Sql.bind(runId)));
  }

  /** A run whose plan was approved has its lease again, and is about to send. */
  public void approved(String runId, OffsetDateTime now) throws SQLException {
    work.run(
        Sql.of(
            "UPDATE {} SET status = 'planning', triggered_by = 'approve', requested_by ="
                + " CURRENT_USER, started_at = {}, finished_at = NULL, deferred = 0, message ="
                + " NULL, error = NULL, horizon = 0 WHERE run_id = {}",
            work.table("sync_runs"),
            Sql.bind(now),
            Sql.bind(runId)));
  }

  /** What was counted when the plan of a run was made. */
  public Counters planned(String runId) throws SQLException {
    return work.queryOne(
            Sql.of(
                "SELECT {} FROM {} WHERE run_id = {}",
                Sql.join(", ", Counters.NAMES.stream().map(Sql::name).toList()),
                work.table("sync_runs"),
                Sql.bind(runId)),
            Counters::planned)
        .orElseThrow();
  }

  /** Makes the answers those that are in the log. */
  public void recount(String runId, Counters counters) throws SQLException {
    counters.forgetAnswers();
    work.query(
        Sql.of(
            "SELECT outcome, COUNT(*) FROM {} WHERE run_id = {} AND seq > 0 GROUP BY outcome",
            work.table("sync_log"),
            Sql.bind(runId)),
        row -> {
          counters.count(row.getString(1), row.getLong(2));
          return null;
        });
  }

  /** How a run ended. */
  public void finish(String runId, RunEnd end) throws SQLException {
    work.run(
        Sql.of(
            "UPDATE {} SET status = {}, finished_at = {}, {}, duration_ms = {}, message = {},"
                + " bytes_sent = {}, rate_limited_ms = {}, error = {} WHERE run_id = {}",
            work.table("sync_runs"),
            Sql.bind(end.status().text()),
            Sql.bind(end.finishedAt()),
            assignments(end.counters()),
            Sql.number(end.durationMs()),
            Sql.bind(end.message()),
            Sql.number(end.bytesSent()),
            Sql.number(end.rateLimitedMs()),
            Sql.bind(end.error()),
            Sql.bind(runId)));
  }

  /**
   * The end of a run.
   *
   * @param message what a person should know; null for nothing
   * @param error why it did not succeed; null where it did
   */
  public record RunEnd(
      RunStatus status,
      Counters counters,
      OffsetDateTime finishedAt,
      long durationMs,
      long bytesSent,
      long rateLimitedMs,
      String message,
      String error) {}

  private static Sql assignments(Counters counters) {
    List<Sql> assignments = new ArrayList<>();
    for (int i = 0; i < Counters.NAMES.size(); i++) {
      assignments.add(
          Sql.of("{} = {}", Sql.name(Counters.NAMES.get(i)), Sql.number(counters.values().get(i))));
    }
    return Sql.join(", ", assignments);
  }
}
