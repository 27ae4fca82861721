package dev.backfeed.engine.handler;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.catalog.SyncTarget;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.parser.command.Option;
import dev.backfeed.parser.command.OptionValue;
import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.util.List;
import java.util.Optional;

/**
 * Two syncs that write one field would undo each other's work for ever; what is appended is no
 * one's.
 */
final class SharedFields {
  private SharedFields() {}

  /**
   * Refuses a sync whose field another one writes.
   *
   * @param place where the statement names it, if it does
   * @param pausedToo whether paused ones count as well (they are about to be resumed)
   * @throws StatementException {@code 42710}
   */
  static void refuse(
      StoredSync sync,
      Optional<Position> place,
      SyncTarget target,
      List<StoredSync> others,
      boolean pausedToo)
      throws StatementException {
    if (appends(sync)) {
      return;
    }
    for (StoredSync other : others) {
      boolean counts =
          !appends(other)
              && !other.syncId().equals(sync.syncId())
              && (pausedToo || !other.paused())
              && sameObject(sync, other)
              && !(target.syncOptions().flag("shared_fields") && shares(other));
      if (counts) {
        refuseCommon(sync, place, other);
      }
    }
  }

  private static void refuseCommon(StoredSync sync, Optional<Position> place, StoredSync other)
      throws StatementException {
    List<String> theirs = other.fields().stream().map(MappedColumn::field).toList();
    for (MappedColumn column : sync.fields()) {
      if (theirs.contains(column.field())) {
        throw new StatementException(
            SqlState.DUPLICATE_OBJECT,
            "field \""
                + column.field()
                + "\" of "
                + sync.definition().target().object()
                + " is already written by sync \""
                + other.name()
                + "\": leave it out, pause that sync, or say shared_fields = TRUE in both",
            place.orElse(null));
      }
    }
  }

  private static boolean appends(StoredSync sync) {
    return sync.definition().mode().appends();
  }

  private static boolean sameObject(StoredSync a, StoredSync b) {
    return a.definition()
            .target()
            .destination()
            .folded()
            .equals(b.definition().target().destination().folded())
        && a.definition().target().object().equals(b.definition().target().object());
  }

  private static boolean shares(StoredSync sync) {
    for (Option option : sync.definition().options()) {
      if (option.name().folded().equals("shared_fields")) {
        return option.value() instanceof OptionValue.Flag flag && flag.value();
      }
    }
    return false;
  }
}
