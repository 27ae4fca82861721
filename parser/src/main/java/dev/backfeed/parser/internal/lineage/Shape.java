package dev.backfeed.parser.internal.lineage;

import dev.backfeed.parser.command.Origin;
import java.util.ArrayList;
import java.util.List;

/**
 * The columns of a relation, as far as they are known.
 *
 * @param columns empty where they are not
 * @param unknown why they are not; null where they are
 */
record Shape(List<Column> columns, String unknown) {
  /**
   * One of them.
   *
   * @param name folded; null where the warehouse makes one up
   */
  record Column(String name, Origin origin) {}

  Shape {
    columns = List.copyOf(columns);
  }

  static Shape of(List<Column> columns) {
    return new Shape(columns, null);
  }

  static Shape unknown(String why) {
    return new Shape(List.of(), why);
  }

  boolean known() {
    return unknown == null;
  }

  /** The same columns under other names, of which there may be fewer. */
  Shape named(List<String> names) {
    if (!known() || names.isEmpty()) {
      return this;
    }
    if (names.size() > columns.size()) {
      return unknown("there are more names than columns");
    }
    List<Column> renamed = new ArrayList<>(columns);
    for (int i = 0; i < names.size(); i++) {
      renamed.set(i, new Column(names.get(i), columns.get(i).origin()));
    }
    return of(renamed);
  }

  /** By place, the origins of both; the names are these. */
  Shape and(Shape other) {
    if (!known() || !other.known()) {
      return known() ? other : this;
    }
    if (columns.size() != other.columns.size()) {
      return unknown("its parts have other numbers of columns");
    }
    List<Column> both = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      both.add(new Column(column.name(), column.origin().and(other.columns.get(i).origin())));
    }
    return of(both);
  }

  /** The origin of a value made of all of them: a row, a subquery's only column. */
  Origin whole() {
    Origin whole = known() ? Origin.none() : new Origin.Unknown(unknown);
    for (Column column : columns) {
      whole = whole.and(column.origin());
    }
    return whole;
  }
}
