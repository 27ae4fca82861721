package dev.backfeed.engine.state;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.time.OffsetDateTime;

/**
 * The rows of a sync whose fate is not known, and what becomes of them when a person tells it. To
 * be used within a transaction, with the lease of the sync.
 */
public final class Doubts {
  private final Warehouse work;
  private final StoredSync sync;

  public Doubts(Warehouse work, StoredSync sync) {
    this.work = work;
    this.sync = sync;
  }

  /** They were sent: the state holds them as they were planned. Gives their number. */
  public long sent(OffsetDateTime now) throws SQLException {
    forgetAnswered();
    work.run(
        Sql.of(
            "DELETE FROM {} USING {} d WHERE {}",
            work.table(sync.stateTable()),
            work.table(sync.doubtTable()),
            StateTable.sameKey(sync, "d")));
    Sql columns = Sql.join(", ", sync.columns().stream().map(c -> Sql.name(c.stored())).toList());
    work.run(
        Sql.of(
            "INSERT INTO {} ({}, _destination_id, _run_id, _synced_at) SELECT {}, destination_id,"
                + " run_id, CAST({} AS TIMESTAMPTZ) FROM {} WHERE op <> 'removed'",
            work.table(sync.stateTable()),
            columns,
            columns,
            Sql.literal(now.toInstant().toString()),
            work.table(sync.doubtTable())));
    return settled();
  }

  /** They were not: what the state says of them is true, and the next run sends them. */
  public long unsent() throws SQLException {
    forgetAnswered();
    work.run(
        Sql.of(
            "DELETE FROM {} USING {} d WHERE d.op = 'added' AND _doubt = 2 AND {}",
            work.table(sync.stateTable()),
            work.table(sync.doubtTable()),
            StateTable.sameKey(sync, "d")));
    work.run(
        Sql.of(
            "UPDATE {} SET _doubt = 0 FROM {} d WHERE _doubt = 1 AND {}",
            work.table(sync.stateTable()),
            work.table(sync.doubtTable()),
            StateTable.sameKey(sync, "d")));
    return settled();
  }

  /** Rows that have got their answer since are in doubt no more. */
  public void forgetAnswered() throws SQLException {
    work.run(
        Sql.of(
            "DELETE FROM {} WHERE record_key NOT IN (SELECT n.record_key FROM {} n WHERE n.sync_id ="
                + " {} AND n.reason = 'IN_DOUBT')",
            work.table(sync.doubtTable()),
            work.table("row_notes"),
            Sql.literal(sync.syncId())));
  }

  /** Values that may have been there are of no interest once an answer says what is. */
  public void forgetSettled() throws SQLException {
    work.run(
        Sql.of(
            "DELETE FROM {} d WHERE NOT EXISTS (SELECT 1 FROM {} s WHERE s._doubt IN (1, 2) AND {})",
            work.table(sync.doubtTable()),
            work.table(sync.stateTable()),
            Sql.join(
                " AND ",
                sync.keys().stream()
                    .map(
                        k ->
                            Sql.of("{} = {}", Sql.name("s", k.stored()), Sql.name("d", k.stored())))
                    .toList())));
  }

  private long settled() throws SQLException {
    work.run(Sql.of("DELETE FROM {}", work.table(sync.doubtTable())));
    return work.run(
        Sql.of(
            "DELETE FROM {} WHERE sync_id = {} AND reason = 'IN_DOUBT'",
            work.table("row_notes"),
            Sql.literal(sync.syncId())));
  }
}
