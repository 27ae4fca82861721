package dev.backfeed.engine.handler;

import dev.backfeed.engine.catalog.StoredSync;
import dev.backfeed.engine.plan.QueryColumn;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.Command.CreateSync;
import dev.backfeed.parser.command.FieldName;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import dev.backfeed.parser.command.SyncDefinition;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a definition makes of the key that the state has.
 *
 * @param columns as {@link StoredSync} is to have them: with the state's key
 * @param nextKey as {@link StoredSync} has it
 */
record KeyChange(List<MappedColumn> columns, Optional<List<MappedColumn>> nextKey) {
  /** Whether the next run moves the state to another key. */
  boolean rekeys() {
    return nextKey.filter(next -> !next.isEmpty()).isPresent();
  }

  /**
   * Compares a definition with the sync that it takes the place of. REKEY FROM asks for nothing
   * where the key is the one that the state has, so that a statement can be repeated.
   *
   * @param columns as the definition maps them
   * @throws StatementException {@code 22023} for a REKEY FROM that does not fit, {@code 42703} for
   *     a column that is none, {@code 55000} where the state is not ready for it
   */
  static KeyChange of(
      CreateSync command,
      Optional<StoredSync> before,
      List<QueryColumn> query,
      List<MappedColumn> columns,
      Warehouse work)
      throws SQLException {
    SyncDefinition after = command.definition();
    List<Name> from = after.rekeyFrom();
    if (!from.isEmpty()) {
      requireState(command, before, from.get(0).position());
    }
    if (before.isEmpty() || command.resetState()) {
      return new KeyChange(columns, Optional.empty());
    }
    boolean same = sameKey(before.get().definition(), after);
    if (from.isEmpty()) {
      requireNotForgotten(before.get(), after, same);
      return new KeyChange(columns, before.get().nextKey().map(n -> List.of()));
    }
    if (same && !before.get().rekeys()) {
      return new KeyChange(columns, before.get().nextKey());
    }
    List<MappedColumn> former = former(before.get(), from, query);
    requireAnswered(before.get(), from.get(0).position(), work);
    return new KeyChange(
        Stream.concat(former.stream(), columns.stream().filter(c -> !c.key())).toList(),
        Optional.of(columns.stream().filter(MappedColumn::key).toList()));
  }

  /** Whether two definitions take the same columns for the same key. */
  static boolean sameKey(SyncDefinition one, SyncDefinition other) {
    return key(one).equals(key(other));
  }

  private static List<List<String>> key(SyncDefinition definition) {
    return definition.key().stream()
        .map(
            k ->
                List.of(
                    k.column().text().toLowerCase(Locale.ROOT),
                    k.field().map(FieldName::text).orElse("")))
        .toList();
  }

  private static void requireState(
      CreateSync command, Optional<StoredSync> before, Position position)
      throws StatementException {
    if (command.resetState()) {
      throw wrong("RESET STATE leaves nothing to be moved: leave out REKEY FROM", position);
    }
    if (before.isEmpty() && !command.orReplace()) {
      throw wrong(
          "a new sync has no state to be moved: REKEY FROM goes with CREATE OR REPLACE and ALTER"
              + " SYNC",
          position);
    }
  }

  /** The key of the state must not change its meaning because two words were left out. */
  private static void requireNotForgotten(StoredSync before, SyncDefinition after, boolean same)
      throws StatementException {
    boolean moved = !before.rekeys() && !before.definition().rekeyFrom().isEmpty();
    if ((before.rekeys() && same) || (moved && !same)) {
      throw new StatementException(
          SqlState.WRONG_STATE,
          "the state of sync \""
              + before.name()
              + (same
                  ? "\" is still to be moved to this key: keep REKEY FROM until a run has done so"
                  : "\" was moved to its key by REKEY FROM: another key needs REKEY FROM again, or"
                      + " RESET STATE"),
          after.key().get(0).column().position());
    }
  }

  /** The state's key columns, each with the query's column that has the former key. */
  private static List<MappedColumn> former(
      StoredSync before, List<Name> from, List<QueryColumn> query) throws StatementException {
    List<MappedColumn> keys = before.keys();
    if (from.size() != keys.size()) {
      throw wrong(
          "the key that the state has consists of "
              + keys.size()
              + (keys.size() == 1 ? " column (" : " columns (")
              + String.join(", ", keys.stream().map(MappedColumn::field).toList())
              + "): REKEY FROM names as many, in the same order",
          from.get(0).position());
    }
    List<MappedColumn> former = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      MappedColumn key = keys.get(i);
      QueryColumn column = QueryColumn.find(query, from.get(i), "REKEY FROM");
      if (!column.type().equals(key.type())) {
        throw wrong(
            "column \""
                + column.name()
                + "\" is "
                + column.type().name()
                + ", and the state has its key as "
                + key.type().name()
                + ": cast it in the query",
            from.get(i).position());
      }
      former.add(new MappedColumn(column.name(), key.path(), key.stored(), key.type()));
    }
    return former;
  }

  /** What a person has to say of rows by their keys has to be said before those change. */
  private static void requireAnswered(StoredSync before, Position position, Warehouse work)
      throws SQLException {
    long inDoubt =
        work.number(
            Sql.of(
                "SELECT COUNT(*) FROM {} WHERE sync_id = {} AND reason = 'IN_DOUBT'",
                work.table("row_notes"),
                Sql.bind(before.syncId())));
    if (inDoubt > 0) {
      throw new StatementException(
          SqlState.WRONG_STATE,
          inDoubt
              + " rows of sync \""
              + before.name()
              + "\" are in doubt: RESOLVE SYNC "
              + before.name()
              + " IN DOUBT first",
          position);
    }
  }

  private static StatementException wrong(String message, Position position) {
    return new StatementException(SqlState.INVALID_VALUE, message, position);
  }
}
