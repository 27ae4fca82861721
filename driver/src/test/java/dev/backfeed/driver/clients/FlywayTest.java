package dev.backfeed.driver.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.driver.jdbc.Warehouses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Syncs that come with a migration, as tables do. Flyway knows PostgreSQL, not DuckDB. */
class FlywayTest {
  @TempDir Path folder;
  @TempDir Path migrations;

  @Test
  void definesSyncsAndTakesBackAMigrationThatFails() throws IOException, SQLException {
    migration(
        "V1__syncs.sql",
        """
        CREATE DESTINATION d TYPE scripted;
        ALTER TABLE people ADD COLUMN note text DEFAULT 'a;b';
        /* with a table of its own; */
        CREATE SYNC s TO d.a KEY (id) AS
          SELECT id, name, note, $$;$$ AS sign FROM people ORDER BY id;
        """);
    migration(
        "R__described.sql",
        """
        CREATE OR REPLACE SYNC s TO d.a KEY (id) WITH (description = 'a person''s card') AS
          SELECT id, name FROM people;
        """);
    try (Shop shop = new Shop(Warehouses.POSTGRESQL, folder)) {
      assertThat(flyway(shop).migrate().migrationsExecuted).isEqualTo(2);
      assertThat(flyway(shop).migrate().migrationsExecuted).isZero();
      assertThat(column(shop, "SYNC NOW s", "status")).containsExactly("succeeded");
      assertThat(column(shop, "SELECT description FROM backfeed.syncs", "description"))
          .containsExactly("a person's card");

      migration(
          "V2__more.sql",
          """
          ALTER TABLE people ADD COLUMN more text;
          CREATE SYNC t TO d.b KEY (id) AS SELECT id, more FROM people;
          PAUSE SYNC s;
          CREATE SYNC u TO d.c KEY (id) MDOE MIRROR AS SELECT id, more FROM people;
          """);
      assertThatThrownBy(() -> flyway(shop).migrate())
          .isInstanceOf(FlywayException.class)
          .hasMessageContaining("42601")
          .hasMessageContaining("did you mean MODE?");
      assertThat(column(shop, "SHOW SYNCS", "name")).containsExactly("s");
      assertThat(column(shop, "SYNC NOW s", "status")).containsExactly("succeeded");
      assertThatThrownBy(() -> column(shop, "SELECT more FROM people", "more"))
          .isInstanceOf(SQLException.class);
    }
  }

  private Flyway flyway(Shop shop) {
    return Flyway.configure()
        .dataSource(shop.source())
        .locations("filesystem:" + migrations)
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .load();
  }

  private void migration(String name, String sql) throws IOException {
    Files.writeString(migrations.resolve(name), sql);
  }

  private static List<String> column(Shop shop, String sql, String label) throws SQLException {
    try (Connection connection = shop.source().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(label));
      }
      return values;
    }
  }
}
