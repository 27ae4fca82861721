package dev.backfeed.engine.warehouse;

import dev.backfeed.engine.spi.ColumnType;
import dev.backfeed.engine.spi.KeyComparison;
import dev.backfeed.parser.command.Scope;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is compared with what: one sync's query with its state.
 *
 * @param syncId whose notes apply
 * @param query the user's query without its push order
 * @param keys the key columns, {@code k1…}
 * @param fields the mapped columns, {@code f1…}
 * @param order the push order, most significant first
 * @param keyComparison how the destination compares keys
 * @param zone where timestamps without zone are meant
 * @param stateTable the state
 * @param scope which rows are sent
 * @param pace new rows that may be sent today; empty for all
 * @param notes whether the sync has notes at all; without, they are not looked up
 * @param maxAttempts answers after which an unchanged row is given up
 * @param repeatable whether a row in doubt may be sent again
 * @param now for back-off
 * @param append present where rows are only ever added at the destination
 */
public record DiffSpec(
    String syncId,
    String query,
    List<MappedColumn> keys,
    List<MappedColumn> fields,
    List<PushTerm> order,
    KeyComparison keyComparison,
    String zone,
    String stateTable,
    Scope scope,
    OptionalLong pace,
    boolean notes,
    int maxAttempts,
    boolean repeatable,
    OffsetDateTime now,
    Optional<Append> append) {
  public DiffSpec {
    keys = List.copyOf(keys);
    fields = List.copyOf(fields);
    order = List.copyOf(order);
  }

  /** Whether unchanged rows are sent too. */
  public boolean full() {
    return scope == Scope.FULL;
  }

  /** Columns of the query that come along beside keys and fields, called {@code o1…}. */
  List<String> besides() {
    List<String> columns = new ArrayList<>(order.stream().map(PushTerm::column).toList());
    append.flatMap(Append::key).ifPresent(key -> columns.add(key.column()));
    return columns;
  }

  /**
   * That each key, or each version of it, is sent once.
   *
   * @param changes whether versions are
   * @param key the column by which the destination tells a repetition, where the user names one
   */
  public record Append(boolean changes, Optional<KeyColumn> key) {}

  /** A column of the query and what it is kept as. */
  public record KeyColumn(String column, ColumnType type) {}

  /**
   * One term of the push order.
   *
   * @param column an output column of the query
   * @param nullsFirst as written, else the warehouse's default holds
   */
  public record PushTerm(String column, boolean descending, Optional<Boolean> nullsFirst) {}
}
