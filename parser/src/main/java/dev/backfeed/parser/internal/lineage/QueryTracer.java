package dev.backfeed.parser.internal.lineage;

import dev.backfeed.parser.Lexicon;
import dev.backfeed.parser.command.Origin;
import dev.backfeed.parser.command.Relations;
import dev.backfeed.parser.command.TracedQuery;
import dev.backfeed.parser.internal.lineage.Scope.Names;
import dev.backfeed.parser.internal.lineage.Shape.Column;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlWith;
import org.apache.calcite.sql.SqlWithItem;

/**
 * Traces one query: from its FROM, whose relations are looked up and whose views are expanded, to
 * the origin of each output column. Rows are chosen by conditions and put together by groups and
 * orders; none of these makes a value, so that none is traced. For one query and one thread.
 */
public final class QueryTracer {
  private static final Set<SqlKind> QUERIES =
      EnumSet.of(
          SqlKind.SELECT,
          SqlKind.ORDER_BY,
          SqlKind.WITH,
          SqlKind.UNION,
          SqlKind.INTERSECT,
          SqlKind.EXCEPT,
          SqlKind.VALUES,
          SqlKind.EXPLICIT_TABLE);

  private static final int ROUNDS = 50;

  private final Lexicon lexicon;
  private final Habits habits;
  private final Relations relations;
  private final FromTracer froms;
  private final ExpressionTracer expressions;
  private final SelectList lists;
  private final Set<String> movingFilters = new TreeSet<>();
  private boolean allFiltersRead = true;
  private Set<String> userFunctions;

  public QueryTracer(Lexicon lexicon, Relations relations) {
    this.lexicon = lexicon;
    this.habits = new Habits(lexicon);
    this.relations = relations;
    this.froms = new FromTracer(this, relations, lexicon);
    this.expressions = new ExpressionTracer(this, habits);
    this.lists = new SelectList(expressions, habits);
  }

  /** Traces a query whose output columns the warehouse calls so. */
  public TracedQuery trace(String query, List<String> names) throws SQLException {
    try {
      SqlNode tree = BabelParser.parse(query, lexicon);
      Shape shape = query(tree, null, new Names(Map.of(), List.of(), 0));
      Optional<Set<String>> filters =
          allFiltersRead ? Optional.of(movingFilters) : Optional.empty();
      return new TracedQuery(matched(shape, names), filters);
    } catch (Untraceable e) {
      return TracedQuery.unknown(names.size(), e.getMessage());
    } catch (StackOverflowError e) {
      return TracedQuery.unknown(names.size(), "it is nested too deeply");
    }
  }

