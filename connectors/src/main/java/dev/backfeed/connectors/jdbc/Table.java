package dev.backfeed.connectors.jdbc;

import dev.backfeed.engine.spi.ConnectorException;
import dev.backfeed.engine.spi.ObjectSchema;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * A destination table, as read once an opened destination.
 *
 * @param name qualified and quoted, as it stands in SQL
 * @param quote the string that quotes identifiers; a space where there is none
 * @param view whether it is a view, whose keys are not known
 * @param columns in the table's order
 * @param uniqueKeys the column names of each primary key and unique index
 */
record Table(
    String name, String quote, boolean view, List<Column> columns, List<Set<String>> uniqueKeys) {
  Table {
    columns = List.copyOf(columns);
    uniqueKeys = List.copyOf(uniqueKeys);
  }

  ObjectSchema schema() {
    return new ObjectSchema(
        true,
        columns.stream()
            .map(c -> c.field(uniqueKeys.stream().anyMatch(k -> k.contains(c.name()))))
            .toList());
  }

  /**
   * The column of a field: of exactly this name, else the only one that differs in case.
   *
   * @throws ConnectorException {@code MISCONFIGURED} if there is none
   */
  Column column(String field) {
    List<String> names = columns.stream().map(Column::name).toList();
    int found = Names.find(field, names);
    if (found < 0) {
      throw new ConnectorException(
          ConnectorException.Kind.MISCONFIGURED,
          "table " + name + " has no column \"" + field + "\"" + Names.didYouMean(field, names));
    }
    return columns.get(found);
  }

  String quoted(Column column) {
    return Names.quote(column.name(), quote);
  }

  List<String> quoted(Collection<Column> some) {
    return some.stream().map(this::quoted).toList();
  }

  /**
   * Checks that rows can be found by these columns.
   *
   * @throws ConnectorException {@code MISCONFIGURED} if no key of the table is made of just these
   */
  void requireKey(List<Column> key) {
    Set<String> names = names(key);
    if (!view && !uniqueKeys.contains(names)) {
      throw new ConnectorException(
          ConnectorException.Kind.MISCONFIGURED,
          "table %s has no primary key or unique index on exactly (%s), so rows cannot be upserted by it: create a unique index on these columns, or sync by another KEY"
              .formatted(name, String.join(", ", quoted(key))));
    }
  }

  /** Whether a row with these columns could collide on a key other than this one. */
  boolean mayCollideElsewhere(List<Column> key, Collection<Column> written) {
    Set<String> ours = names(key);
    return uniqueKeys.stream().anyMatch(k -> !k.equals(ours) && names(written).containsAll(k));
  }

  private static Set<String> names(Collection<Column> columns) {
    return columns.stream()
        .map(Column::name)
        .collect(java.util.stream.Collectors.toUnmodifiableSet());
  }
}
