package dev.backfeed.driver.agent;

import dev.backfeed.driver.host.AgentSettings;
import dev.backfeed.parser.command.Command;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.SqlState;
import dev.backfeed.parser.command.StatementException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Optional;

/** Which statements an agent takes from others, as its host's settings say. */
final class RequestRules {
  private final AgentSettings settings;

  RequestRules(AgentSettings settings) {
    this.settings = settings;
  }

  /**
   * Lets a statement pass or not.
   *
   * @param connection where stored syncs can be looked at
   * @throws StatementException {@code 42501}
   */
  void check(Command command, Connection connection) throws SQLException {
    if (settings.requests() == AgentSettings.Accept.ALL || runs(command)) {
      return;
    }
    if (settings.requests() == AgentSettings.Accept.DEFINE) {
      if (command instanceof Command.CreateSync create) {
        requireNamed(create.definition().target().destination().text());
        requireOwn(create.definition().name(), connection);
        return;
      }
      if (command instanceof Command.DropSync drop) {
        requireOwn(drop.name(), connection);
        return;
      }
    }
    throw new StatementException(
        SqlState.NOT_ALLOWED,
        "this agent does not take such a statement from the table requests: it takes "
            + "SYNC NOW, VERIFY SYNC, PAUSE, RESUME and CANCEL RUN"
            + (settings.requests() == AgentSettings.Accept.DEFINE
                ? ", CREATE SYNC and DROP SYNC"
                : "")
            + "; its host's setting "
            + AgentSettings.REQUESTS
            + " widens it");
  }

  /** Whether a statement stops something, and so must not wait behind what it stops. */
  static boolean urgent(Command command) {
    return command instanceof Command.PauseSync
        || command instanceof Command.PauseDestination
        || command instanceof Command.CancelRun;
  }

  /** Whether a statement changes a definition, which one client does at a time. */
  static boolean defines(Command command) {
    return command instanceof Command.CreateSync
        || command instanceof Command.AlterSync
        || command instanceof Command.DropSync;
  }

  private static boolean runs(Command command) {
    return urgent(command)
        || command instanceof Command.SyncNow
        || command instanceof Command.VerifySync
        || command instanceof Command.ResumeSync
        || command instanceof Command.ResumeDestination;
  }

  private void requireNamed(String destination) throws StatementException {
    if (!settings.defineTo().contains(destination.toLowerCase(Locale.ROOT))) {
      throw new StatementException(
          SqlState.NOT_ALLOWED,
          "this agent takes no definition of a sync to destination \""
              + destination
              + "\": its host's setting "
              + AgentSettings.DEFINE_TO
              + " names "
              + String.join(", ", settings.defineTo()));
    }
  }

  /** One that exists must write to such a destination already, or a request could take it over. */
  private void requireOwn(Name sync, Connection connection) throws SQLException {
    Optional<String> destination = destination(sync, connection);
    if (destination.isPresent()) {
      requireNamed(destination.get());
    }
  }

  private static Optional<String> destination(Name sync, Connection connection)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet syncs = statement.executeQuery("SHOW SYNCS")) {
      while (syncs.next()) {
        if (syncs.getString("name").equalsIgnoreCase(sync.text())) {
          return Optional.of(syncs.getString("destination"));
        }
      }
      return Optional.empty();
    }
  }
}
