package dev.backfeed.driver.shell;

import dev.backfeed.driver.agent.AgentListener;
import dev.backfeed.driver.host.AgentSettings;
import dev.backfeed.driver.host.HostSettings;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;

/**
 * {@code java -jar backfeed.jar agent <url> [--config file]}: an agent until the process is told to
 * stop, which lets runs end their page. Writes a line a task to standard output, troubles to
 * standard error.
 */
final class AgentCommand {
  private final String url;
  private final Optional<String> config;
  private final PrintStream out;
  private final PrintStream err;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);

  private AgentCommand(String url, Optional<String> config, PrintStream out, PrintStream err) {
    this.url = url;
    this.config = config;
    this.out = out;
    this.err = err;
  }

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException if they make no sense
   */
  static AgentCommand parse(List<String> args, PrintStream out, PrintStream err) {
    String url = null;
    Optional<String> config = Optional.empty();
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i);
      if (arg.equals("--config")) {
        if (++i == args.size()) {
          throw new IllegalArgumentException("--config needs a file");
        }
        config = Optional.of(args.get(i));
      } else if (arg.startsWith("-")) {
        throw new IllegalArgumentException("agent has no option " + arg);
      } else if (url != null) {
        throw new IllegalArgumentException("agent takes one URL, \"" + arg + "\" is another");
      } else {
        url = arg;
      }
    }
    if (url == null) {
      throw new IllegalArgumentException("agent needs a URL");
    }
    return new AgentCommand(url, config, out, err);
  }

  /** The exit code. */
  int run() {
    Thread hook = new Thread(this::end, "backfeed-shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
    try (Connection connection = connect()) {
      while (!connection.isClosed() && stop.getCount() > 0) {
        stop.await();
      }
    } catch (SQLException e) {
      ErrorText.of(e, "", Optional.empty()).forEach(err::println);
      stopped.countDown();
      return Main.FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    stopped.countDown();
    return 0;
  }

  /** In the shutdown hook: the process waits until the agent has handed over. */
  private void end() {
    stop.countDown();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Connection connect() throws SQLException {
    Properties properties = new Properties();
    config.ifPresent(file -> properties.setProperty(HostSettings.CONFIG, file));
    properties.setProperty(AgentSettings.AGENT, "true");
    properties.put("backfeed.agent.listener", new Lines());
    return DriverManager.getConnection(url, properties);
  }

  private final class Lines implements AgentListener {
    @Override
    public void started(String agent, OptionalInt port) {
      line(
          out,
          agent
              + " has started"
              + (port.isPresent() ? ", http://127.0.0.1:" + port.getAsInt() + "/health" : ""));
    }

    @Override
    public void ended(String what, String status, String detail, long millis) {
      line(
          status.equals("succeeded") ? out : err,
          what + ": " + status + " (" + millis + " ms)" + (detail.isEmpty() ? "" : ": " + detail));
    }

    @Override
    public void trouble(String message) {
      line(err, "trouble: " + message);
    }

    @Override
    public void stopped() {
      line(out, "stopped");
    }

    private void line(PrintStream stream, String text) {
      stream.println(Instant.now().truncatedTo(ChronoUnit.SECONDS) + " " + text);
      stream.flush();
    }
  }
}
