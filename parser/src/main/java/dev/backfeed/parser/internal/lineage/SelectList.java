package dev.backfeed.parser.internal.lineage;

import dev.backfeed.parser.internal.lineage.Shape.Column;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlStarExclude;
import org.apache.calcite.sql.SqlStarReplace;

/** The output columns of a SELECT. */
final class SelectList {
  private final ExpressionTracer expressions;
  private final Habits habits;

  SelectList(ExpressionTracer expressions, Habits habits) {
    this.expressions = expressions;
    this.habits = habits;
  }

  /** Reads them in order; those after a {@code *} of unknown width are unknown, and so all are. */
  Shape read(SqlNodeList items, Scope scope) throws SQLException {
    List<Column> columns = new ArrayList<>();
    for (SqlNode item : items) {
      if (isStar(item)) {
        Shape star = star(item, scope);
        if (!star.known()) {
          return star;
        }
        columns.addAll(star.columns());
      } else {
        Column column = new Column(name(item), expressions.value(item, scope));
        columns.add(column);
        if (item.getKind() == SqlKind.AS) {
          scope.aliases().putIfAbsent(habits.key(column.name()), column.origin());
        }
      }
    }
    return Shape.of(columns);
  }

  private static boolean isStar(SqlNode item) {
    return item instanceof SqlStarExclude
        || item instanceof SqlStarReplace
        || (item instanceof SqlIdentifier name && name.isStar())
        || (item.getKind() == SqlKind.DOT && isStar(((SqlCall) item).operand(1)));
  }

  private Shape star(SqlNode item, Scope scope) throws SQLException {
    if (item instanceof SqlIdentifier name) {
      return plain(name, scope);
    }
    if (item.getKind() == SqlKind.DOT) {
      return Shape.unknown("a * stands for the fields of a value");
    }
    SqlCall call = (SqlCall) item;
    Shape star = plain(call.operand(0), scope);
    List<Column> columns = new ArrayList<>(star.columns());
    for (SqlNode changed : (SqlNodeList) call.operand(1)) {
      int at = position(columns, changed);
      if (at < 0) {
        return Shape.unknown("what its * leaves out or replaces is not in it");
      }
      if (item instanceof SqlStarExclude) {
        columns.remove(at);
      } else {
        columns.set(at, new Column(name(changed), expressions.value(changed, scope)));
      }
    }
    return star.known() ? Shape.of(columns) : star;
  }

  private int position(List<Column> columns, SqlNode changed) {
    String name = name(changed);
    for (int i = 0; name != null && i < columns.size(); i++) {
      if (columns.get(i).name() != null && habits.same(columns.get(i).name(), name)) {
        return i;
      }
    }
    return -1;
  }

  private Shape plain(SqlIdentifier star, Scope scope) {
    if (star.names.size() == 1) {
      return scope.from().star();
    }
    List<From.Table> meant =
        scope.from().meant(star.names.subList(0, star.names.size() - 1), habits);
    return meant.size() == 1
        ? meant.get(0).shape()
        : Shape.unknown("it is not known what " + star + " stands for");
  }

  /** The name of a column; null where the warehouse makes one up. */
  private String name(SqlNode item) {
    if (item.getKind() == SqlKind.AS) {
      return ((SqlIdentifier) ((SqlCall) item).operand(1)).getSimple();
    }
    if (item instanceof SqlIdentifier name) {
      return name.names.get(name.names.size() - 1);
    }
    return item.getKind() == SqlKind.CAST && habits.castKeepsName()
        ? name(((SqlCall) item).operand(0))
        : null;
  }
}
