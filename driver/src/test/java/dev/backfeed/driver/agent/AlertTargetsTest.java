package dev.backfeed.driver.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.driver.jdbc.Warehouses;
import dev.backfeed.engine.BackfeedEngine;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table that is told of alerts gets the columns that it has. */
class AlertTargetsTest {
  @TempDir Path folder;

  @Test
  void aTableGetsTheColumnsItHas() throws SQLException {
    String file = "jdbc:duckdb:" + folder.resolve("ops.duckdb");
    try (Connection ops = DriverManager.getConnection(file);
        Statement statement = ops.createStatement()) {
      statement.execute(
          "CREATE TABLE told (event_id VARCHAR PRIMARY KEY, \"Text\" VARCHAR, state VARCHAR,"
              + " occurred_at TIMESTAMPTZ, seen_by VARCHAR)");
      statement.execute("CREATE TABLE other (id INTEGER)");
    }
    try (AgentScene scene = AgentScene.on(Warehouses.DUCKDB, folder)) {
      scene.sync("people", "");
      scene.run("CREATE DESTINATION ops TYPE jdbc WITH (url = '" + file + "')");
      scene.run(
          "CREATE SYNC ALERT w ON SYNC people WHEN BLOCKED NOTIFY ops.told, ops.other, ops.gone");
      scene.run("SYNC NOW people");
      scene.run("DELETE FROM people");
      assertThatThrownBy(() -> scene.run("SYNC NOW people")).hasMessageContaining("run ");
      try (Connection watching = DriverManager.getConnection(scene.url())) {
        watching.unwrap(BackfeedEngine.class).desk("watcher").watch(() -> false);
      }
      assertThat(status(scene, "told")).isEqualTo("sent 1");
      assertThat(status(scene, "other")).isEqualTo("pending 1");
      assertThat(status(scene, "gone")).isEqualTo("pending 1");
    }
    try (Connection ops = DriverManager.getConnection(file);
        Statement statement = ops.createStatement();
        ResultSet told = statement.executeQuery("SELECT * FROM told")) {
      assertThat(told.next()).isTrue();
      assertThat(told.getString("event_id")).hasSize(26);
      assertThat(told.getString("Text")).startsWith("[w] sync \"people\": BLOCKED (run ");
      assertThat(told.getString("state")).isEqualTo("violated");
      assertThat(told.getObject("occurred_at")).isNotNull();
      assertThat(told.getString("seen_by")).isNull();
      assertThat(told.next()).isFalse();
    }
  }

  private static String status(AgentScene scene, String object) throws SQLException {
    return scene.text(
        "SELECT status || ' ' || attempts FROM backfeed.alert_notifications WHERE object = '"
            + object
            + "'");
  }
}
