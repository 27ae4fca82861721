package dev.backfeed.engine.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backfeed.engine.AgentDesk;
import dev.backfeed.engine.Execution;
import dev.backfeed.engine.RunListener;
import dev.backfeed.engine.alert.AlertWatch;
import dev.backfeed.engine.catalog.Json;
import dev.backfeed.engine.catalog.Settings;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.spi.Sql;
import dev.backfeed.engine.state.Counters;
import dev.backfeed.engine.state.Retention;
import dev.backfeed.engine.warehouse.Warehouse;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** One agent's place at the desk. */
public final class Desk implements AgentDesk {
  /** What a run is that has not come to an end of its own: an agent that stops cancels its runs. */
  private static final Set<String> UNENDED =
      Set.of("planning", "running", "interrupted", "cancelled");

  /** So far back a run of a task that was taken over can lie. */
  private static final int RECENT_RUNS = 200;

  private final RunEnvironment environment;
  private final Warehouse work;
  private final Agents agents;
  private final RequestQueue requests;
  private final ScheduleBook schedules;
  private String host = "";
  private long pid;
  private String version = "";

  public Desk(RunEnvironment environment, String agent) {
    this.environment = environment;
    this.work = environment.work();
    this.agents = new Agents(work, agent);
    this.requests = new RequestQueue(work, agents, agent);
    this.schedules = new ScheduleBook(environment, agents, agent);
  }

  @Override
  public void enter(String ownHost, long ownPid, String ownVersion) throws SQLException {
    environment.schema().ensure();
    host = ownHost;
    pid = ownPid;
    version = ownVersion;
    agents.enter(host, pid, version);
  }

  @Override
  public void beat() throws SQLException {
    if (!agents.beat()) {
      agents.enter(host, pid, version);
    }
  }

  @Override
  public void leave() throws SQLException {
    agents.leave();
  }

  @Override
  public List<Request> takeRequests(int most, boolean urgent) throws SQLException {
    return requests.take(most, urgent, environment.now());
  }

  @Override
  public List<Due> takeDue(int most) throws SQLException {
    return schedules.take(most, environment.now());
  }

  @Override
  public Optional<Answer> settled(Task task) throws SQLException {
    String mark = task instanceof Request request ? request.id() : ((Due) task).dueAt().toString();
    String name = task instanceof Request ? RequestQueue.REQUEST_ID : ScheduleBook.DUE_AT;
    String syncId = task instanceof Due due ? due.syncId() : null;
    return work
        .query(
            Sql.of(
                "SELECT {}, CAST(context AS VARCHAR), error FROM {} WHERE triggered_by = {}{} ORDER"
                    + " BY run_id DESC LIMIT {}",
                Sql.join(", ", columns().stream().map(Sql::name).toList()),
                work.table("sync_runs"),
                Sql.bind(ScheduleBook.lower(task.trigger().by())),
                syncId == null ? Sql.EMPTY : Sql.of(" AND sync_id = {}", Sql.bind(syncId)),
                Sql.number(RECENT_RUNS)),
            row -> ended(row, name, mark))
        .stream()
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static List<String> columns() {
    List<String> columns = new ArrayList<>(List.of("run_id", "sync", "status"));
    columns.addAll(Counters.NAMES);
    columns.addAll(List.of("duration_ms", "message"));
    return columns;
  }

  private static Optional<Answer> ended(ResultSet row, String name, String mark)
      throws SQLException {
    int columns = columns().size();
    String context = row.getString(columns + 1);
    String status = row.getString("status");
    if (context == null
        || UNENDED.contains(status)
        || !Json.read(context).path(name).asText().equals(mark)) {
      return Optional.empty();
    }
    ObjectNode run = Json.object();
    for (int i = 1; i <= columns; i++) {
      Object value = row.getObject(i);
      if (value instanceof Number number) {
        run.put(columns().get(i - 1), number.longValue());
      } else {
        run.put(columns().get(i - 1), (String) value);
      }
    }
    ObjectNode result = Json.object();
    result.putArray("rows").add(run);
    result.putArray("warnings");
    String error = row.getString(columns + 2);
    String answered =
        error != null ? "failed" : status.equals("succeeded") ? "succeeded" : "partial";
    return Optional.of(
        new Answer(
            answered,
            Optional.of(row.getString("run_id")),
            Optional.of(Json.write(result)),
            Optional.ofNullable(error)));
  }

  @Override
  public void done(Task task, Answer answer) throws SQLException {
    if (task instanceof Request request) {
      requests.done(request, answer, environment.now());
    } else {
      schedules.done((Due) task);
    }
  }

  @Override
  public void handBack(Task task) throws SQLException {
    if (task instanceof Request request) {
      requests.handBack(request);
    } else {
      schedules.handBack((Due) task);
    }
  }

  @Override
  public long expire() throws SQLException {
    return requests.expire(environment.now());
  }

  @Override
  public void retain() throws SQLException {
    try {
      new Retention(work, new Settings(work, environment.schema())).apply(environment.now());
    } catch (SQLException e) {
      // Another agent, or a run that has ended, is at it.
      if (!work.dialect().isConflict(e)) {
        throw e;
      }
    }
  }

  @Override
  public void watch(BooleanSupplier stopped) throws SQLException {
    new AlertWatch(environment)
        .look(new Execution(stopped, Optional.empty(), 0, RunListener.NONE, false));
  }

  @Override
  public List<Gauge> gauges() throws SQLException {
    List<Gauge> gauges = new ArrayList<>();
    gauges.addAll(count("requests", "status", "requests", Sql.of("status")));
    gauges.addAll(count("syncs", "freshness", "sync_health", Sql.of("freshness_status")));
    work.query(
        Sql.of(
            "SELECT sync, minutes_since_success, rows_in_state FROM {}", work.table("sync_state")),
        row -> {
          Long minutes = row.getObject(2, Long.class);
          if (minutes != null) {
            gauges.add(new Gauge("minutes_since_success", "sync", row.getString(1), minutes));
          }
          return gauges.add(new Gauge("rows_in_state", "sync", row.getString(1), row.getLong(3)));
        });
    return gauges;
  }

  private List<Gauge> count(String metric, String label, String table, Sql by) throws SQLException {
    return work.query(
        Sql.of("SELECT {}, COUNT(*) FROM {} GROUP BY {}", by, work.table(table), by),
        row -> new Gauge(metric, label, row.getString(1), row.getLong(2)));
  }
}
