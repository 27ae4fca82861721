package dev.backfeed.engine.alert;

import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How each condition stands: the table {@code alert_states}. It is read and written by turns, which
 * {@code alert_watch} counts: what was decided in a turn that is over is not written.
 */
final class AlertStates {
  private final Warehouse work;

  AlertStates(Warehouse work) {
    this.work = work;
  }

  /** A condition of an alert about one subject. */
  record Key(String alertId, String condition, String subject) {}

  /**
   * How it stands.
   *
   * @param since when that began; null where it was never violated
   * @param seen the run, verification or version that was looked at last; empty text for none
   * @param seenStatus the run's status then, which may change yet
   */
  record State(boolean violated, OffsetDateTime since, String seen, String seenStatus) {}

  /** The turn it is now. To be asked before {@link #all}. */
  long turn() throws SQLException {
    return work.number(Sql.of("SELECT turn FROM {}", work.table("alert_watch")));
  }

  Map<Key, State> all() throws SQLException {
    Map<Key, State> states = new LinkedHashMap<>();
    work.query(
        Sql.of(
            "SELECT alert_id, condition, subject, violated, since, seen, seen_status FROM {}",
            table()),
        row ->
            states.put(
                new Key(row.getString(1), row.getString(2), row.getString(3)),
                new State(
                    row.getBoolean(4),
                    row.getObject(5, OffsetDateTime.class),
                    row.getString(6),
                    row.getString(7))));
    return states;
  }

  /**
   * Writes what was decided in a turn, and ends the turn.
   *
   * @return whether it was still that turn; else nothing was written
   */
  boolean inTurn(long turn, Warehouse.Work<Void> writes) throws SQLException {
    try {
      return work.transaction(
          () -> {
            if (work.run(
                    Sql.of(
                        "UPDATE {} SET turn = {} WHERE turn = {}",
                        work.table("alert_watch"),
                        Sql.number(turn + 1),
                        Sql.number(turn)))
                != 1) {
              return false;
            }
            writes.run();
            return true;
          });
    } catch (SQLException e) {
      if (work.dialect().isConflict(e)) {
        return false;
      }
      throw e;
    }
  }

  /** Begins to watch; what happened before the alert was made is not looked at. */
  void add(Collection<WatchedSyncs.Watched> all) throws SQLException {
    List<Sql> rows = new ArrayList<>();
    for (WatchedSyncs.Watched watched : all) {
      Key key = watched.key();
      rows.add(
          Sql.of(
              "({}, {}, {}, FALSE, CAST(NULL AS TIMESTAMPTZ), {}, '', '')",
              Sql.literal(key.alertId()),
              Sql.literal(key.condition()),
              Sql.literal(key.subject()),
              Sql.timestamp(watched.alert().updatedAt())));
    }
    if (!rows.isEmpty()) {
      work.run(Sql.of("INSERT INTO {} VALUES {}", table(), Sql.join(", ", rows)));
    }
  }

  /** Nobody asks for it any more. */
  void remove(Key key) throws SQLException {
    work.run(Sql.of("DELETE FROM {}{}", table(), of(key)));
  }

  void update(Key key, State state) throws SQLException {
    work.run(
        Sql.of(
            "UPDATE {} SET violated = {}, since = {}, seen = {}, seen_status = {}{}",
            table(),
            state.violated() ? Sql.of("TRUE") : Sql.of("FALSE"),
            state.since() == null ? Sql.of("NULL") : Sql.timestamp(state.since()),
            Sql.literal(state.seen()),
            Sql.literal(state.seenStatus()),
            of(key)));
  }

  private static Sql of(Key key) {
    return Sql.of(
        " WHERE alert_id = {} AND condition = {} AND subject = {}",
        Sql.literal(key.alertId()),
        Sql.literal(key.condition()),
        Sql.literal(key.subject()));
  }

  private Sql table() {
    return work.table("alert_states");
  }
}
