package dev.backfeed.engine.state;

import dev.backfeed.engine.spi.LogRow;
import dev.backfeed.engine.spi.RunStopped;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.spi.WarehouseDialect;
import dev.backfeed.engine.warehouse.MergeStatements;
import dev.backfeed.engine.warehouse.MergeStatements.Range;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes answers into the warehouse: log, state, notes, counters and control row in one transaction
 * of at most eight statements, however many rows. Each also moves the horizon: the greatest seq
 * that may be sent before the next one, so that a successor of a run that died knows what cannot
 * have been sent. Used by the run's own thread only.
 */
public final class Checkpoints {
  private static final int CONFLICT_ATTEMPTS = 5;

  /** Answers are written before they take more memory than this, whatever the pace. */
  private static final long MAX_CHARACTERS =
      Math.min(Runtime.getRuntime().maxMemory() / 8, 64L << 20);

  private final Warehouse work;
  private final Lease lease;
  private final MergeStatements merge;
  private final Counters counters;
  private final Clock clock;
  private final Settings settings;
  private final int rows;
  private final long paceNanos;
  private final List<LogRow> pending = new ArrayList<>();
  private final Conflicts kept;
  private long characters;
  private long number;
  private long reached;
  private long horizon;
  private long lastNanos = System.nanoTime();
  private boolean someKnown;
  private boolean someFailed;

  /**
   * What the checkpoints of one run have in common.
   *
   * @param sync its name, for the log
   * @param notes whether the sync had notes when it was planned
   * @param intents whether pages are announced in {@code run_batches}; there is no horizon then
   * @param unanswered whether the state has rows that an added row may take the place of
   */
  public record Settings(String sync, boolean notes, boolean intents, boolean unanswered) {}

  public Checkpoints(
      Warehouse work,
      Lease lease,
      MergeStatements merge,
      Counters counters,
      Clock clock,
      Settings settings) {
    this.work = work;
    this.lease = lease;
    this.merge = merge;
    this.counters = counters;
    this.clock = clock;
    this.settings = settings;
    this.rows = rows(work.dialect());
    this.paceNanos = work.dialect().checkpointPace().time().toNanos();
    this.kept = new Conflicts(work, lease.runId(), lease.syncId(), settings.sync());
    this.horizon = settings.intents() ? Long.MAX_VALUE : ahead(work);
    this.someKnown = settings.unanswered();
  }

  /**
   * The first horizon of a run, and how far each checkpoint puts it before what has been reached.
   */
  public static long ahead(Warehouse work) {
    return 2L * rows(work.dialect());
  }

  /** Fewer where tests say so, which need not have as many rows then. */
  private static int rows(WarehouseDialect dialect) {
    int pace = dialect.checkpointPace().rows();
    return Math.min(pace, Integer.getInteger("backfeed.checkpoint.rows", pace));
  }

  /** Says that rows up to this seq are to be sent; if {@link #due} now, write before that. */
  public void reach(long seq) {
    reached = Math.max(reached, seq);
  }

  /** Takes answers, all of now, and counts them. */
  public void add(List<RowAnswer> answers) {
    OffsetDateTime now = OffsetDateTime.now(clock).withOffsetSameInstant(ZoneOffset.UTC);
    answers.forEach(answer -> add(answer, now));
  }

  private void add(RowAnswer answer, OffsetDateTime now) {
    String message = answer.error().map(e -> e.message()).orElse(null);
    pending.add(
        new LogRow(
            lease.runId(),
            settings.sync(),
            answer.recordKey(),
            answer.op(),
            answer.outcome(),
            answer.changes(),
            answer.destinationId().orElse(null),
            answer.error().map(e -> e.type()).orElse(null),
            answer.error().map(e -> e.code()).orElse(null),
            message,
            answer.attempts(),
            now,
            answer.seq(),
            number + 1,
            answer.held()));
    for (KeptField field : answer.kept()) {
      kept.add(answer, field, now);
    }
    characters +=
        100
            + answer.recordKey().length()
            + (answer.changes() == null ? 0 : answer.changes().length())
            + (message == null ? 0 : message.length())
            + (answer.held() == null ? 0 : answer.held().length());
    someKnown |= !answer.op().equals("added");
    someFailed |= answer.outcome().equals("failed");
    counters.count(answer.outcome(), 1);
  }

  /** Whether it is time to {@link #write}. */
  public boolean due() {
    return reached > horizon
        || (!pending.isEmpty()
            && (pending.size() >= rows
                || characters >= MAX_CHARACTERS
                || System.nanoTime() - lastNanos >= paceNanos));
  }

  /**
   * Writes what has come in, all or nothing; does nothing where nothing has.
   *
   * @throws RunStopped {@code LEASE_LOST} if another run has taken over: nothing was written
   */
  public void write() throws SQLException {
    if (pending.isEmpty() && reached <= horizon) {
      return;
    }
    number++;
    long first = pending.stream().mapToLong(LogRow::seq).min().orElse(0);
    long last = pending.stream().mapToLong(LogRow::seq).max().orElse(0);
    Range range = new Range(number, first, last);
    long next = settings.intents() ? 0 : reached + ahead(work);
    for (int attempt = 1; ; attempt++) {
      try {
        work.transaction(
            () -> {
              transact(range, next);
              return null;
            });
        break;
      } catch (SQLException e) {
        if (!work.dialect().isConflict(e) || attempt == CONFLICT_ATTEMPTS) {
          throw e;
        }
      }
    }
    pending.clear();
    kept.clear();
    horizon = settings.intents() ? Long.MAX_VALUE : next;
    characters = 0;
    someKnown = settings.unanswered();
    someFailed = false;
    lastNanos = System.nanoTime();
  }

  private void transact(Range range, long next) throws SQLException {
    // Plain SQL first: DuckDB's appender commits by itself as the first act of a transaction.
    new Runs(work).progress(lease.runId(), counters, next);
    if (!pending.isEmpty()) {
      merge(range);
    }
    moveControl(range.number());
  }

  private void merge(Range range) throws SQLException {
    work.dialect().loadLog(work.connection(), work.database(), work.schema(), pending);
    if (someKnown) {
      work.run(merge.deleteState(range));
    }
    work.run(merge.insertState(range));
    if (settings.notes()) {
      work.run(merge.deleteNotes(range));
    }
    if (someFailed) {
      work.run(merge.insertFailedNotes(range));
    }
    kept.write();
    if (settings.intents()) {
      work.run(
          Sql.of(
              "UPDATE {} SET status = 'answered', answered_at = {} WHERE run_id = {} AND status ="
                  + " 'sending' AND last_seq <= {}",
              work.table("run_batches"),
              Sql.bind(OffsetDateTime.now(clock)),
              Sql.bind(lease.runId()),
              Sql.number(range.lastSeq())));
    }
  }

  private void moveControl(long checkpoint) throws SQLException {
    long rows =
        work.run(
            Sql.of(
                "UPDATE {} SET token = token, epoch = epoch + 1, checkpoint = {} WHERE sync_id = {}"
                    + " AND token = {}",
                work.table("control"),
                Sql.number(checkpoint),
                Sql.bind(lease.syncId()),
                Sql.number(lease.token())));
    if (rows != 1) {
      throw new RunStopped(RunStopped.Reason.LEASE_LOST, "another run has taken over");
    }
  }
}
