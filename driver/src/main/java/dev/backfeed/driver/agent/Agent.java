package dev.backfeed.driver.agent;

import dev.backfeed.driver.host.AgentSettings;
import dev.backfeed.engine.AgentDesk;
import dev.backfeed.engine.BackfeedEngine;
import dev.backfeed.engine.Trigger;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Runs schedules and answers requests: looks each second what is to be done, lets {@link Workers}
 * carry it out, and writes what became of it. One thread does all of the looking and writing, on a
 * connection of its own; when that breaks it makes another. An {@link Caretaker} beside it sees to
 * alerts. Safe for several threads.
 */
public final class Agent implements AutoCloseable {
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration BEAT = Duration.ofSeconds(3);
  private static final Duration TIDY = Duration.ofMinutes(1);
  private static final Duration GAUGES = Duration.ofSeconds(15);
  private static final Duration RECONNECT = Duration.ofSeconds(5);
  private static final Duration LAST_PAGE = Duration.ofSeconds(60);

  /** Requests that stop something have places of their own. */
  private static final int URGENT = 4;

  private final String id = "agent-" + UUID.randomUUID();
  private final AgentHost host;
  private final AgentSettings settings;
  private final AgentListener listener;
  private final String version;
  private final LinkedBlockingQueue<Ended> ended = new LinkedBlockingQueue<>();
  private final List<Ended> postponed = new ArrayList<>();
  private final Workers workers;
  private final Caretaker care;
  private final Metrics metrics = new Metrics();
  private final Thread thread;
  private Optional<HealthServer> endpoints = Optional.empty();
  private volatile boolean stopping;

  private Agent(AgentHost host, AgentSettings settings, AgentListener listener, String version) {
    this.host = host;
    this.settings = settings;
    this.listener = listener;
    this.version = version;
    this.workers = new Workers(host, settings, id, ended::add);
    this.care = new Caretaker(host, id, news -> tell(() -> listener.trouble(news)));
    this.thread = new Thread(this::live, "backfeed-agent");
    this.thread.setDaemon(true);
  }

  /**
   * Starts an agent.
   *
   * @param host closed with it
   * @param version what the table {@code agents} shows
   * @throws SQLException {@code 22023} if its port is taken
   */
  public static Agent start(
      AgentHost host, AgentSettings settings, AgentListener listener, String version)
      throws SQLException {
    Agent agent = new Agent(host, settings, listener, version);
    agent.listen();
    agent.thread.start();
    agent.care.start();
    return agent;
  }

  private void listen() throws SQLException {
    if (settings.port().isEmpty()) {
      return;
    }
    int port = settings.port().getAsInt();
    try {
      endpoints = Optional.of(HealthServer.start(this, port));
    } catch (IOException e) {
      host.close();
      throw new StatementException(
          SqlState.INVALID_VALUE,
          AgentSettings.PORT + " " + port + " cannot be listened on: choose another, or 0 for any",
          e);
    }
  }

  /** What tells it from all others. */
  public String id() {
    return id;
  }

  /** Where it listens on loopback; empty if it does not. */
  public OptionalInt port() {
    return endpoints.map(e -> OptionalInt.of(e.port())).orElse(OptionalInt.empty());
  }

  /** What it has done and seen, for its endpoints. */
  Metrics metrics() {
    return metrics;
  }

