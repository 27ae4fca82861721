package dev.backfeed.engine.push;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.plan.Plan;
import dev.backfeed.engine.push.Delivery.Stop;
import dev.backfeed.engine.state.Counters;
import dev.backfeed.engine.state.Lease;
import dev.backfeed.engine.state.RunStatus;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts the end of one run into words: the row of SYNC NOW, its warnings, its error. */
final class RunReports {
  private final StoredSync sync;
  private final SyncTarget target;
  private final Lease lease;
  private final String schema;
  private final long startedNanos;
  private List<String> violated = List.of();

  RunReports(StoredSync sync, SyncTarget target, Lease lease, String schema, long startedNanos) {
    this.sync = sync;
    this.target = target;
    this.lease = lease;
    this.schema = schema;
    this.startedNanos = startedNanos;
  }

  /** What is to be said of the plan whatever comes of it. */
  void warn(List<String> constraints) {
    violated = constraints;
  }

  /**
   * The report of a run.
   *
   * @param message what a person should know; null for nothing
   * @param trouble why it failed, if it did
   */
  RunReport report(RunStatus status, Counters counters, String message, Optional<Trouble> trouble) {
    List<String> warnings = new ArrayList<>();
    if (counters.rejected > 0) {
      warnings.add(
          "%d %s of sync \"%s\" %s rejected: SELECT * FROM %s.sync_errors"
              .formatted(
                  counters.rejected,
                  counters.rejected == 1 ? "row" : "rows",
                  sync.name(),
                  counters.rejected == 1 ? "is" : "are",
                  schema));
    }
    violated.forEach(text -> warnings.add("sync \"" + sync.name() + "\": " + text));
    if (status == RunStatus.PARTIAL || status == RunStatus.PAUSED) {
      warnings.add("run " + lease.runId() + " of " + shortfall(status, counters, message));
    }
    Optional<StatementException> error = trouble.map(t -> t.exception(lease.runId()));
    if (status == RunStatus.PARTIAL
        && target.syncOptions().text("on_error").orElse("").equals("fail")) {
      error =
          Optional.of(
              new Trouble(SqlState.RUN_FAILED, shortfall(status, counters, message))
                  .exception(lease.runId()));
    }
    return new RunReport(
        lease.runId(),
        sync.name(),
        status,
        counters,
        (System.nanoTime() - startedNanos) / 1_000_000,
        message,
        error,
        warnings);
  }

  private String shortfall(RunStatus status, Counters counters, String message) {
    return "sync \"%s\" is %s: %d failed, %d deferred%s"
        .formatted(
            sync.name(),
            status.text(),
            counters.failed,
            counters.deferred,
            message == null ? "" : ": " + message);
  }

  /**
   * What a person should know of a plan that was not sent in full; null for nothing.
   *
   * @param orphans rows that refer to a record that is not there
   */
  String message(Plan plan, Optional<Stop> stop, long orphans) {
    List<String> parts = new ArrayList<>();
    stop.ifPresent(s -> parts.add(s.cause().getMessage()));
    if (plan.held() > 0) {
      parts.add(
          plan.held()
              + (plan.held() == 1 ? " row waits for its" : " rows wait for their")
              + " next attempt");
    }
    if (orphans > 0) {
      parts.add(
          "PARENT_MISSING: "
              + orphans
              + (orphans == 1 ? " row refers" : " rows refer")
              + " to a record that is not there: SELECT * FROM "
              + schema
              + ".sync_pending");
    }
    plan.waitingFor().ifPresent(parts::add);
    if (plan.inDoubt() > 0) {
      parts.add(
          plan.inDoubt()
              + (plan.inDoubt() == 1 ? " row is" : " rows are")
              + " in doubt: find out whether they were sent, then RESOLVE SYNC "
              + sync.name()
              + " IN DOUBT AS SENT or UNSENT");
    }
    return parts.isEmpty() ? null : String.join("; ", parts);
  }
}
