package dev.backfeed.engine.plan;

import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.DiffSpec;
import dev.backfeed.engine.warehouse.DigestStatements;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The digests of a sync's state during one run. They are derived data: where it is not certain that
 * they describe the state they are taken from it anew. Certain they are by their seal, which lies
 * in {@code control}: whoever takes the lease takes it off, and only a run that ends having seen to
 * the digests puts it on again. To be used within the transactions of the run.
 */
public final class Digests {
  /** The seal where so much moved that looking for dirty buckets does not pay. */
  private static final String TOO_MUCH_MOVES = "-";

  private final Warehouse work;
  private final DigestStatements statements;
  private final boolean fitting;
  private final boolean wanted;
  private final long buckets;
  private final String signature;
  private boolean valid;
  private boolean muchMoved;
  private final List<Sql> leftovers = new ArrayList<>();

  /**
   * The digests as the run finds them.
   *
   * @param seal as the lease found it, if there was one
   */
  public Digests(Warehouse work, DiffSpec spec, Optional<String> seal) throws SQLException {
    this.work = work;
    this.statements = new DigestStatements(work, spec);
    this.fitting = spec.simple();
    this.wanted = fitting && !spec.full() && !seal.equals(Optional.of(TOO_MUCH_MOVES));
    this.buckets = work.dialect().digestBuckets();
    this.signature =
        statements.signature(work.connection().getMetaData().getDatabaseProductVersion());
    this.valid = seal.equals(Optional.of(signature));
  }

  /**
   * What a look at the model says.
   *
   * @param clean rows in buckets that are as the state has them
   * @param gone removed rows in those
   * @param noKey rows of the model without a key
   * @param dirtyModel rows of the model in dirty buckets
   * @param dirtyState rows of the state in dirty buckets
   */
  record Found(long clean, long gone, long noKey, long dirtyModel, long dirtyState) {
    boolean dirty() {
      return dirtyModel + dirtyState > 0;
    }

    /** Whether comparing all rows costs less than finding those that are to be compared. */
    boolean mostlyDirty() {
      return dirtyModel + dirtyState > clean;
    }

    /** Whether copying them costs less than a second pass over the state. */
    boolean worthSettingApart() {
      return dirtyState < clean / 16;
    }
  }

  /** Whether a look may spare a run the comparison of all rows. */
  boolean wanted() {
    return wanted;
  }

  DigestStatements statements() {
    return statements;
  }

  /** Compares the model with the state bucket by bucket. */
  Found look() throws SQLException {
    if (!valid) {
      make();
    }
    work.run(statements.compare());
    leftovers.add(statements.dropDirty());
    Map<String, long[]> rows = new HashMap<>();
    work.query(
        statements.summary(),
        row ->
            rows.put(
                row.getString(1), new long[] {row.getLong(2), row.getLong(3), row.getLong(4)}));
    long[] none = new long[3];
    long[] clean = rows.getOrDefault("clean", none);
    long[] dirty = rows.getOrDefault("dirty", none);
    return new Found(clean[0], clean[2], rows.getOrDefault("no key", none)[0], dirty[0], dirty[1]);
  }

  /** Gives the dirty part of the state a table of its own, for what follows a {@link #look}. */
  void setDirtyApart() throws SQLException {
    work.run(statements.setDirtyApart());
    leftovers.add(statements.dropDirtyState());
  }

  /** Ends the temporary tables, where the end of the transaction does not. */
  void lookedEnough() throws SQLException {
    if (work.dialect().dropsTemporary()) {
      for (Sql drop : leftovers) {
        work.run(drop);
      }
    }
    leftovers.clear();
  }

  /** The plan is made: so many rows of it are not as the state has them. */
  void moved(long candidates, long stateRows) {
    muchMoved = stateRows > 0 && candidates > Math.min(buckets, stateRows) / 2;
  }

  /** A plan, which is still there, may have changed the state of its rows. */
  public void settle(String planTable) throws SQLException {
    if (muchMoved || !fitting) {
      return;
    }
    if (valid) {
      Sql plan = work.table(planTable);
      work.run(statements.forget(plan));
      work.run(statements.renew(plan));
    } else {
      make();
    }
  }

  /** What tells the next run how things stand; empty where it must find out by itself. */
  public Optional<String> seal() {
    if (!fitting) {
      return Optional.empty();
    }
    if (muchMoved) {
      return Optional.of(TOO_MUCH_MOVES);
    }
    return valid ? Optional.of(signature) : Optional.empty();
  }

  private void make() throws SQLException {
    work.run(statements.drop());
    work.run(statements.create());
    valid = true;
  }
}
