package dev.backfeed.driver.agent;

import dev.backfeed.engine.AgentDesk;
import dev.backfeed.engine.BackfeedEngine;
import dev.backfeed.engine.Trigger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Looks at alerts every few seconds, and deletes each minute what is kept no longer, on a thread
 * and a connection of its own: either may take long, and the agent's other work goes on meanwhile.
 * One look ends before the next begins.
 */
final class Caretaker implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final int LOOKS_A_MINUTE = 12;
  private static final Duration SLICE = Duration.ofMillis(100);
  private static final Duration LAST_CALL = Duration.ofSeconds(10);

  private final AgentHost host;
  private final String agent;
  private final Consumer<String> trouble;
  private final Thread thread;
  private volatile boolean stopping;

  /**
   * A caretaker that is not at work yet.
   *
   * @param trouble told what kept it from looking
   */
  Caretaker(AgentHost host, String agent, Consumer<String> trouble) {
    this.host = host;
    this.agent = agent;
    this.trouble = trouble;
    this.thread = new Thread(this::live, "backfeed-agent-care");
    this.thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** No further call begins. Returns at once; who is being told is not cut off. */
  void stop() {
    stopping = true;
  }

  /** Waits for the call that is under way, though not for ever: its notification is sent again. */
  @Override
  public void close() {
    stop();
    try {
      thread.join(LAST_CALL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void live() {
    while (!stopping) {
      try (Connection connection = host.open(Trigger.MANUAL)) {
        AgentDesk desk = connection.unwrap(BackfeedEngine.class).desk(agent);
        for (int look = 0; !stopping; look++) {
          desk.watch(() -> stopping);
          if (look % LOOKS_A_MINUTE == 0 && !stopping) {
            desk.retain();
          }
          rest();
        }
      } catch (SQLException | RuntimeException e) {
        if (!stopping) {
          trouble.accept("alerts and retention: " + e.getMessage());
          rest();
        }
      }
    }
  }

  private void rest() {
    long until = System.nanoTime() + PAUSE.toNanos();
    while (!stopping && System.nanoTime() - until < 0) {
      try {
        Thread.sleep(SLICE.toMillis());
      } catch (InterruptedException e) {
        stopping = true;
      }
    }
  }
}
