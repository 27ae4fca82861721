package dev.backfeed.engine.state;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.RowStatements;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What VERIFY has found: {@code sync_verification_runs} has a row a verification that came to its
 * end, {@code sync_verifications} the records that differ or are missing. Only those of a sync's
 * latest verification are kept.
 */
public final class Verifications {
  private static final int ROWS_A_STATEMENT = 500;
  private final Warehouse work;
  private final StoredSync sync;
  private final String id;

  /**
   * One verification.
   *
   * @param id of its lease as well
   */
  public Verifications(Warehouse work, StoredSync sync, String id) {
    this.work = work;
    this.sync = sync;
    this.id = id;
  }

  /**
   * A record that is not as the state has it.
   *
   * @param missing whether there is none
   * @param fields JSON: field to [what we sent, what is there]
   */
  public record Finding(String recordKey, boolean missing, String fields) {}

  /** How a verification ended, in records. */
  public record Summary(long checked, long differs, long missing, long apiCalls) {
    public long matched() {
      return checked - differs - missing;
    }
  }

  public String id() {
    return id;
  }

  /** The table of what is to be checked, numbered by {@code seq} from 1. */
  public Sql table() {
    return work.table(StoredSync.planTable(id));
  }

  /**
   * Copies what the state is sure of, so that it can be read page by page.
   *
   * @param sample so many records, chosen at random; empty for all
   * @return how many there are
   */
  public long collect(DiffSpec spec, OptionalLong sample) throws SQLException {
    RowStatements rows = new RowStatements(work, spec);
    work.run(
        Sql.of(
            "CREATE TABLE {} AS SELECT row_number() OVER () AS seq, r.* FROM (SELECT {} AS"
                + " record_key, {} AS key_texts, {} AS field_texts FROM {} s WHERE s._removed_at IS"
                + " NULL AND s._doubt = 0 AND s._former_key IS NULL{}) r",
            table(),
            rows.recordKey("s"),
            rows.keys("s"),
            rows.fields("s"),
            work.table(spec.stateTable()),
            sample.isPresent()
                ? Sql.of(" ORDER BY random() LIMIT {}", Sql.number(sample.getAsLong()))
                : Sql.EMPTY));
    return work.number(Sql.of("SELECT COUNT(*) FROM {}", table()));
  }

  /** Writes findings; they count once {@link #finish} has been committed. */
  public void add(List<Finding> findings, OffsetDateTime now) throws SQLException {
    for (int from = 0; from < findings.size(); from += ROWS_A_STATEMENT) {
      List<Sql> rows = new ArrayList<>();
      for (Finding finding :
          findings.subList(from, Math.min(from + ROWS_A_STATEMENT, findings.size()))) {
        rows.add(
            Sql.of(
                "({}, {}, {}, {}, {}, {}, CAST({} AS TIMESTAMPTZ))",
                Sql.literal(id),
                Sql.literal(sync.syncId()),
                Sql.literal(sync.name()),
                Sql.literal(finding.recordKey()),
                Sql.literal(finding.missing() ? "missing" : "differs"),
                work.dialect().toJson(Sql.literal(finding.fields())),
                Sql.literal(now.toInstant().toString())));
      }
      work.run(
          Sql.of(
              "INSERT INTO {} VALUES {}", work.table("sync_verifications"), Sql.join(", ", rows)));
    }
  }

  /**
   * Ends it, in the transaction that gives the lease back: its findings take the old ones' place.
   */
  public void finish(Summary summary, OffsetDateTime started, OffsetDateTime now)
      throws SQLException {
    work.run(
        Sql.of(
            "DELETE FROM {} WHERE sync_id = {} AND verification_id <> {}",
            work.table("sync_verifications"),
            Sql.literal(sync.syncId()),
            Sql.literal(id)));
    work.run(
        Sql.of(
            "INSERT INTO {} VALUES ({}, {}, {}, {}, CAST({} AS TIMESTAMPTZ), CAST({} AS"
                + " TIMESTAMPTZ), {}, {}, {}, {}, {})",
            work.table("sync_verification_runs"),
            Sql.literal(id),
            Sql.literal(sync.syncId()),
            Sql.literal(sync.name()),
            Sql.literal(sync.definition().target().destination().text()),
            Sql.literal(started.toInstant().toString()),
            Sql.literal(now.toInstant().toString()),
            Sql.number(summary.checked()),
            Sql.number(summary.matched()),
            Sql.number(summary.differs()),
            Sql.number(summary.missing()),
            Sql.number(summary.apiCalls())));
    work.run(Sql.of("DROP TABLE IF EXISTS {}", table()));
  }

  /** It came to no end: nothing of it stays. */
  public void forget() throws SQLException {
    work.run(
        Sql.of(
            "DELETE FROM {} WHERE verification_id = {}",
            work.table("sync_verifications"),
            Sql.literal(id)));
    work.run(Sql.of("DROP TABLE IF EXISTS {}", table()));
  }

  /** Forgets what a run has put right. */
  public static void repaired(Warehouse work, StoredSync sync, String runId) throws SQLException {
    work.run(
        Sql.of(
            "DELETE FROM {} WHERE sync_id = {} AND record_key IN (SELECT record_key FROM {} WHERE"
                + " run_id = {} AND seq > 0 AND outcome <> 'failed')",
            work.table("sync_verifications"),
            Sql.literal(sync.syncId()),
            work.table("sync_log"),
            Sql.literal(runId)));
  }
}
