package dev.backfeed.engine.alert;

import dev.backfeed.engine.Execution;
import dev.backfeed.engine.alert.Finding.Verdict;
import dev.backfeed.engine.alert.WatchedSyncs.Watched;
import dev.backfeed.engine.catalog.Alerts;
import dev.backfeed.engine.catalog.StoredAlert;
import dev.backfeed.engine.push.RunEnvironment;
import dev.backfeed.engine.warehouse.Warehouse;
import dev.backfeed.parser.command.AlertCondition;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks at what alerts ask for, and tells whom they name. To be called every few seconds, by any
 * number of agents: states are written in turns, so that what has changed becomes one event whoever
 * sees it, and a notification is claimed by one of them before it is sent. Not safe for several
 * threads.
 */
public final class AlertWatch {
  private final RunEnvironment environment;
  private final Warehouse work;
  private final AlertStates states;

  public AlertWatch(RunEnvironment environment) {
    this.environment = environment;
    this.work = environment.work();
    this.states = new AlertStates(work);
  }

  /**
   * Looks once.
   *
   * @param execution when to stop telling
   * @throws SQLException what the warehouse says; what destinations say is kept beside the event
   */
  public void look(Execution execution) throws SQLException {
    if (environment.schema().exists()) {
      judge();
      new Notifications(environment).deliver(execution);
    }
  }

  private void judge() throws SQLException {
    long turn = states.turn();
    Map<AlertStates.Key, AlertStates.State> present = states.all();
    List<StoredAlert> alerts = new Alerts(work, environment.schema()).all();
    if (alerts.isEmpty() && present.isEmpty()) {
      return;
    }
    Map<AlertStates.Key, Watched> watched = WatchedSyncs.read(work).of(alerts);
    List<Watched> fresh =
        watched.values().stream().filter(w -> !present.containsKey(w.key())).toList();
    List<AlertStates.Key> gone =
        present.keySet().stream().filter(k -> !watched.containsKey(k)).toList();
    if (!fresh.isEmpty() || !gone.isEmpty()) {
      if (!states.inTurn(turn, () -> keep(fresh, gone))) {
        return;
      }
      turn++;
      fresh.forEach(w -> present.put(w.key(), new AlertStates.State(false, null, "", "")));
    }
    List<Decision> decisions = decide(watched, present);
    if (!decisions.isEmpty()) {
      states.inTurn(turn, () -> write(decisions));
    }
  }

  private Void keep(List<Watched> fresh, List<AlertStates.Key> gone) throws SQLException {
    states.add(fresh);
    for (AlertStates.Key key : gone) {
      states.remove(key);
    }
    return null;
  }

  /** What one condition has come to: its new state, and what is to be told. */
  private record Decision(Watched watched, AlertStates.State state, List<News> news) {}

  private record News(Finding finding, Duration lasted) {}

  private List<Decision> decide(
      Map<AlertStates.Key, Watched> watched, Map<AlertStates.Key, AlertStates.State> present)
      throws SQLException {
    Map<AlertStates.Key, List<Finding>> findings = new LinkedHashMap<>();
    watched.keySet().forEach(key -> findings.put(key, new ArrayList<>()));
    new RunFindings(environment).addTo(findings, watched);
    new OtherFindings(work, environment.now()).addTo(findings, watched);
    List<Decision> decisions = new ArrayList<>();
    for (Watched each : watched.values()) {
      AlertStates.State before = present.get(each.key());
      Decision decision = decide(each, before, findings.get(each.key()));
      if (!decision.state().equals(before) || !decision.news().isEmpty()) {
        decisions.add(decision);
      }
    }
    return decisions;
  }

  private static Decision decide(
      Watched watched, AlertStates.State before, List<Finding> findings) {
    boolean violated = before.violated();
    OffsetDateTime since = before.since();
    String seen = before.seen();
    String seenStatus = before.seenStatus();
    boolean eachTime = watched.condition().kind() == AlertCondition.Kind.DEFINITION_CHANGED;
    List<News> news = new ArrayList<>();
    for (Finding finding : findings) {
      boolean wrong = finding.verdict() == Verdict.VIOLATED;
      if (eachTime) {
        news.add(new News(finding, Duration.ZERO));
      } else if (finding.verdict() != Verdict.SILENT && wrong != violated) {
        Duration lasted = wrong ? Duration.ZERO : Duration.between(since, finding.at());
        news.add(new News(finding, lasted));
        violated = wrong;
        since = finding.at();
      }
      seen = finding.seen();
      seenStatus = finding.seenStatus();
    }
    return new Decision(watched, new AlertStates.State(violated, since, seen, seenStatus), news);
  }

  private Void write(List<Decision> decisions) throws SQLException {
    AlertEvents events = new AlertEvents(work, environment.now());
    for (Decision decision : decisions) {
      states.update(decision.watched().key(), decision.state());
      for (News news : decision.news()) {
        events.add(decision.watched(), news.finding(), news.lasted());
      }
    }
    return null;
  }
}
