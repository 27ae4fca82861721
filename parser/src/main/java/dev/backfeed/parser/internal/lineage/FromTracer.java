package dev.backfeed.parser.internal.lineage;

import dev.backfeed.parser.Lexicon;
import dev.backfeed.parser.command.Origin;
import dev.backfeed.parser.command.Relations;
import dev.backfeed.parser.command.SourceColumn;
import dev.backfeed.parser.internal.lineage.Scope.Names;
import dev.backfeed.parser.internal.lineage.Shape.Column;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.sql.JoinConditionType;
import org.apache.calcite.sql.JoinType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;

/** What stands in a FROM: tables, views expanded to them, subqueries, joins. */
final class FromTracer {
  private static final int VIEWS_DEEP = 32;
  private static final int RELATIONS = 1_000;

  private final QueryTracer queries;
  private final Relations relations;
  private final Lexicon lexicon;
  private final Habits habits;
  private final Map<List<List<String>>, Relations.Relation> found = new HashMap<>();
  private final Map<List<String>, Shape> views = new HashMap<>();

  FromTracer(QueryTracer queries, Relations relations, Lexicon lexicon) {
    this.queries = queries;
    this.relations = relations;
    this.lexicon = lexicon;
    this.habits = new Habits(lexicon);
  }

  /**
   * Reads a FROM or a part of one.
   *
   * @param outer the scope around the query
   * @param left what stands to the left, which a lateral subquery sees
   */
  From read(SqlNode node, Scope outer, Names names, From left) throws SQLException {
    if (node instanceof SqlJoin join) {
      return join(join, outer, names, left);
    }
    if (node instanceof SqlIdentifier name) {
      return From.of(relation(name.names, names));
    }
    if (QueryTracer.isQuery(node)) {
      Scope around = habits.alwaysLateral() ? Scope.of(left, outer, names) : outer;
      return derived(null, queries.query(node, around, names));
    }
    return switch (node.getKind()) {
      case AS -> alias((SqlCall) node, outer, names, left);
      case TABLESAMPLE, TABLE_REF -> read(((SqlCall) node).operand(0), outer, names, left);
      case LATERAL -> lateral(((SqlCall) node).operand(0), outer, names, left);
      default -> derived(null, Shape.unknown("it reads a table function or the like"));
    };
  }

  private From lateral(SqlNode query, Scope outer, Names names, From left) throws SQLException {
    return QueryTracer.isQuery(query)
        ? derived(null, queries.query(query, Scope.of(left, outer, names), names))
        : derived(null, Shape.unknown("it reads a table function or the like"));
  }

  private static From derived(String alias, Shape shape) {
    return From.of(new From.Table(alias, List.of(), shape));
  }

  private From alias(SqlCall as, Scope outer, Names names, From left) throws SQLException {
    From aliased = read(as.operand(0), outer, names, left);
    List<String> columns =
        as.getOperandList().stream()
            .skip(2)
            .map(column -> column instanceof SqlIdentifier name ? name.getSimple() : "")
            .toList();
    String alias = ((SqlIdentifier) as.operand(1)).getSimple();
    return derived(alias, aliased.star().named(columns));
  }

  private From join(SqlJoin join, Scope outer, Names names, From left) throws SQLException {
    From one = read(join.getLeft(), outer, names, left);
    From seen = left.join(one, List.of(), habits);
    From other = read(join.getRight(), outer, names, seen);
    if (join.getJoinType() == JoinType.LEFT_SEMI_JOIN) {
      return one.with(join.getCondition());
    }
    if (join.isNatural()) {
      return one.star().known() && other.star().known()
          ? one.join(other, one.common(other, habits), habits)
          : derived(null, Shape.unknown("a NATURAL JOIN has columns that are not known"));
    }
    if (join.getConditionType() == JoinConditionType.USING) {
      List<String> using =
          ((SqlNodeList) join.getCondition())
              .stream().map(column -> ((SqlIdentifier) column).getSimple()).toList();
      return one.join(other, using, habits);
    }
    From both = one.join(other, List.of(), habits);
    return join.getCondition() == null ? both : both.with(join.getCondition());
  }

  /** The relation of that name. */
  From.Table relation(List<String> name, Names names) throws SQLException {
    Shape cte = name.size() == 1 ? names.ctes().get(habits.key(name.get(0))) : null;
    if (cte != null) {
      return new From.Table(name.get(0), List.of(), cte);
    }
    Relations.Relation relation = find(name, names.view());
    if (relation instanceof Relations.Stored table) {
      List<Column> columns =
          table.columns().stream()
              .map(c -> new Column(c, source(new SourceColumn(table.path(), c))))
              .toList();
      return new From.Table(null, List.of(name, table.path()), Shape.of(columns));
    }
    if (relation instanceof Relations.View view) {
      return new From.Table(null, List.of(name, view.path()), view(view, names.depth()));
    }
    String why = ((Relations.Unreadable) relation).why();
    return new From.Table(null, List.of(name), Shape.unknown(why));
  }

  private static Origin source(SourceColumn column) {
    return new Origin.Known(Set.of(column), Set.of());
  }

  private Relations.Relation find(List<String> name, List<String> view) throws SQLException {
    if (name.size() > 3) {
      return new Relations.Unreadable("a relation's name has more than three parts");
    }
    Relations.Relation known = found.get(List.of(name, view));
    if (known == null) {
      known =
          found.size() < RELATIONS
              ? relations.find(List.copyOf(name), view)
              : new Relations.Unreadable("it reads more than " + RELATIONS + " relations");
      found.put(List.of(List.copyOf(name), view), known);
    }
    return known;
  }

  /** What a view's own query gives, under the view's names. */
  private Shape view(Relations.View view, int depth) throws SQLException {
    Shape known = views.get(view.path());
    if (known == null) {
      known =
          depth < VIEWS_DEEP ? expanded(view, depth) : Shape.unknown("views are nested too deeply");
      views.put(view.path(), known);
    }
    return known;
  }

  private Shape expanded(Relations.View view, int depth) throws SQLException {
    String name = "view " + String.join(".", view.path());
    try {
      SqlNode query = BabelParser.parse(view.definition(), lexicon);
      Shape shape = queries.query(query, null, new Names(Map.of(), view.path(), depth + 1));
      if (!shape.known()) {
        return Shape.unknown(name + ": " + shape.unknown());
      }
      return shape.columns().size() == view.columns().size()
          ? shape.named(view.columns())
          : Shape.unknown(name + " has other columns than its definition");
    } catch (Untraceable e) {
      queries.unreadableFilter();
      return Shape.unknown(name + " cannot be read: " + e.getMessage());
    }
  }
}
