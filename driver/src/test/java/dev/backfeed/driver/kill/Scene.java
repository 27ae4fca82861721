package dev.backfeed.driver.kill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backfeed.engine.TestWarehouse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One warehouse with a model, a sync of it to a server, and processes that run the sync. No
 * connection is held between two steps: a DuckDB file has one process at a time.
 */
final class Scene {
  private static final String SYNC = "SYNC NOW people";
  private static final int PATIENCE_SECONDS = 60;
  private final TestWarehouse warehouse;
  private final RecordServer server;

  Scene(TestWarehouse warehouse, RecordServer server) {
    this.warehouse = warehouse;
    this.server = server;
  }

  private String url() {
    return "jdbc:backfeed:" + warehouse.url().substring("jdbc:".length());
  }

  void create() throws SQLException {
    try (Connection connection = DriverManager.getConnection(url());
        Statement statement = connection.createStatement()) {
      Model.create(statement);
      statement.execute(
          "CREATE DESTINATION hook TYPE webhook WITH (url = '"
              + server.url()
              + "', body = 'batch')");
      statement.execute(
          "CREATE SYNC people TO hook.people KEY (id) MODE MIRROR"
              + " AS SELECT id, name, score FROM people");
    }
  }

  void edit() throws SQLException {
    try (Connection connection = warehouse.open();
        Statement statement = connection.createStatement()) {
      Model.edit(statement);
    }
  }

  /** Runs the sync in this process; its status. */
  String sync() throws SQLException {
    try (Connection connection = DriverManager.getConnection(url());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(SYNC)) {
      row.next();
      return row.getString("status");
    }
  }

  /** Runs the sync in a process of its own that does not live to its end. */
  void syncAndDieAt(KillPoint point) throws IOException, InterruptedException {
    Path output = Files.createTempFile("killed", ".txt");
    try {
      Process child =
          new ProcessBuilder(command(point))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (point.side() == KillPoint.Side.WITHIN) {
        server.after(point.occasion(), () -> kill(child));
      }
      try {
        assertThat(child.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      } finally {
        child.destroyForcibly();
      }
      assertThat(child.exitValue())
          .as("%s: %s", point, Files.readString(output))
          .isEqualTo(KilledRun.REACHED);
    } finally {
      Files.delete(output);
    }
  }

  /** Returns when it is dead, so that no later request of it is answered. */
  private static void kill(Process child) {
    try {
      child.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<String> command(KillPoint point) {
    List<String> command = new ArrayList<>(OtherProcess.java());
    // So that the model's rows make more than one checkpoint on every warehouse.
    command.add("-Dbackfeed.checkpoint.rows=10000");
    command.addAll(List.of(KilledRun.class.getName(), url(), SYNC));
    command.addAll(
        List.of(point.side().name(), point.step().name(), Integer.toString(point.occasion())));
    return command;
  }

  List<String> runs() throws SQLException {
    try (Connection connection = warehouse.open()) {
      return new Books(connection).runs();
    }
  }

  /**
   * What the dead run has left is true as far as it goes.
   *
   * @param before runs before it
   */
  void checkAfterDeath(int before, KillPoint point) throws SQLException {
    try (Connection connection = warehouse.open()) {
      Books books = new Books(connection);
      List<String> runs = books.runs();
      assertThat(runs).hasSize(before + (point.leavesRun() ? 1 : 0));
      books.agreeWithLog();
      if (point.leavesRun()) {
        String run = runs.get(before).split(" ", 2)[0];
        books.stateIsWhatWasLogged(run, server.records());
      }
    }
  }

  /** Everything is as if no one had died; only the dead run's row tells. */
  void checkAfterRecovery(int before, KillPoint point) throws SQLException {
    try (Connection connection = warehouse.open()) {
      Books books = new Books(connection);
      Map<Long, String> model = Model.rows(connection, "people");
      assertThat(server.records()).as("the destination").isEqualTo(model);
      assertThat(Model.rows(connection, "backfeed.state_people")).as("the state").isEqualTo(model);
      books.balance();
      books.atRest();
      List<String> runs = books.runs();
      if (point.leavesRun()) {
        String status = point.leavesFinishedRun() ? " succeeded" : " interrupted";
        assertThat(runs.get(before)).endsWith(status);
      }
      assertThat(runs).hasSize(before + (point.leavesRun() ? 2 : 1));
    }
  }
}
