package dev.backfeed.driver.jdbc;

import dev.backfeed.engine.BackfeedEngine;
import dev.backfeed.engine.RunListener;
import dev.backfeed.engine.Trigger;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A connection to a warehouse that also understands our statements. Everything else is the inner
 * connection's. As thread-safe as that one is.
 */
final class ConnectionFace {
  private static final Overrides<ConnectionFace> CALLS =
      Overrides.<ConnectionFace>passingOn()
          .on("createStatement", (face, call) -> face.statement((Statement) call.proceed()))
          .on("prepareStatement", ConnectionFace::prepare)
          .on("prepareCall", ConnectionFace::prepareCall)
          .on("nativeSQL", (face, call) -> face.ours(call) ? call.text() : call.proceed())
          .on("getMetaData", (face, call) -> face.metaData((DatabaseMetaData) call.proceed()))
          .on("commit", ConnectionFace::transactionEnds)
          .on("rollback", ConnectionFace::transactionEnds)
          .on("setAutoCommit", ConnectionFace::transactionEnds)
          .on("close", ConnectionFace::end)
          .on("abort", ConnectionFace::end)
          .on("unwrap", ConnectionFace::unwrap)
          .on("isWrapperFor", (face, call) -> JdbcProxy.isWrapperFor(call));

  private static final Overrides<ConnectionFace> META_DATA =
      Overrides.<ConnectionFace>passingOn()
          .on("getConnection", (face, call) -> face.self)
          .on("getURL", (face, call) -> BackfeedUrl.outer((String) call.proceed()))
          .on("getSQLKeywords", (face, call) -> keywords((String) call.proceed()))
          .on("unwrap", (face, call) -> JdbcProxy.unwrap(call))
          .on("isWrapperFor", (face, call) -> JdbcProxy.isWrapperFor(call));

  private static final List<String> OUR_KEYWORDS =
      List.of(
          ("ABOVE ALERT ALERTS APPEND APPROVE BACKFILL BASELINE BLOCKED CANCEL"
                  + " CHANGED CHANGES CLEAR CONTINUOUS CREATED CRON DEFINITION"
                  + " DESTINATION DESTINATIONS DETECT DIFF DIFFERENCES DOUBT DRY EDITS"
                  + " ERASE EXISTING EXPECT FAIL FAILED FAILURES FIELDS IF KEEP LATEST"
                  + " LOOKBACK LOOKUP MEMBERS MIRROR MODE NOTIFY NOW OPERATION OVERALL"
                  + " OVERWRITE PASSIVE PAUSE PREVIEW QUOTA RECONCILE REJECT REKEY"
                  + " REMOVALS REMOVE RENAME REPAIR RESOLVE RESUME RETRY REVIEW RUN RUNS"
                  + " SAMPLE SCHEDULE SECRET SENT SETTINGS STABLE STALE SYNC SYNCS TAG"
                  + " TEST TYPES UNDO UNSENT UNSET UPSERT USE VALIDATE VERIFY VIOLATION"
                  + " WARN")
              .split(" ", -1));

  private final Connection self;
  private final OurSide side;
  private final Routing routing;
  private final RunListener listener;
  private final OpenWork openWork;
  private final Trigger trigger;
  private boolean telemetry;

  private ConnectionFace(
      Connection inner, OurSide side, RunListener listener, OpenWork openWork, Trigger trigger) {
    this.side = side;
    this.routing = new Routing(side);
    this.listener = listener;
    this.openWork = openWork;
    this.trigger = trigger;
    this.self = JdbcProxy.over(Connection.class, inner, this, CALLS);
  }

  /**
   * Wraps a connection.
   *
   * @param inner the warehouse's own
   * @param side what answers to our statements; closed with the connection
   * @param listener told of runs
   * @param telemetry whether OpenTelemetry is told of them
   * @param streams whether the inner driver's results are read while the caller reads them
   * @param trigger what its runs are begun by
   */
  static Connection open(
      Connection inner,
      OurSide side,
      RunListener listener,
      boolean telemetry,
      boolean streams,
      Trigger trigger) {
    ConnectionFace face = new ConnectionFace(inner, side, listener, new OpenWork(streams), trigger);
    face.telemetry = telemetry;
    return face.self;
  }

  /** The object the caller holds. */
  Connection self() {
    return self;
  }

  OurSide side() {
    return side;
  }

  Routing routing() {
    return routing;
  }

  /** What is told of one statement's runs. */
  RunListener listener() throws SQLException {
    return telemetry ? Telemetry.before(listener) : listener;
  }

  Trigger trigger() {
    return trigger;
  }

  OpenWork openWork() {
    return openWork;
  }

  /** Agents ask for the engine behind a connection. */
  private Object unwrap(Invocation call) throws Throwable {
    return call.args()[0] == BackfeedEngine.class ? side.engine() : JdbcProxy.unwrap(call);
  }

  private boolean ours(Invocation call) throws SQLException {
    return call.hasText() && routing.isOurs(call.text());
  }

  private Statement statement(Statement inner) {
    return wrap(Statement.class, inner);
  }

  private <T extends Statement> T wrap(Class<T> type, T inner) {
    if (inner == null) {
      return null;
    }
    StatementFace face = new StatementFace(this, inner);
    T proxy = JdbcProxy.over(type, inner, face, StatementCalls.TABLE);
    face.self(proxy);
    return proxy;
  }

  private Object prepare(Invocation call) throws Throwable {
    if (!ours(call)) {
      return wrap(PreparedStatement.class, (PreparedStatement) call.proceed());
    }
    Statement inner = ((Connection) call.delegate()).createStatement();
    try {
      StatementFace face = new StatementFace(this, inner);
      return PreparedCalls.open(
          new PreparedCalls.Prepared(face, side.prepare(call.text()), call.text()));
    } catch (SQLException e) {
      inner.close();
      throw e;
    }
  }

  private Object prepareCall(Invocation call) throws Throwable {
    if (ours(call)) {
      throw Refusal.called();
    }
    return wrap(CallableStatement.class, (CallableStatement) call.proceed());
  }

  private DatabaseMetaData metaData(DatabaseMetaData inner) {
    return JdbcProxy.over(DatabaseMetaData.class, inner, this, META_DATA);
  }

  /** A rollback to a savepoint ends nothing. */
  private Object transactionEnds(Invocation call) throws Throwable {
    Object nothing = call.proceed();
    if (!call.method().getName().equals("rollback") || call.args().length == 0) {
      openWork.ended();
    }
    return nothing;
  }

  private Object end(Invocation call) throws Throwable {
    side.close();
    return call.proceed();
  }

  /** The inner driver's as they are, and those of ours that are not among them. */
  private static String keywords(String inner) {
    String theirs = inner == null ? "" : inner;
    Set<String> known =
        Set.copyOf(Arrays.asList(theirs.toUpperCase(Locale.ROOT).split("\\s*,\\s*", -1)));
    Stream<String> ours = OUR_KEYWORDS.stream().filter(word -> !known.contains(word));
    return Stream.concat(Stream.of(theirs).filter(text -> !text.isEmpty()), ours)
        .collect(Collectors.joining(","));
  }
}
