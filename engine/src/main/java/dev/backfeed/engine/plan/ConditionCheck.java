package dev.backfeed.engine.plan;

import dev.backfeed.engine.spi.ObjectSchema.FieldType;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.spi.WarehouseDialect;
import dev.backfeed.engine.warehouse.MappedColumn;
import dev.backfeed.parser.command.Constraint;
import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.Query;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import dev.backfeed.parser.command.SyncDefinition;
import dev.backfeed.parser.command.Verbatim;
import java.sql.SQLException;
import java.util.List;

/** Has the warehouse look at the conditions of a definition, none of which is evaluated. */
public final class ConditionCheck {
  private final SyncDefinition definition;
  private final List<QueryColumn> query;
  private final WarehouseDialect dialect;
  private final QueryProbe probe;
  private final boolean inTransaction;

  /**
   * A check.
   *
   * @param inTransaction whether the user has a transaction open
   */
  public ConditionCheck(
      SyncDefinition definition,
      List<QueryColumn> query,
      WarehouseDialect dialect,
      QueryProbe probe,
      boolean inTransaction) {
    this.definition = definition;
    this.query = query;
    this.dialect = dialect;
    this.probe = probe;
    this.inTransaction = inTransaction;
  }

  /**
   * Checks DELETE WHEN and every constraint.
   *
   * @throws StatementException with the warehouse's SQLState, {@code 42703} or {@code 22023}
   */
  public void check() throws SQLException {
    if (definition.deleteWhen().isPresent()) {
      Verbatim condition = definition.deleteWhen().get().condition();
      for (Verbatim.Call call : condition.calls()) {
        throw wrong(call, "goes with EXPECT only");
      }
      look("the condition of DELETE WHEN", condition);
    }
    for (Constraint constraint : definition.constraints()) {
      for (Verbatim.Call call : constraint.expression().calls()) {
        QueryColumn.find(query, call.column(), call.function());
        if (call.function().equals("drift") != constraint.overall()) {
          throw wrong(
              call,
              constraint.overall()
                  ? "is about one row: EXPECT OVERALL takes drift(column)"
                  : "is about the whole result: EXPECT takes previous(column)");
        }
      }
      look("constraint \"" + constraint.name() + "\"", constraint.expression());
    }
  }

  /**
   * Checks that what constraints ask of the state is in it.
   *
   * @param columns what is sent
   * @throws StatementException {@code 42703} for a column that is not sent, {@code 22023} for the
   *     drift of what is no number
   */
  public void checkCalls(List<MappedColumn> columns) throws StatementException {
    for (Constraint constraint : definition.constraints()) {
      for (Verbatim.Call call : constraint.expression().calls()) {
        QueryColumn column = QueryColumn.find(query, call.column(), call.function());
        MappedColumn sent =
            columns.stream()
                .filter(mapped -> mapped.column().equals(column.name()))
                .findFirst()
                .orElseThrow(() -> notSent(call, column));
        if (call.function().equals("drift") && sent.type().fieldType() != FieldType.NUMBER) {
          throw wrong(call, "is of numbers, and column \"" + column.name() + "\" holds none");
        }
      }
    }
  }

  private static StatementException notSent(Verbatim.Call call, QueryColumn column) {
    return new StatementException(
        SqlState.UNDEFINED_COLUMN,
        call.function()
            + " asks for what was sent before, and column \""
            + column.name()
            + "\" is not sent: add it to FIELDS",
        call.column().position());
  }

  private static StatementException wrong(Verbatim.Call call, String why) {
    return new StatementException(
        SqlState.INVALID_VALUE, call.function() + " " + why, call.column().position());
  }

  /** The state need not be there yet: what was sent before has the type of what is sent now. */
  private void look(String what, Verbatim condition) throws SQLException {
    List<Object> pieces =
        condition.pieces(
            text -> text,
            call ->
                call.function().equals("drift")
                    ? Sql.of("CAST(0 AS DOUBLE PRECISION)")
                    : Sql.name("q", name(call)));
    Sql sql =
        Sql.of(
            "SELECT {} IS TRUE AS holds FROM {} AS q",
            Sql.verbatim(pieces),
            Sql.verbatim(definition.query().unordered()));
    String text = sql.render(dialect).text();
    Position position = condition.position();
    try {
      probe.columns(new Query(text, text, List.of(), position), inTransaction);
    } catch (StatementException e) {
      String message = e.getMessage().replaceFirst("^the warehouse refuses the query", "");
      throw new StatementException(
          e.getSQLState(),
          "the warehouse refuses "
              + what
              + message.replaceAll(" \\(line \\d+, column \\d+\\)$", ""),
          position);
    }
  }

  private String name(Verbatim.Call call) {
    try {
      return QueryColumn.find(query, call.column(), call.function()).name();
    } catch (StatementException e) {
      throw new IllegalStateException(e);
    }
  }
}
