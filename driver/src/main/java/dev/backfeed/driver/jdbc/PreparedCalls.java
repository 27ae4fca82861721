package dev.backfeed.driver.jdbc;

import dev.backfeed.parser.PreparedCommand;
import dev.backfeed.parser.command.Command;
import dev.backfeed.parser.command.Shape;
import java.lang.reflect.Method;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * A PreparedStatement of ours: a text that was read once and may be executed often, with a value
 * for each of its {@code ?}. Underneath lies a plain inner Statement, for time-outs, limits and
 * closing.
 */
final class PreparedCalls {
  /** What was prepared, and the Statement that it is executed on. */
  record Prepared(StatementFace statement, Shape shape, OurParameters parameters, String sql) {
    Prepared(StatementFace statement, PreparedCommand command, String sql) {
      this(statement, command.shape(), new OurParameters(command), sql);
    }

    @Override
    public String toString() {
      return sql;
    }
  }

  private static final Overrides<Prepared> TABLE = table();

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
        .on("clearParameters", PreparedCalls::clearParameters)
        .on("getParameterMetaData", PreparedCalls::parameterMetaData)
        .on("getMetaData", PreparedCalls::metaData)
        .on("unwrap", (p, call) -> JdbcProxy.unwrapSelf(call))
        .on("isWrapperFor", (p, call) -> JdbcProxy.isItself(call));
  }

  /** JDBC forbids the variants with a text on a PreparedStatement. */
  private static Command command(Prepared prepared, Invocation call) throws SQLException {
    prepared.statement().requireOpen();
    if (call.hasText()) {
      throw Refusal.textOnPrepared();
    }
    return prepared.parameters().bind();
  }

  private static Object addBatch(Prepared prepared, Invocation call) throws SQLException {
    prepared.statement().batch().addOurs(command(prepared, call));
    return null;
  }

  private static Object clearParameters(Prepared prepared, Invocation call) throws SQLException {
    prepared.statement().requireOpen();
    prepared.parameters().clear();
    return null;
  }

  private static Object parameterMetaData(Prepared prepared, Invocation call) throws SQLException {
    prepared.statement().requireOpen();
    return prepared.parameters().metaData();
  }

  private static Object metaData(Prepared prepared, Invocation call) throws SQLException {
    prepared.statement().requireOpen();
    return prepared.shape().hasRows() ? OurColumns.of(prepared.shape(), List.of()) : null;
  }

  /** What Statement declares works as on a Statement; what is left sets parameters. */
  private static Object asStatement(Prepared prepared, Invocation call) throws Throwable {
    Method method = call.method();
    if (method.getDeclaringClass() == PreparedStatement.class) {
      prepared.statement().requireOpen();
      boolean none = method.getName().equals("setNull");
      prepared.parameters().set(call.number(0).intValue(), none ? null : call.args()[1]);
      return null;
    }
    StatementFace face = prepared.statement();
    return StatementCalls.TABLE.find(method).run(face, call.on(face.inner()));
  }
}
