package dev.backfeed.engine.plan;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.Syncs;
import dev.backfeed.engine.spi.RunStopped;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.state.Lease;
import dev.backfeed.engine.state.StateTable;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.RekeyStatements;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.OnRemove;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * REKEY FROM: moves the state of a sync to the key that its definition has now. Records are not
 * touched here; rows whose record has to follow are marked.
 */
public final class Rekeying {
  private static final Sql CLAIMS = Sql.name("_backfeed_claims");
  private static final Sql MOVED = Sql.name("_backfeed_moved");
  private static final Sql DOUBTS = Sql.name("_backfeed_moved_doubts");

  /** Fewer records than these may always be left behind, and this share of all. */
  private static final long MOST_FORGOTTEN = 10;

  private static final int FORGOTTEN_PERCENT = 20;

  private final Warehouse work;
  private final Syncs syncs;

  public Rekeying(Warehouse work, Syncs syncs) {
    this.work = work;
    this.syncs = syncs;
  }

  /**
   * A statement that is about keys has to wait for the move.
   *
   * @throws StatementException {@code 55000}
   */
  public static void refuse(StoredSync sync, String statement) throws StatementException {
    if (sync.rekeys()) {
      throw new StatementException(
          SqlState.WRONG_STATE,
          "the next run of sync \""
              + sync.name()
              + "\" moves its records to another key (REKEY FROM): "
              + statement
              + " has to wait for it; SYNC NOW "
              + sync.name());
    }
  }

  /** What a sync compares, and what its state has to be moved from first. */
  @FunctionalInterface
  public interface Specified {
    DiffSpec of(StoredSync sync) throws SQLException;
  }

  /**
   * What the sync will compare when it has moved, from SELECTs alone.
   *
   * @throws StatementException {@code 55000} if the state cannot be moved
   */
  public DiffSpec spec(StoredSync sync, Specified specified) throws SQLException {
    DiffSpec spec = specified.of(sync.moved());
    if (!sync.rekeys()) {
      return spec;
    }
    DiffSpec moving = spec.with(new DiffSpec.Rekeyed(sync.keys()));
    RekeyStatements statements = new RekeyStatements(work, moving);
    Sql claims = Sql.of("WITH claims AS MATERIALIZED ({})\n", statements.claims());
    refuseObstacles(sync, statements.obstacles(claims, Sql.of("claims")));
    return moving;
  }

  /**
   * Moves the state in a transaction of its own, where that is still to be done.
   *
   * @param loaded the sync as it was before the lease was taken
   * @return the sync as it is now
   * @throws StatementException {@code 55000} if the state cannot be moved; nothing is then changed
   */
  public StoredSync move(StoredSync loaded, Lease lease, Specified specified) throws SQLException {
    return loaded.nextKey().isEmpty()
        ? loaded
        : work.transaction(
            () -> {
              // Another run may have moved it since.
              StoredSync sync = syncs.byId(loaded.syncId()).orElseThrow();
              if (sync.rekeys()) {
                move(sync, specified);
                lease.breakSeal();
                requireHeld(lease);
                return sync.moved();
              }
              return settled(sync);
            });
  }

  private void move(StoredSync sync, Specified specified) throws SQLException {
    StoredSync after = sync.moved();
    DiffSpec spec = specified.of(after).with(new DiffSpec.Rekeyed(sync.keys()));
    RekeyStatements statements = new RekeyStatements(work, spec);
    work.run(work.dialect().createTemporary(CLAIMS, statements.claims()));
    refuseObstacles(sync, statements.obstacles(Sql.EMPTY, CLAIMS));
    work.run(work.dialect().createTemporary(MOVED, statements.moved(CLAIMS)));
    Sql doubts = work.table(sync.doubtTable());
    work.run(work.dialect().createTemporary(DOUBTS, statements.movedDoubts(CLAIMS, doubts)));
    StateTable tables = new StateTable(work);
    tables.drop(sync);
    tables.create(after);
    fill(work.table(after.stateTable()), statements.columns(), MOVED);
    fill(doubts, statements.doubtColumns(), DOUBTS);
    if (work.dialect().hasIndexes()) {
      work.run(Sql.of("ANALYZE {}", work.table(after.stateTable())));
    }
    if (work.dialect().dropsTemporary()) {
      for (Sql table : List.of(CLAIMS, MOVED, DOUBTS)) {
        work.run(Sql.of("DROP TABLE {}", table));
      }
    }
    forgetFormerKeys(sync);
    syncs.updateColumns(after);
  }

