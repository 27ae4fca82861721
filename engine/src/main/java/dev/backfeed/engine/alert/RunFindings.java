package dev.backfeed.engine.alert;

import dev.backfeed.engine.alert.Finding.Verdict;
import dev.backfeed.engine.alert.WatchedSyncs.Watched;
import dev.backfeed.engine.catalog.Schema;
import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.AlertCondition;
import dev.backfeed.parser.command.Detect;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Conditions about runs: each run that has ended since the last look is judged, in order, whoever
 * began it. A run that puts another one back says nothing.
 */
final class RunFindings {
  /** Both sides of the comparison were sent. */
  private static final Set<String> SENT = Set.of("succeeded", "partial");

  /** What becomes of a plan that a guard has blocked; one held for review has no error. */
  private static final Set<String> ONCE_HELD = Set.of("superseded", "rejected", "expired");

  private final RunEnvironment environment;
  private final Warehouse work;

  RunFindings(RunEnvironment environment) {
    this.environment = environment;
    this.work = environment.work();
  }

  private record Run(
      AlertStates.Key key,
      String id,
      String status,
      OffsetDateTime finishedAt,
      String message,
      boolean error,
      long selected,
      long added,
      long changed,
      long removed,
      long written,
      long rejected,
      long failed,
      long deferred) {
    static Run read(ResultSet row) throws SQLException {
      return new Run(
          new AlertStates.Key(row.getString(1), row.getString(2), row.getString(3)),
          row.getString(4),
          row.getString(5),
          row.getObject(6, OffsetDateTime.class),
          row.getString(7),
          row.getBoolean(8),
          row.getLong(9),
          row.getLong(10),
          row.getLong(11),
          row.getLong(12),
          row.getLong(13),
          row.getLong(14),
          row.getLong(15),
          row.getLong(16));
    }

    boolean blocked() {
      return status.equals("blocked") || (error && ONCE_HELD.contains(status));
    }

    long answered() {
      return written + failed;
    }

    String counts() {
      return ("%s: %d selected, %d added, %d changed, %d removed; %d written, %d failed,"
              + " %d rejected, %d deferred")
          .formatted(
              status, selected, added, changed, removed, written, failed, rejected, deferred);
    }
  }

  /** Adds what runs have to say, the oldest first. */
  void addTo(Map<AlertStates.Key, List<Finding>> findings, Map<AlertStates.Key, Watched> watched)
      throws SQLException {
    for (Run run : runs()) {
      if (watched.containsKey(run.key())) {
        findings.get(run.key()).add(judge(run, watched.get(run.key()).condition()));
      }
    }
  }

  /** A plan that was blocked may be approved, and its run then ends a second time. */
  private List<Run> runs() throws SQLException {
    return work.query(
        Sql.of(
            """
            SELECT s.alert_id, s.condition, s.subject, r.run_id, r.status, r.finished_at, r.message,
                   r.error IS NOT NULL, r.selected, r.added, r.changed, r.removed,
                   r.created + r.updated + r.deleted + r.skipped, r.rejected, r.failed, r.deferred
            FROM {} s JOIN {} r ON r.sync_id = s.subject
            WHERE (s.condition IN ('FAILED', 'BLOCKED') OR s.condition LIKE 'FAILURES %'
                   OR s.condition LIKE 'ROWS CHANGED %')
              AND r.status NOT IN ('planning', 'running') AND r.triggered_by <> 'undo'
              AND r.finished_at >= s.from_at
              AND (r.run_id > s.seen OR (r.run_id = s.seen AND r.status <> s.seen_status))
            ORDER BY r.run_id""",
            work.table("alert_states"), work.table("sync_runs")),
        Run::read);
  }

  private Finding judge(Run run, AlertCondition condition) throws SQLException {
    return switch (condition.kind()) {
      case FAILED -> failed(run);
      case BLOCKED ->
          finding(
              run,
              verdict(run.blocked(), run),
              null,
              run.blocked() && run.message() != null ? run.message() : run.counts());
      case FAILURES -> failures(run, condition);
      default -> rowsChanged(run, condition);
    };
  }

  /** Its error may hold values of rows, as warehouses and destinations word them. */
  private Finding failed(Run run) {
    Verdict verdict = verdict(run.status().equals("failed"), run);
    return verdict == Verdict.VIOLATED
        ? finding(
            run,
            verdict,
            null,
            run.counts(),
            "why: SELECT error FROM %s.sync_runs WHERE run_id = '%s'"
                .formatted(work.schema(), run.id()))
        : finding(run, verdict, null, run.counts());
  }

  private static Verdict verdict(boolean violated, Run run) {
    return violated
        ? Verdict.VIOLATED
        : SENT.contains(run.status()) ? Verdict.FINE : Verdict.SILENT;
  }

  private static Finding failures(Run run, AlertCondition condition) {
    if (run.answered() == 0) {
      boolean nothingOwed = run.status().equals("succeeded") && run.deferred() == 0;
      return finding(run, nothingOwed ? Verdict.FINE : Verdict.SILENT, 0.0, run.counts());
    }
    boolean violated = run.failed() * 100 > condition.amount() * run.answered();
    double percent = run.failed() * 100.0 / run.answered();
    return finding(run, Verdict.of(violated), percent, run.counts());
  }

  /** Of a sync that looks at a part of its rows only, their number means nothing. */
  private Finding rowsChanged(Run run, AlertCondition condition) throws SQLException {
    OptionalLong before =
        SENT.contains(run.status()) || run.blocked() ? completeBefore(run) : OptionalLong.empty();
    if (before.isEmpty() || !looksAtAll(run)) {
      return finding(run, Verdict.SILENT, null, run.counts());
    }
    long change = Math.abs(run.selected() - before.getAsLong());
    boolean many = Math.max(run.selected(), before.getAsLong()) > condition.rows();
    boolean violated = many && change * 100 > condition.amount() * before.getAsLong();
    double percent = before.getAsLong() == 0 ? 100.0 : change * 100.0 / before.getAsLong();
    return finding(
        run,
        Verdict.of(violated),
        change == 0 ? 0.0 : percent,
        "%d rows selected, %d by the complete run before"
            .formatted(run.selected(), before.getAsLong()));
  }

  private boolean looksAtAll(Run run) throws SQLException {
    Optional<StoredSync> sync = environment.syncs().byId(run.key().subject());
    return sync.filter(s -> s.definition().detect().by() == Detect.By.DIFF).isPresent();
  }

  private OptionalLong completeBefore(Run run) throws SQLException {
    return work.queryOne(
            Sql.of(
                """
                SELECT r.selected FROM {} r
                WHERE r.sync_id = {} AND r.run_id < {} AND r.triggered_by <> 'undo'
                  AND {}
                ORDER BY r.run_id DESC LIMIT 1""",
                work.table("sync_runs"),
                Sql.literal(run.key().subject()),
                Sql.literal(run.id()),
                Schema.COMPLETE),
            row -> OptionalLong.of(row.getLong(1)))
        .orElse(OptionalLong.empty());
  }

  private static Finding finding(Run run, Verdict verdict, Double value, String... details) {
    return new Finding(
        verdict,
        value,
        Optional.of(run.id()),
        run.finishedAt(),
        run.id(),
        run.status(),
        List.of(details));
  }
}
