package dev.backfeed.engine.state;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Detection.Watermark;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * How far a sync by a watermark has come. What a run has seen lies with the run; the sync's own
 * watermark is moved by the end of a run that has noted what it leaves owed, with the lease.
 */
public final class Watermarks {
  private final Warehouse work;

  public Watermarks(Warehouse work) {
    this.work = work;
  }

  /**
   * What is remembered of a sync.
   *
   * @param value the greatest value seen, as text; empty where it says nothing of this version
   * @param reconciledAt when a run has last compared everything, removals included
   */
  public record Remembered(Optional<String> value, Optional<OffsetDateTime> reconciledAt) {}

  /**
   * What a run that ends well leaves behind.
   *
   * @param value empty where no row had one
   * @param of what it is a value of
   * @param reconciledAt where the run has compared everything, removals included
   */
  record Reached(Optional<String> value, String of, Optional<OffsetDateTime> reconciledAt) {
    /** As assignments to {@code control}, each after a comma. */
    Sql assignments() {
      return Sql.of(
          ", watermark = CAST({} AS VARCHAR), watermark_of = {}{}",
          Sql.bind(value.orElse(null)),
          Sql.bind(of),
          reconciledAt.map(at -> Sql.of(", reconciled_at = {}", Sql.bind(at))).orElse(Sql.EMPTY));
    }
  }

  /** What is remembered; a watermark of another version, or of a column of another type, is not. */
  public Remembered of(StoredSync sync, Watermark watermark) throws SQLException {
    return work.queryOne(
            Sql.of(
                "SELECT CASE WHEN watermark_of = {} THEN watermark END, reconciled_at FROM {} WHERE"
                    + " sync_id = {}",
                Sql.bind(of(sync.version(), watermark)),
                work.table("control"),
                Sql.bind(sync.syncId())),
            row ->
                new Remembered(
                    Optional.ofNullable(row.getString(1)),
                    Optional.ofNullable(row.getObject(2, OffsetDateTime.class))))
        .orElseThrow();
  }

  static String of(int version, Watermark watermark) {
    return version + " " + watermark.type().name() + " " + watermark.column();
  }

  /** Writes down what a run has seen when its plan was made. */
  public void seen(String runId, Optional<String> value) throws SQLException {
    work.run(
        Sql.of(
            "UPDATE {} SET watermark = CAST({} AS VARCHAR) WHERE run_id = {}",
            work.table("sync_runs"),
            Sql.bind(value.orElse(null)),
            Sql.bind(runId)));
  }

  /** What a run has seen. */
  public Optional<String> seen(String runId) throws SQLException {
    return work
        .query(
            Sql.of(
                "SELECT watermark FROM {} WHERE run_id = {} AND watermark IS NOT NULL",
                work.table("sync_runs"),
                Sql.bind(runId)),
            row -> row.getString(1))
        .stream()
        .findFirst();
  }
}