  private List<Origin> matched(Shape shape, List<String> names) {
    if (!shape.known() || shape.columns().size() != names.size()) {
      String why =
          shape.known() ? "other columns were read than the warehouse gives it" : shape.unknown();
      return TracedQuery.unknown(names.size(), why).columns();
    }
    List<Origin> origins = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      Column column = shape.columns().get(i);
      boolean same = column.name() == null || column.name().equalsIgnoreCase(names.get(i));
      origins.add(
          same
              ? column.origin()
              : new Origin.Unknown("another column was read than the warehouse gives it"));
    }
    return origins;
  }

  static boolean isQuery(SqlNode node) {
    return QUERIES.contains(node.getKind());
  }

  /** Some view's conditions could not be read. */
  void unreadableFilter() {
    allFiltersRead = false;
  }

  Set<String> userFunctions() throws SQLException {
    if (userFunctions == null) {
      userFunctions = relations.userFunctions();
    }
    return userFunctions;
  }

  /** The columns of a query of any kind. */
  Shape query(SqlNode node, Scope outer, Names names) throws SQLException {
    if (node instanceof SqlSelect select) {
      return lists.read(select.getSelectList(), scope(select, outer, names));
    }
    if (node instanceof SqlOrderBy order) {
      return query(order.query, outer, names);
    }
    if (node instanceof SqlWith with) {
      return with(with, outer, names);
    }
    return switch (node.getKind()) {
      case UNION, INTERSECT -> parts((SqlBasicCall) node, outer, names);
      case EXCEPT -> query(((SqlCall) node).operand(0), outer, names);
      case VALUES -> values((SqlCall) node, outer, names);
      case EXPLICIT_TABLE ->
          froms.relation(((SqlIdentifier) ((SqlCall) node).operand(0)).names, names).shape();
      default -> Shape.unknown("it has a " + node.getKind());
    };
  }

  /** The scope of a select's expressions. */
  Scope scope(SqlSelect select, Scope outer, Names names) throws SQLException {
    From from =
        select.getFrom() == null
            ? From.NOTHING
            : froms.read(select.getFrom(), outer, names, From.NOTHING);
    for (SqlNode condition : from.conditions()) {
      movingFilters.addAll(ExpressionTracer.moving(condition));
    }
    movingFilters.addAll(ExpressionTracer.moving(select.getWhere()));
    movingFilters.addAll(ExpressionTracer.moving(select.getHaving()));
    movingFilters.addAll(ExpressionTracer.moving(select.getQualify()));
    return new Scope(from, outer, names, select.getWindowList(), new HashMap<>());
  }

  private Shape parts(SqlBasicCall call, Scope outer, Names names) throws SQLException {
    Shape shape = query(call.operand(0), outer, names);
    for (SqlNode part : call.getOperandList().subList(1, call.operandCount())) {
      shape = shape.and(query(part, outer, names));
    }
    return shape;
  }

  private Shape values(SqlCall values, Scope outer, Names names) throws SQLException {
    Scope scope = Scope.of(From.NOTHING, outer, names);
    Shape shape = null;
    for (SqlNode row : values.getOperandList()) {
      List<Column> columns = new ArrayList<>();
      for (SqlNode cell : ((SqlCall) row).getOperandList()) {
        columns.add(new Column(null, expressions.value(cell, scope)));
      }
      shape = shape == null ? Shape.of(columns) : shape.and(Shape.of(columns));
    }
    return shape;
  }

  private Shape with(SqlWith with, Scope outer, Names names) throws SQLException {
    Names now = names;
    List<SqlWithItem> items = new ArrayList<>();
    for (SqlNode item : with.withList) {
      items.add((SqlWithItem) item);
    }
    for (SqlWithItem item : items) {
      if (isRecursive(item)) {
        // Under RECURSIVE a name may stand for an expression that comes later.
        now = now.with(key(item), Shape.unknown("it reads an expression that comes later"));
      }
    }
    for (SqlWithItem item : items) {
      Shape shape = isRecursive(item) ? fixpoint(item, outer, now) : once(item, outer, now);
      now = now.with(key(item), shape);
    }
    return query(with.body, outer, now);
  }

  private static boolean isRecursive(SqlWithItem item) {
    return item.recursive != null && item.recursive.booleanValue();
  }

  private String key(SqlWithItem item) {
    return habits.key(item.name.getSimple());
  }

  private Shape once(SqlWithItem item, Scope outer, Names names) throws SQLException {
    return query(item.query, outer, names).named(columns(item));
  }

  private static List<String> columns(SqlWithItem item) {
    SqlNodeList list = item.columnList;
    return list == null
        ? List.of()
        : list.stream().map(column -> ((SqlIdentifier) column).getSimple()).toList();
  }

  /** What the first part gives, then what the whole gives of that, until nothing is added. */
  private Shape fixpoint(SqlWithItem item, Scope outer, Names names) throws SQLException {
    if (item.query.getKind() != SqlKind.UNION) {
      return once(item, outer, names);
    }
    SqlNode first = ((SqlCall) item.query).operand(0);
    Shape shape = query(first, outer, names).named(columns(item));
    for (int round = 0; round < ROUNDS; round++) {
      Shape next = once(item, outer, names.with(key(item), shape));
      if (next.equals(shape)) {
        return shape;
      }
      shape = next;
    }
    return Shape.unknown("a recursive query does not settle");
  }
}