  /**
   * Takes nothing more, lets runs under way end their page, hands them over and signs out. Waits
   * until that is done, a minute at most.
   */
  @Override
  public void close() {
    stopping = true;
    try {
      thread.join(LAST_PAGE.plus(RECONNECT).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void live() {
    boolean again = true;
    while (again) {
      try (Connection clerk = host.open(Trigger.MANUAL)) {
        attend(clerk.unwrap(BackfeedEngine.class).desk(id));
        again = false;
      } catch (SQLException | RuntimeException e) {
        metrics.lost();
        tell(() -> listener.trouble(String.valueOf(e.getMessage())));
        again = !stopping;
        rest(RECONNECT);
      }
    }
    workers.close();
    care.close();
    endpoints.ifPresent(HealthServer::close);
    tell(listener::stopped);
    try {
      host.close();
    } catch (SQLException e) {
      tell(() -> listener.trouble(String.valueOf(e.getMessage())));
    }
  }

  private void attend(AgentDesk desk) throws SQLException {
    desk.enter(hostName(), ProcessHandle.current().pid(), version);
    tell(() -> listener.started(id, port()));
    Due beat = new Due(BEAT);
    Due tidy = new Due(TIDY);
    Due gauges = new Due(GAUGES);
    while (!stopping) {
      if (beat.now()) {
        desk.beat();
      }
      look(desk);
      if (gauges.now()) {
        metrics.gauges(desk.gauges());
      }
      if (tidy.now()) {
        desk.expire();
      }
      metrics.looked();
      write(desk, LOOK);
    }
    care.stop();
    handOver(desk);
    desk.leave();
  }

  private void look(AgentDesk desk) throws SQLException {
    desk.takeRequests(URGENT, true).forEach(workers::urgent);
    int free = workers.free();
    if (free > 0) {
      List<AgentDesk.Request> requests = desk.takeRequests(free, false);
      requests.forEach(workers::take);
      if (free > requests.size()) {
        desk.takeDue(free - requests.size()).forEach(workers::take);
      }
    }
  }

  /** Writes what has ended until the time is over. */
  private void write(AgentDesk desk, Duration time) throws SQLException {
    long until = System.nanoTime() + time.toNanos();
    long left = time.toNanos();
    while (left > 0 && !stopping) {
      Ended next = next(left);
      if (next != null) {
        write(desk, next);
      }
      left = until - System.nanoTime();
    }
    for (Ended task : List.copyOf(postponed)) {
      if (System.nanoTime() - task.notBefore() >= 0) {
        desk.handBack(task.task());
        postponed.remove(task);
      }
    }
  }

  private void write(AgentDesk desk, Ended task) throws SQLException {
    try {
      if (task.answer().isPresent()) {
        desk.done(task.task(), task.answer().get());
      } else if (stopping || System.nanoTime() - task.notBefore() >= 0) {
        desk.handBack(task.task());
      } else {
        postponed.add(task);
      }
    } catch (SQLException e) {
      // Written when the warehouse is back.
      ended.add(task);
      throw e;
    }
    metrics.count(task);
    tell(() -> listener.ended(task.what(), task.status(), task.detail(), task.millis()));
  }

  private void handOver(AgentDesk desk) throws SQLException {
    long until = System.nanoTime() + LAST_PAGE.toNanos();
    while ((workers.busy() > 0 || !ended.isEmpty()) && System.nanoTime() - until < 0) {
      // Again and again: one may only just be about to begin.
      workers.stop();
      Ended next = next(LOOK.toNanos());
      if (next != null) {
        write(desk, next);
      }
      desk.beat();
    }
    for (Ended task : postponed) {
      desk.handBack(task.task());
    }
  }

  private Ended next(long nanos) {
    try {
      return ended.poll(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      stopping = true;
      return null;
    }
  }

  private void rest(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    while (!stopping && System.nanoTime() - until < 0) {
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        stopping = true;
      }
    }
  }

  private static void tell(Runnable news) {
    try {
      news.run();
    } catch (RuntimeException e) {
      // Who listens must not stop what is listened to.
    }
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  /** Something to be done from time to time, at once to begin with. */
  private static final class Due {
    private final long every;
    private long next = System.nanoTime();

    Due(Duration every) {
      this.every = every.toNanos();
    }

    boolean now() {
      if (System.nanoTime() - next < 0) {
        return false;
      }
      next = System.nanoTime() + every;
      return true;
    }
  }
}
