package dev.backfeed.driver.jdbc;

import java.sql.Statement;
import java.util.List;

/**
 * Which methods of Statement, PreparedStatement and CallableStatement differ from the inner
 * driver's, and how. One table serves all three: a call with a text may be ours, a call without one
 * executes what was prepared.
 */
final class StatementCalls {
  static final Overrides<StatementFace> TABLE = table();

  private StatementCalls() {}

  private static Overrides<StatementFace> table() {
    Overrides<StatementFace> table = Overrides.passingOn();
    executions(table);
    answers(table);
    return table
        .on("addBatch", StatementCalls::addBatch)
        .on("clearBatch", StatementCalls::clearBatch)
        .on("executeBatch", (face, call) -> batch(face, call, false))
        .on("executeLargeBatch", (face, call) -> batch(face, call, true))
        .on("getConnection", StatementCalls::getConnection)
        .on("cancel", (face, call) -> face.cancel() ? null : call.proceed())
        .on("setMaxRows", StatementCalls::setMaxRows)
        .on("setLargeMaxRows", StatementCalls::setMaxRows)
        .on("closeOnCompletion", StatementCalls::closeOnCompletion)
        .on("close", StatementCalls::close)
        .on("unwrap", (face, call) -> JdbcProxy.unwrap(call))
        .on("isWrapperFor", (face, call) -> JdbcProxy.isWrapperFor(call));
  }

  private static void executions(Overrides<StatementFace> table) {
    table
        .on(
            "execute",
            (face, call) ->
                ours(face, call)
                    ? (Object) face.execute(face.parse(call.text()))
                    : pass(face, call))
        .on(
            "executeQuery",
            (face, call) ->
                ours(face, call)
                    ? face.query(face.parse(call.text()))
                    : face.foreignRows(pass(face, call)))
        .on(
            "executeUpdate",
            (face, call) ->
                ours(face, call)
                    ? (Object) toInt(face.update(face.parse(call.text())))
                    : pass(face, call))
        .on(
            "executeLargeUpdate",
            (face, call) ->
                ours(face, call)
                    ? (Object) face.update(face.parse(call.text()))
                    : pass(face, call));
  }

  private static void answers(Overrides<StatementFace> table) {
    table
        .on("getResultSet", StatementCalls::getResultSet)
        .on(
            "getUpdateCount",
            (face, call) ->
                face.answer() == null ? call.proceed() : (Object) toInt(face.answer().count()))
        .on(
            "getLargeUpdateCount",
            (face, call) -> face.answer() == null ? call.proceed() : (Object) face.answer().count())
        .on("getMoreResults", StatementCalls::getMoreResults)
        .on(
            "getWarnings",
            (face, call) -> face.answer() == null ? call.proceed() : face.answer().warnings())
        .on("clearWarnings", StatementCalls::clearWarnings)
        .on(
            "getGeneratedKeys",
            (face, call) ->
                face.answer() == null ? call.proceed() : OurRows.empty((Statement) call.proxy()));
  }

  private static boolean ours(StatementFace face, Invocation call) throws Throwable {
    return call.hasText() && face.isOurs(call.text());
  }

  private static Object pass(StatementFace face, Invocation call) throws Throwable {
    face.foreign(call);
    return call.proceed();
  }

  private static Object getResultSet(StatementFace face, Invocation call) throws Throwable {
    OurAnswer answer = face.answer();
    return answer == null ? face.foreignRows(call.proceed()) : answer.rows();
  }

  private static Object getMoreResults(StatementFace face, Invocation call) throws Throwable {
    OurAnswer answer = face.answer();
    if (answer == null) {
      return call.proceed();
    }
    answer.next(
        call.args().length > 0 && call.number(0).intValue() == Statement.KEEP_CURRENT_RESULT);
    return false;
  }

  private static Object clearWarnings(StatementFace face, Invocation call) throws Throwable {
    OurAnswer answer = face.answer();
    if (answer != null) {
      answer.clearWarnings();
    }
    return call.proceed();
  }

  private static Object addBatch(StatementFace face, Invocation call) throws Throwable {
    if (!call.hasText()) {
      return call.proceed();
    }
    String sql = call.text();
    if (face.isOurs(sql)) {
      face.requireOpen();
      face.batch().addOurs(() -> face.parse(sql));
      return null;
    }
    face.batch().addForeign();
    return call.proceed();
  }

  private static Object clearBatch(StatementFace face, Invocation call) throws Throwable {
    face.batch().clear();
    return call.proceed();
  }

  private static Object batch(StatementFace face, Invocation call, boolean large) throws Throwable {
    List<OurBatch.Item> ours = face.batch().take();
    if (ours.isEmpty()) {
      return pass(face, call);
    }
    long[] counts = OurBatch.run(face, ours);
    return large ? counts : OurBatch.toInts(counts);
  }

  /** The inner statement is asked too: it may be closed. */
  private static Object getConnection(StatementFace face, Invocation call) throws Throwable {
    call.proceed();
    return face.connection().self();
  }

  private static Object setMaxRows(StatementFace face, Invocation call) throws Throwable {
    Object nothing = call.proceed();
    face.maxRows(call.number(0).longValue());
    return nothing;
  }

  private static Object closeOnCompletion(StatementFace face, Invocation call) throws Throwable {
    call.proceed();
    face.closeOnCompletion();
    return null;
  }

  private static Object close(StatementFace face, Invocation call) throws Throwable {
    face.close();
    return call.proceed();
  }

  private static int toInt(long count) {
    return (int) Math.min(count, Integer.MAX_VALUE);
  }
}
