package dev.backfeed.driver.agent;

import dev.backfeed.driver.host.AgentSettings;
import dev.backfeed.engine.AgentDesk.Answer;
import dev.backfeed.engine.AgentDesk.Due;
import dev.backfeed.engine.AgentDesk.Request;
import dev.backfeed.engine.AgentDesk.Task;
import dev.backfeed.engine.BackfeedEngine;
import dev.backfeed.parser.command.Command;
import dev.backfeed.parser.command.SqlState;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** The threads that carry tasks out, each on a connection of its own. Safe for several threads. */
final class Workers implements AutoCloseable {
  /** While another run of the sync is under way, or the warehouse is away. */
  private static final Duration POSTPONED = Duration.ofSeconds(5);

  private static final int VALID_SECONDS = 2;

  private final AgentHost host;
  private final AgentSettings settings;
  private final RequestRules rules;
  private final String agent;
  private final Consumer<Ended> ended;
  private final ExecutorService runs;
  private final ExecutorService urgent;
  private final AtomicInteger busy = new AtomicInteger();
  private final AtomicInteger stopping = new AtomicInteger();
  private final Set<Statement> running = ConcurrentHashMap.newKeySet();

  /** Definitions exclude each other: one waits here for the other, rather than to be postponed. */
  private final Lock defining = new ReentrantLock();

  private volatile boolean stopped;

  Workers(AgentHost host, AgentSettings settings, String agent, Consumer<Ended> ended) {
    this.host = host;
    this.settings = settings;
    this.rules = new RequestRules(settings);
    this.agent = agent;
    this.ended = ended;
    this.runs = Executors.newFixedThreadPool(settings.runs(), daemons("backfeed-agent-run"));
    this.urgent = Executors.newSingleThreadExecutor(daemons("backfeed-agent-stop"));
  }

  private static ThreadFactory daemons(String name) {
    return work -> {
      Thread thread = new Thread(work, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  /** How many tasks can be taken now. */
  int free() {
    return settings.runs() - busy.get();
  }

  /** How many tasks are not ended, urgent ones among them. */
  int busy() {
    return busy.get() + stopping.get();
  }

  void take(Task task) {
    submit(task, runs, busy);
  }

  void urgent(Task task) {
    submit(task, urgent, stopping);
  }

  private void submit(Task task, ExecutorService executor, AtomicInteger count) {
    count.incrementAndGet();
    executor.execute(
        () -> {
          try {
            ended.accept(carryOut(task));
          } finally {
            count.decrementAndGet();
          }
        });
  }

  /** Runs under way stop before their next call. */
  void stop() {
    stopped = true;
    for (Statement statement : running) {
      cancel(statement);
    }
  }

  private static void cancel(Statement statement) {
    try {
      statement.cancel();
    } catch (SQLException e) {
      // It has ended by itself, or its connection has.
    }
  }

  @Override
  public void close() {
    runs.shutdown();
    urgent.shutdown();
  }

  private Ended carryOut(Task task) {
    long began = System.nanoTime();
    if (stopped) {
      return back(task, "the agent stops", began, Duration.ZERO);
    }
    try (Connection connection = host.open(task.trigger())) {
      return carryOut(task, connection, began);
    } catch (SQLException e) {
      return back(task, String.valueOf(e.getMessage()), began, POSTPONED);
    } catch (RuntimeException e) {
      return done(task, Answers.of(new SQLException(e.toString(), e)), began);
    }
  }

  private Ended carryOut(Task task, Connection connection, long began) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      Optional<Command> requested = requested(task, connection);
      if (task.again() && requested.map(Workers::isOneRun).orElse(true)) {
        Optional<Answer> settled =
            connection.unwrap(BackfeedEngine.class).desk(agent).settled(task);
        if (settled.isPresent()) {
          return done(task, settled.get(), began);
        }
      }
      if (task instanceof Due due && due.open().isPresent()) {
        statement.setQueryTimeout(Math.max(1, (int) due.open().get().toSeconds()));
      }
      running.add(statement);
      boolean defines = requested.map(RequestRules::defines).orElse(false);
      if (defines) {
        defining.lock();
      }
      try {
        Answer answer = Answers.of(statement, statement.execute(text(task)));
        return stopped && !answer.status().equals("succeeded")
            ? back(task, "the agent stops", began, Duration.ZERO)
            : done(task, answer, began);
      } finally {
        running.remove(statement);
        if (defines) {
          defining.unlock();
        }
      }
    } catch (SQLException e) {
      return failed(task, connection, e, began);
    }
  }

  private Ended failed(Task task, Connection connection, SQLException e, long began) {
    if (stopped) {
      return back(task, "the agent stops", began, Duration.ZERO);
    }
    if (SqlState.IN_USE.equals(e.getSQLState()) || gone(connection)) {
      return back(task, String.valueOf(e.getMessage()), began, POSTPONED);
    }
    return done(task, Answers.of(e), began);
  }

  private static boolean gone(Connection connection) {
    try {
      return !connection.isValid(VALID_SECONDS);
    } catch (SQLException e) {
      return true;
    }
  }

  /** What a request asks for, once it is let in; empty for a run that is due. */
  private Optional<Command> requested(Task task, Connection connection) throws SQLException {
    if (!(task instanceof Request request)) {
      return Optional.empty();
    }
    Command command = host.parse(request.statement());
    rules.check(command, connection);
    return Optional.of(command);
  }

  private static String text(Task task) {
    return task instanceof Request request
        ? request.statement()
        : "SYNC NOW \"" + ((Due) task).sync().replace("\"", "\"\"") + "\"";
  }

  /** Whether a single run tells what became of it, as that of a sync that is due does. */
  private static boolean isOneRun(Command command) {
    return command instanceof Command.SyncNow now
        && !now.dryRun()
        && now.selection().syncs().size() == 1;
  }

  private static Ended done(Task task, Answer answer, long began) {
    return new Ended(
        task, Optional.of(answer), answer.error().orElse(""), millis(began), System.nanoTime());
  }

  private static Ended back(Task task, String why, long began, Duration wait) {
    return new Ended(
        task, Optional.empty(), why, millis(began), System.nanoTime() + wait.toNanos());
  }

  private static long millis(long began) {
    return (System.nanoTime() - began) / 1_000_000;
  }
}
