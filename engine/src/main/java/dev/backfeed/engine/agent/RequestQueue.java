package dev.backfeed.engine.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.AgentDesk.Answer;
import dev.backfeed.engine.AgentDesk.Request;
import dev.backfeed.engine.Trigger;
import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The table {@code requests}. What others have written into it is data: a row is taken by an update
 * that says how it was found, and whoever comes second has changed nothing.
 */
final class RequestQueue {
  /** In a run's context: which request it was made for. */
  static final String REQUEST_ID = "request_id";

  private static final Sql URGENT =
      Sql.of(
          " AND (lower(trim(statement)) LIKE 'pause %' OR lower(trim(statement)) LIKE 'cancel %')");

  private static final int LONGEST_HOURS = 1;

  private final Warehouse work;
  private final Agents agents;
  private final String agent;

  RequestQueue(Warehouse work, Agents agents, String agent) {
    this.work = work;
    this.agents = agents;
    this.agent = agent;
  }

  private record Row(
      String id, String statement, String context, String by, String status, String agent) {}

  List<Request> take(int most, boolean urgent, OffsetDateTime now) throws SQLException {
    List<Row> rows =
        work.query(
            Sql.of(
                """
                SELECT id, statement, CAST(context AS VARCHAR), requested_by, status, agent
                FROM {} r
                WHERE ((status = 'requested' AND requested_at >= {})
                   OR (status = 'running' AND agent IS NOT NULL AND agent NOT IN ({}))){}
                ORDER BY requested_at, id LIMIT {}""",
                table(),
                oldest(),
                agents.living(),
                urgent ? URGENT : inTurn(),
                Sql.number(most)),
            row ->
                new Row(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    row.getString(4),
                    row.getString(5),
                    row.getString(6)));
    List<Request> taken = new ArrayList<>();
    for (Row row : rows) {
      if (take(row, now)) {
        taken.add(request(row));
      }
    }
    return taken;
  }

  /**
   * What one invocation has requested is carried out several at once, but nothing before the
   * definitions that were requested with it: a run would miss its sync, or find the former one. And
   * a run of several syncs waits for all before it, because it fails where one of them is running.
   */
  private Sql inTurn() {
    return Sql.of(
        """
         AND (r.invocation IS NULL OR NOT EXISTS (
           SELECT 1 FROM {} d WHERE d.invocation = r.invocation AND d.id <> r.id
             AND d.status IN ('requested', 'running')
             AND (({} AND NOT {} AND d.requested_at <= r.requested_at)
               OR ({} AND (d.requested_at < r.requested_at
                   OR (d.requested_at = r.requested_at AND d.id < r.id))))))""",
        table(),
        defines(Sql.of("d.statement")),
        defines(Sql.of("r.statement")),
        several(Sql.of("r.statement")));
  }

  private static Sql defines(Sql statement) {
    Sql word = Sql.of("lower(trim({}))", statement);
    return Sql.of("({} LIKE 'create%' OR {} LIKE 'alter%' OR {} LIKE 'drop%')", word, word, word);
  }

  /** Of a name with a comma in it, too, which then waits for nothing that would not end. */
  private static Sql several(Sql statement) {
    Sql word = Sql.of("lower(trim({}))", statement);
    return Sql.of(
        "({} LIKE 'sync now all%' OR {} LIKE 'sync now tag %' OR {} LIKE 'sync now to %'"
            + " OR {} LIKE 'sync now %,%')",
        word, word, word, word);
  }

  private boolean take(Row row, OffsetDateTime now) throws SQLException {
    return work.wins(
        Sql.of(
            "UPDATE {} SET status = 'running', agent = {}, taken_at = {} WHERE id = {} AND status ="
                + " {} AND agent IS NOT DISTINCT FROM {}",
            table(),
            Sql.bind(agent),
            Sql.bind(now),
            Sql.bind(row.id()),
            Sql.bind(row.status()),
            row.agent() == null ? Sql.of("NULL") : Sql.bind(row.agent())));
  }

  private static Request request(Row row) {
    Trigger trigger =
        new Trigger(
            Trigger.By.REQUEST,
            Optional.of(row.by()),
            Optional.of(context(row.id(), row.context())));
    return new Request(row.id(), row.statement(), trigger, row.agent() != null);
  }

  /** What was given, and which request it is. */
  private static String context(String id, String given) {
    ObjectNode context = Json.object();
    if (given != null && Json.read(given) instanceof ObjectNode object) {
      context = object;
    } else if (given != null) {
      context.set("context", Json.read(given));
    }
    return Json.write(context.put(REQUEST_ID, id));
  }

  void done(Request request, Answer answer, OffsetDateTime now) throws SQLException {
    Sql result =
        answer.result().map(text -> work.dialect().toJson(Sql.bind(text))).orElse(Sql.of("NULL"));
    work.run(
        Sql.of(
            "UPDATE {} SET status = {}, run_id = {}, result = {}, error = {}, finished_at = {}{}",
            table(),
            Sql.bind(answer.status()),
            text(answer.runId()),
            result,
            text(answer.error()),
            Sql.bind(now),
            ours(request)));
  }

  void handBack(Request request) throws SQLException {
    work.run(Sql.of("UPDATE {} SET status = 'requested'{}", table(), ours(request)));
  }

  /** How many. */
  long expire(OffsetDateTime now) throws SQLException {
    return work.run(
        Sql.of(
            "UPDATE {} SET status = 'expired', finished_at = {}, error = {} WHERE status ="
                + " 'requested' AND requested_at < {}",
            table(),
            Sql.bind(now),
            Sql.literal(
                "no agent took this request within an hour: see that one runs, then request it"
                    + " again"),
            oldest()));
  }

  private Sql oldest() {
    return Sql.of("{} - {} * INTERVAL '1 hour'", work.dialect().clock(), Sql.number(LONGEST_HOURS));
  }

  private Sql ours(Request request) {
    return Sql.of(
        " WHERE id = {} AND status = 'running' AND agent = {}",
        Sql.bind(request.id()),
        Sql.bind(agent));
  }

  private static Sql text(Optional<String> text) {
    return text.map(Sql::bind).orElse(Sql.of("NULL"));
  }

  private Sql table() {
    return work.table("requests");
  }
}
