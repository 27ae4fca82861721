package dev.backfeed.driver.jdbc;

import dev.backfeed.parser.command.Command;
import java.lang.reflect.Method;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * A PreparedStatement of ours: a text that was read once and may be executed often. It has no
 * parameters. Underneath lies a plain inner Statement, for time-outs, limits and closing.
 */
final class PreparedCalls {
  /** What was prepared, and the Statement that it is executed on. */
  record Prepared(StatementFace statement, Command command, String sql) {
    @Override
    public String toString() {
      return sql;
    }
  }

  private static final Overrides<Prepared> TABLE = table();
  private static final Overrides<Void> NO_PARAMETERS =
      Overrides.<Void>otherwise(
              (face, call) -> {
                throw Refusal.parameters();
              })
          .on("getParameterCount", (face, call) -> 0)
          .on("isWrapperFor", (face, call) -> false);

  private PreparedCalls() {}

  static PreparedStatement open(Prepared prepared) {
    PreparedStatement proxy = JdbcProxy.of(PreparedStatement.class, null, prepared, TABLE);
    prepared.statement().self(proxy);
    return proxy;
  }

  private static Overrides<Prepared> table() {
    return Overrides.otherwise(PreparedCalls::asStatement)
        .on("execute", (p, call) -> p.statement().execute(command(p, call)))
        .on("executeQuery", (p, call) -> p.statement().query(command(p, call)))
        .on(
            "executeUpdate",
            (p, call) -> (int) Math.min(p.statement().update(command(p, call)), Integer.MAX_VALUE))
        .on("executeLargeUpdate", (p, call) -> p.statement().update(command(p, call)))
        .on("addBatch", PreparedCalls::addBatch)
        .on("clearParameters", (p, call) -> null)
        .on("getParameterMetaData", (p, call) -> noParameters())
        .on("getMetaData", PreparedCalls::metaData)
        .on("unwrap", (p, call) -> JdbcProxy.unwrapSelf(call))
        .on("isWrapperFor", (p, call) -> ((Class<?>) call.args()[0]).isInstance(call.proxy()));
  }

  /** JDBC forbids the variants with a text on a PreparedStatement. */
  private static Command command(Prepared prepared, Invocation call) throws SQLException {
    if (call.hasText()) {
      throw Refusal.textOnPrepared();
    }
    return prepared.command();
  }

  private static Object addBatch(Prepared prepared, Invocation call) throws SQLException {
    command(prepared, call);
    prepared.statement().batch().addOurs(prepared.sql());
    return null;
  }

  private static Object metaData(Prepared prepared, Invocation call) throws SQLException {
    prepared.statement().requireOpen();
    return prepared.command().shape().hasRows()
        ? OurColumns.of(prepared.command().shape(), java.util.List.of())
        : null;
  }

  private static ParameterMetaData noParameters() {
    return JdbcProxy.of(ParameterMetaData.class, null, null, NO_PARAMETERS);
  }

  /** What Statement declares works as on a Statement; what is left sets parameters. */
  private static Object asStatement(Prepared prepared, Invocation call) throws Throwable {
    Method method = call.method();
    if (method.getDeclaringClass() == PreparedStatement.class) {
      throw Refusal.parameters();
    }
    StatementFace face = prepared.statement();
    return StatementCalls.TABLE.find(method).run(face, call.on(face.inner()));
  }
}
