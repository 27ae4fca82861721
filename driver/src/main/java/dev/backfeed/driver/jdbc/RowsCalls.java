package dev.backfeed.driver.jdbc;

import java.lang.reflect.Method;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;

/** The methods of ResultSet that a result of ours supports; the rest say that they do not. */
final class RowsCalls {
  static final Overrides<OurRows> TABLE = table();

  /** What a primitive getter gives for null. */
  private static final Map<Class<?>, Object> ZEROS =
      Map.of(
          boolean.class,
          false,
          byte.class,
          (byte) 0,
          short.class,
          (short) 0,
          int.class,
          0,
          long.class,
          0L,
          float.class,
          0f,
          double.class,
          0d);

  private RowsCalls() {}

  private static Overrides<OurRows> table() {
    Overrides<OurRows> table =
        Overrides.otherwise(
            (rows, call) -> {
              throw Refusal.unsupported("a result of Backfeed", call.method());
            });
    getters(table);
    moves(table);
    facts(table);
    return table;
  }

  private static void getters(Overrides<OurRows> table) {
    OurRows.GETTERS.forEach(
        (name, type) ->
            table.on(
                name, (rows, call) -> orZero(rows.value(call.args()[0], type), call.method())));
    table
        .on("getBigDecimal", (rows, call) -> rows.decimal(call.args()))
        .on("getObject", RowsCalls::getObject)
        .on("wasNull", (rows, call) -> rows.open(rows.wasNull()))
        .on("findColumn", (rows, call) -> rows.find(call.text()));
  }

  private static void moves(Overrides<OurRows> table) {
    table
        .on("next", (rows, call) -> rows.cursor().relative(1))
        .on("previous", (rows, call) -> rows.cursor().relative(-1))
        .on("first", (rows, call) -> rows.cursor().absolute(1))
        .on("last", (rows, call) -> rows.cursor().absolute(-1))
        .on("absolute", (rows, call) -> rows.cursor().absolute(call.number(0).intValue()))
        .on("relative", (rows, call) -> rows.cursor().relative(call.number(0).intValue()))
        .on("beforeFirst", (rows, call) -> done(() -> rows.cursor().beforeFirst()))
        .on("afterLast", (rows, call) -> done(() -> rows.cursor().afterLast()))
        .on("getRow", (rows, call) -> rows.cursor().number())
        .on("isBeforeFirst", (rows, call) -> rows.cursor().isBeforeFirst())
        .on("isAfterLast", (rows, call) -> rows.cursor().isAfterLast())
        .on("isFirst", (rows, call) -> rows.cursor().isFirst())
        .on("isLast", (rows, call) -> rows.cursor().isLast());
  }

  private static void facts(Overrides<OurRows> table) {
    table
        .on("getMetaData", (rows, call) -> rows.metaData())
        .on("getStatement", (rows, call) -> rows.open(rows.statement()))
        .on("getType", (rows, call) -> rows.open(ResultSet.TYPE_SCROLL_INSENSITIVE))
        .on("getConcurrency", (rows, call) -> rows.open(ResultSet.CONCUR_READ_ONLY))
        .on("getHoldability", (rows, call) -> rows.open(ResultSet.HOLD_CURSORS_OVER_COMMIT))
        .on("getFetchDirection", (rows, call) -> rows.open(ResultSet.FETCH_FORWARD))
        .on("setFetchDirection", (rows, call) -> rows.open(null))
        .on("getFetchSize", (rows, call) -> rows.open(0))
        .on("setFetchSize", (rows, call) -> rows.open(null))
        .on("rowUpdated", (rows, call) -> rows.open(false))
        .on("rowInserted", (rows, call) -> rows.open(false))
        .on("rowDeleted", (rows, call) -> rows.open(false))
        .on("getWarnings", (rows, call) -> rows.open(null))
        .on("clearWarnings", (rows, call) -> rows.open(null))
        .on("close", (rows, call) -> done(rows::close))
        .on("isClosed", (rows, call) -> rows.isClosed())
        .on("unwrap", (rows, call) -> JdbcProxy.unwrapSelf(call))
        .on("isWrapperFor", (r, call) -> JdbcProxy.isItself(call));
  }

  private static Object getObject(OurRows rows, Invocation call) throws SQLException {
    Object[] args = call.args();
    if (args.length == 1 || args[1] instanceof Map<?, ?>) {
      return rows.value(args[0], null);
    }
    return rows.value(args[0], (Class<?>) args[1]);
  }

  private static Object orZero(Object value, Method getter) {
    return value == null ? ZEROS.get(getter.getReturnType()) : value;
  }

  private static Object done(OurRows.OnClose action) throws SQLException {
    action.closed();
    return null;
  }
}
