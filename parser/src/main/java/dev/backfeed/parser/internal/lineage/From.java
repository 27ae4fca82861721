package dev.backfeed.parser.internal.lineage;

import dev.backfeed.parser.command.Origin;
import dev.backfeed.parser.internal.lineage.Shape.Column;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.calcite.sql.SqlNode;

/**
 * What stands in one FROM: relations and how they are joined.
 *
 * @param tables from left to right
 * @param star what {@code *} gives
 * @param merged columns that USING and NATURAL have made one of two
 * @param conditions of the joins
 */
record From(List<Table> tables, Shape star, Map<String, Origin> merged, List<SqlNode> conditions) {
  static final From NOTHING = new From(List.of(), Shape.of(List.of()), Map.of(), List.of());

  /**
   * A relation in it.
   *
   * @param alias null where it has none
   * @param paths how it can be named without one, outermost part first
   */
  record Table(String alias, List<List<String>> paths, Shape shape) {
    /** Whether these parts before a column's name mean this relation. */
    boolean isMeant(List<String> qualifier, Habits habits) {
      if (alias != null) {
        return qualifier.size() == 1 && habits.same(alias, qualifier.get(0));
      }
      return paths.stream().anyMatch(path -> endsWith(path, qualifier, habits));
    }

    private static boolean endsWith(List<String> path, List<String> end, Habits habits) {
      int skipped = path.size() - end.size();
      boolean same = skipped >= 0;
      for (int i = 0; same && i < end.size(); i++) {
        same = habits.same(path.get(skipped + i), end.get(i));
      }
      return same;
    }

    /** The column of that name; empty where it is certain that there is none. */
    Optional<Origin> column(String name, Habits habits) {
      if (!shape.known()) {
        return Optional.of(new Origin.Unknown(shape.unknown()));
      }
      List<Origin> found = new ArrayList<>();
      boolean unnamed = false;
      for (Column column : shape.columns()) {
        unnamed |= column.name() == null;
        if (column.name() != null && habits.same(column.name(), name)) {
          found.add(column.origin());
        }
      }
      if (found.size() == 1) {
        return Optional.of(found.get(0));
      }
      return found.isEmpty() && !unnamed
          ? Optional.empty()
          : Optional.of(
              new Origin.Unknown(
                  found.isEmpty()
                      ? name + " may be a column that has no name of its own"
                      : "there are several columns " + name));
    }
  }

  static From of(Table table) {
    return new From(List.of(table), table.shape(), Map.of(), List.of());
  }

  /** The column that an unqualified name means; empty where it is certain that there is none. */
  Optional<Origin> column(String name, Habits habits) {
    for (Map.Entry<String, Origin> entry : merged.entrySet()) {
      if (habits.same(entry.getKey(), name)) {
        return Optional.of(entry.getValue());
      }
    }
    List<Origin> certain = new ArrayList<>();
    Optional<Origin> uncertain = Optional.empty();
    for (Table table : tables) {
      Optional<Origin> found = table.column(name, habits);
      boolean has =
          table.shape().known()
              && table.shape().columns().stream()
                  .anyMatch(c -> c.name() != null && habits.same(c.name(), name));
      if (has) {
        certain.add(found.orElseThrow());
      } else if (found.isPresent()) {
        uncertain = found;
      }
    }
    // Were it in one of the others as well, the warehouse would refuse the query.
    return certain.size() == 1
        ? Optional.of(certain.get(0))
        : certain.isEmpty()
            ? uncertain
            : Optional.of(new Origin.Unknown("there are several columns " + name));
  }

  /** The relations that these parts before a column's name can mean. */
  List<Table> meant(List<String> qualifier, Habits habits) {
    return tables.stream().filter(table -> table.isMeant(qualifier, habits)).toList();
  }

  /**
   * Both side by side.
   *
   * @param names the columns that become one
   */
  From join(From right, List<String> names, Habits habits) {
    List<Table> all = new ArrayList<>(tables);
    all.addAll(right.tables);
    Map<String, Origin> both = new LinkedHashMap<>(merged);
    both.putAll(right.merged);
    Map<String, Origin> now = new LinkedHashMap<>();
    for (String name : names) {
      Origin none = new Origin.Unknown("there is no column " + name);
      now.put(name, column(name, habits).orElse(none).and(right.column(name, habits).orElse(none)));
    }
    both.putAll(now);
    List<SqlNode> joined = new ArrayList<>(conditions);
    joined.addAll(right.conditions);
    return new From(all, star(right, now, habits), both, joined);
  }

  private Shape star(From right, Map<String, Origin> now, Habits habits) {
    if (!star.known() || !right.star.known()) {
      return star.known() ? right.star : star;
    }
    List<Column> columns = new ArrayList<>();
    if (habits.mergedColumnsFirst()) {
      now.forEach((name, origin) -> columns.add(new Column(name, origin)));
    }
    for (Column column : star.columns()) {
      Optional<String> name = in(now, column, habits);
      if (name.isEmpty()) {
        columns.add(column);
      } else if (!habits.mergedColumnsFirst()) {
        columns.add(new Column(name.get(), now.get(name.get())));
      }
    }
    right.star.columns().stream().filter(c -> in(now, c, habits).isEmpty()).forEach(columns::add);
    return Shape.of(columns);
  }

  private static Optional<String> in(Map<String, Origin> now, Column column, Habits habits) {
    return now.keySet().stream()
        .filter(name -> column.name() != null && habits.same(name, column.name()))
        .findFirst();
  }

  From with(SqlNode condition) {
    List<SqlNode> all = new ArrayList<>(conditions);
    all.add(condition);
    return new From(tables, star, merged, all);
  }

  /** Columns of both sides that have the same name, as NATURAL takes them. */
  List<String> common(From right, Habits habits) {
    return star.columns().stream()
        .map(Column::name)
        .filter(
            name ->
                name != null
                    && right.star.columns().stream()
                        .anyMatch(c -> c.name() != null && habits.same(c.name(), name)))
        .toList();
  }
}