  private void fill(Sql table, Sql columns, Sql rows) throws SQLException {
    work.run(Sql.of("INSERT INTO {} ({}) SELECT {} FROM {}", table, columns, columns, rows));
  }

  /** What was noted is of keys that are none any more. */
  private void forgetFormerKeys(StoredSync sync) throws SQLException {
    for (String table : List.of("row_notes", "unstable_values", "sync_verifications")) {
      work.run(
          Sql.of("DELETE FROM {} WHERE sync_id = {}", work.table(table), Sql.bind(sync.syncId())));
    }
  }

  private void requireHeld(Lease lease) throws SQLException {
    long rows =
        work.run(
            Sql.of(
                "UPDATE {} SET token = token, epoch = epoch + 1 WHERE sync_id = {} AND token = {}",
                work.table("control"),
                Sql.bind(lease.syncId()),
                Sql.number(lease.token())));
    if (rows != 1) {
      throw new RunStopped(RunStopped.Reason.LEASE_LOST, "another run has taken over");
    }
  }

  /** Once no record is there under a former key nobody need ask any more. */
  private StoredSync settled(StoredSync sync) throws SQLException {
    Sql state = work.table(sync.stateTable());
    if (sync.nextKey().isEmpty()
        || work.number(Sql.of("SELECT COUNT(*) FROM {} WHERE _former_key IS NOT NULL", state))
            > 0) {
      return sync;
    }
    syncs.updateColumns(sync.settled());
    return sync.settled();
  }

  private record Obstacle(long rows, String key) {}

  private void refuseObstacles(StoredSync sync, Sql query) throws SQLException {
    Map<String, Obstacle> found = new HashMap<>();
    work.query(
        query, row -> found.put(row.getString(1), new Obstacle(row.getLong(2), row.getString(3))));
    refuse(sync, found.get("several"), "former keys are claimed by several rows of the query each");
    refuse(sync, found.get("none"), "rows of the query have a former key and no new one");
    refuse(sync, found.get("same"), "new keys would be those of several records");
    long unclaimed = found.get("unclaimed").rows();
    long share = found.get("there").rows() * FORGOTTEN_PERCENT / 100;
    boolean forgettable =
        sync.definition().removal() == OnRemove.KEEP
            && unclaimed <= Math.max(MOST_FORGOTTEN, share)
            && unclaimed < Math.max(1, found.get("there").rows());
    if (unclaimed > 0 && !forgettable) {
      throw refused(
          sync,
          found.get("unclaimed"),
          "records have a former key that no row of the query has",
          "give those rows, or ALTER SYNC "
              + sync.name()
              + " USE VERSION with the version before and SYNC NOW, so that they leave under that"
              + " key, then state the new one again");
    }
  }

  private static void refuse(StoredSync sync, Obstacle obstacle, String what)
      throws StatementException {
    if (obstacle.rows() > 0) {
      throw refused(sync, obstacle, what, "correct the query");
    }
  }

  private static StatementException refused(
      StoredSync sync, Obstacle obstacle, String what, String remedy) {
    return new StatementException(
        SqlState.WRONG_STATE,
        "REKEY FROM moves nothing of sync \""
            + sync.name()
            + "\": "
            + obstacle.rows()
            + " "
            + what
            + ", such as the former key "
            + obstacle.key()
            + "; "
            + remedy);
  }
}
