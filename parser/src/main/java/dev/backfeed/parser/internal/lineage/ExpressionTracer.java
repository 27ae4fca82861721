package dev.backfeed.parser.internal.lineage;

import dev.backfeed.parser.command.Origin;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlWindow;

/**
 * The origin of an expression: every column that stands in it, conditions of CASE and FILTER and
 * the order of a window included.
 */
final class ExpressionTracer {
  private final QueryTracer queries;
  private final Habits habits;

  ExpressionTracer(QueryTracer queries, Habits habits) {
    this.queries = queries;
    this.habits = habits;
  }

  /** The origin of a value. */
  Origin value(SqlNode node, Scope scope) throws SQLException {
    if (node instanceof SqlIdentifier name) {
      return name(name, scope);
    }
    if (node instanceof SqlNodeList list) {
      return all(list, scope);
    }
    if (!(node instanceof SqlCall call)) {
      return node != null && node.getKind() == SqlKind.DYNAMIC_PARAM
          ? new Origin.Unknown("it has a parameter")
          : Origin.none();
    }
    if (QueryTracer.isQuery(call)) {
      return queries.query(call, scope, scope.names()).whole();
    }
    return switch (call.getKind()) {
      case EXISTS -> exists(call.operand(0), scope);
      case AS, ARGUMENT_ASSIGNMENT, DOT -> value(call.operand(0), scope);
      case LAMBDA -> new Origin.Unknown("it has a lambda");
      case OVER -> value(call.operand(0), scope).and(window(call.operand(1), scope));
      case WINDOW -> window(call, scope);
      default ->
          isCountOfRows(call)
              ? Origin.none()
              : Functions.of(call, queries.userFunctions()).and(all(call.getOperandList(), scope));
    };
  }

  private Origin all(Iterable<SqlNode> nodes, Scope scope) throws SQLException {
    Origin origin = Origin.none();
    for (SqlNode node : nodes) {
      origin = origin.and(value(node, scope));
    }
    return origin;
  }

  private static boolean isCountOfRows(SqlCall call) {
    return call.getOperator().getName().equalsIgnoreCase("count")
        && call.operandCount() == 1
        && call.operand(0) instanceof SqlIdentifier star
        && star.isStar()
        && star.names.size() == 1;
  }

  private Origin name(SqlIdentifier name, Scope scope) {
    List<String> parts = name.names;
    if (name.isStar()) {
      List<From.Table> meant = scope.from().meant(parts.subList(0, parts.size() - 1), habits);
      return meant.size() == 1
          ? meant.get(0).shape().whole()
          : new Origin.Unknown("a * stands in an expression");
    }
    boolean word = name.isSimple() && !name.isComponentQuoted(0) && Functions.isWord(parts.get(0));
    if (word && habits.reservesFunctions()) {
      return Functions.ofWord(parts.get(0));
    }
    Origin column = scope.resolve(parts, habits);
    if (word) {
      return column instanceof Origin.Known
          ? new Origin.Unknown(parts.get(0) + " may be a column or a function")
          : Functions.ofWord(parts.get(0));
    }
    return column;
  }

  /** Whether there are rows depends on the conditions, not on what is selected. */
  private Origin exists(SqlNode query, Scope scope) throws SQLException {
    if (!(query instanceof SqlSelect select)) {
      return new Origin.Unknown("it has an EXISTS of several queries");
    }
    Scope inner = queries.scope(select, scope, scope.names());
    Origin origin = all(inner.from().conditions(), inner);
    for (Origin merged : inner.from().merged().values()) {
      origin = origin.and(merged);
    }
    origin = origin.and(value(select.getWhere(), inner)).and(value(select.getHaving(), inner));
    return origin.and(value(select.getQualify(), inner));
  }

  private Origin window(SqlNode node, Scope scope) throws SQLException {
    if (node instanceof SqlIdentifier name) {
      for (SqlNode declared : scope.windows()) {
        if (declared instanceof SqlWindow window
            && window.getDeclName() != null
            && habits.same(window.getDeclName().getSimple(), name.getSimple())) {
          return window(window, scope);
        }
      }
      return new Origin.Unknown("there is no window " + name.getSimple());
    }
    SqlWindow window = (SqlWindow) node;
    Origin origin = all(window.getPartitionList(), scope).and(all(window.getOrderList(), scope));
    return window.getRefName() == null ? origin : origin.and(window(window.getRefName(), scope));
  }

  /** Functions of time or chance in conditions. */
  static Set<String> moving(SqlNode condition) {
    return condition == null ? Set.of() : Functions.moving(condition);
  }
}
