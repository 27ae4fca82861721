package dev.backfeed.parser.internal.lineage;

import dev.backfeed.parser.command.Origin;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.calcite.sql.SqlNodeList;

/**
 * Where names of columns are looked up: a FROM, and the scope around it, from which a correlated
 * subquery takes what it does not find in its own.
 *
 * @param outer null for none
 * @param names common table expressions, and the view around
 * @param windows of the WINDOW clause
 * @param aliases of the output columns so far
 */
record Scope(
    From from, Scope outer, Names names, SqlNodeList windows, Map<String, Origin> aliases) {
  static Scope of(From from, Scope outer, Names names) {
    return new Scope(from, outer, names, SqlNodeList.EMPTY, new HashMap<>());
  }

  /**
   * What names of relations mean at some place.
   *
   * @param ctes common table expressions by {@linkplain Habits#key key}
   * @param view in whose definition the place lies; empty for none
   * @param depth how many views lie around it
   */
  record Names(Map<String, Shape> ctes, List<String> view, int depth) {
    Names with(String cte, Shape shape) {
      Map<String, Shape> more = new HashMap<>(ctes);
      more.put(cte, shape);
      return new Names(more, view, depth);
    }
  }

  /** The origin of what a name, of one or more parts, means. */
  Origin resolve(List<String> parts, Habits habits) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Optional<Origin> found =
          parts.size() == 1 ? scope.column(parts.get(0), habits) : scope.qualified(parts, habits);
      if (found.isPresent()) {
        return found.get();
      }
    }
    return parts.size() == 1
        ? row(parts.get(0), habits)
        : new Origin.Unknown("there is no column " + String.join(".", parts));
  }

  private Optional<Origin> column(String name, Habits habits) {
    Optional<Origin> found = from.column(name, habits);
    if (found.isPresent() || !habits.aliasesAreSeen()) {
      return found;
    }
    Origin alias = aliases.get(habits.key(name));
    if (alias == null) {
      return Optional.empty();
    }
    boolean doubted = outer != null && outer.resolve(List.of(name), habits) instanceof Origin.Known;
    return Optional.of(
        doubted ? new Origin.Unknown(name + " may be a column of the query around") : alias);
  }

  /** A table's column, or a field within a column. */
  private Optional<Origin> qualified(List<String> parts, Habits habits) {
    Optional<Origin> found = Optional.empty();
    int meanings = 0;
    for (int i = parts.size() - 1; i > 0; i--) {
      for (From.Table table : from.meant(parts.subList(0, i), habits)) {
        Origin none = new Origin.Unknown("there is no column " + String.join(".", parts));
        found = Optional.of(table.column(parts.get(i), habits).orElse(none));
        meanings++;
      }
    }
    if (meanings == 0 && habits.dotsReachIntoColumns()) {
      return from.column(parts.get(0), habits);
    }
    return meanings > 1
        ? Optional.of(new Origin.Unknown(String.join(".", parts) + " has several meanings"))
        : found;
  }

  /** A relation's name where a column is expected is its row. */
  private Origin row(String name, Habits habits) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      List<From.Table> meant = scope.from.meant(List.of(name), habits);
      if (!meant.isEmpty()) {
        return meant.get(0).shape().whole();
      }
    }
    return new Origin.Unknown("there is no column " + name);
  }
}
