package dev.backfeed.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The text of what is sent; for MySQL and MariaDB, which no test here can run, all there is. */
class StatementsTest {
  private static final Column ID = column("id", Column.Kind.INTEGER, "BIGINT");
  private static final Column NAME = column("Full Name", Column.Kind.TEXT, "VARCHAR");
  private static final Column SCORE = column("score", Column.Kind.DECIMAL, "DECIMAL(10,2)");
  private static final Column FACTS = column("facts", Column.Kind.JSON, "JSON");

  @Test
  void postgresUpsert() {
    assertThat(on(Database.POSTGRESQL, "\"").upsert(List.of(ID), List.of(NAME, SCORE), 2))
        .isEqualTo(
            "INSERT INTO users (\"id\", \"Full Name\", \"score\") VALUES (?, ?, ?), (?, ?, ?)"
                + " ON CONFLICT (\"id\") DO UPDATE SET \"Full Name\" = EXCLUDED.\"Full Name\","
                + " \"score\" = EXCLUDED.\"score\"");
  }

  @Test
  void sqliteUpsertOfKeysAlone() {
    assertThat(on(Database.SQLITE, "\"").upsert(List.of(ID, NAME), List.of(), 1))
        .isEqualTo(
            "INSERT INTO users (\"id\", \"Full Name\") VALUES (?, ?)"
                + " ON CONFLICT (\"id\", \"Full Name\") DO NOTHING");
  }

  @Test
  void duckDbTellsTheTypes() {
    assertThat(on(Database.DUCKDB, "\"").upsert(List.of(ID), List.of(NAME, SCORE, FACTS), 1))
        .isEqualTo(
            "INSERT INTO users (\"id\", \"Full Name\", \"score\", \"facts\")"
                + " VALUES (CAST(? AS BIGINT), ?, CAST(? AS DECIMAL(10,2)), CAST(? AS JSON))"
                + " ON CONFLICT (\"id\") DO UPDATE SET \"Full Name\" = EXCLUDED.\"Full Name\","
                + " \"score\" = EXCLUDED.\"score\", \"facts\" = EXCLUDED.\"facts\"");
  }

  @Test
  void mySqlUpsertNamesTheNewRow() {
    assertThat(on(Database.MYSQL, "`").upsert(List.of(ID), List.of(NAME, SCORE), 2))
        .isEqualTo(
            "INSERT INTO users (`id`, `Full Name`, `score`) VALUES (?, ?, ?), (?, ?, ?)"
                + " AS backfeed_new ON DUPLICATE KEY UPDATE"
                + " `Full Name` = backfeed_new.`Full Name`, `score` = backfeed_new.`score`");
  }

  @Test
  void mariaDbUpsertTakesValues() {
    assertThat(on(Database.MARIADB, "`").upsert(List.of(ID), List.of(NAME), 1))
        .isEqualTo(
            "INSERT INTO users (`id`, `Full Name`) VALUES (?, ?)"
                + " ON DUPLICATE KEY UPDATE `Full Name` = VALUES(`Full Name`)");
  }

  @Test
  void mySqlLikeUpsertOfKeysAloneChangesNothing() {
    assertThat(on(Database.MYSQL, "`").upsert(List.of(ID), List.of(), 1))
        .isEqualTo(
            "INSERT INTO users (`id`) VALUES (?) AS backfeed_new"
                + " ON DUPLICATE KEY UPDATE `id` = backfeed_new.`id`");
    assertThat(on(Database.MARIADB, "`").upsert(List.of(ID), List.of(), 1))
        .endsWith(" ON DUPLICATE KEY UPDATE `id` = VALUES(`id`)");
  }

  @Test
  void updateAndDelete() {
    Statements statements = on(Database.MYSQL, "`");
    assertThat(statements.update(List.of(ID, NAME), List.of(SCORE)))
        .isEqualTo("UPDATE users SET `score` = ? WHERE `id` = ? AND `Full Name` = ?");
    assertThat(statements.update(List.of(ID), List.of()))
        .isEqualTo("UPDATE users SET `id` = `id` WHERE `id` = ?");
    assertThat(statements.delete(List.of(ID), 3))
        .isEqualTo("DELETE FROM users WHERE `id` IN (?, ?, ?)");
    assertThat(statements.delete(List.of(ID, NAME), 2))
        .isEqualTo(
            "DELETE FROM users WHERE (`id` = ? AND `Full Name` = ?)"
                + " OR (`id` = ? AND `Full Name` = ?)");
  }

  @Test
  void anInsertLeavesWhatIsThere() {
    assertThat(on(Database.POSTGRESQL, "\"").insertIfMissing(List.of(ID), List.of(SCORE)))
        .isEqualTo(
            "INSERT INTO users (\"id\", \"score\") VALUES (?, ?) ON CONFLICT (\"id\") DO NOTHING");
    for (Database mySqlLike : List.of(Database.MYSQL, Database.MARIADB)) {
      assertThat(on(mySqlLike, "`").insertIfMissing(List.of(ID), List.of(SCORE)))
          .isEqualTo(
              "INSERT INTO users (`id`, `score`) SELECT ?, ? FROM DUAL"
                  + " WHERE NOT EXISTS (SELECT 1 FROM users WHERE `id` = ?)");
    }
  }

  @Test
  void aQueryNumbersWhatIsWanted() {
    assertThat(
            on(Database.POSTGRESQL, "\"")
                .select(List.of("\"score\""), List.of(ID, NAME), List.of(0, 7)))
        .isEqualTo(
            "SELECT 0, \"score\" FROM users WHERE \"id\" = ? AND \"Full Name\" = ?"
                + " UNION ALL SELECT 7, \"score\" FROM users WHERE \"id\" = ? AND \"Full Name\" = ?");
  }

  @Test
  void quotesAreDoubled() {
    assertThat(Names.quote("a`; DROP TABLE b", "`")).isEqualTo("`a``; DROP TABLE b`");
    assertThat(Names.quote("a\"b", "\"")).isEqualTo("\"a\"\"b\"");
  }

  @Test
  void bindsStayWithinTheLimit() {
    assertThat(Database.SQLITE.rowsPerStatement(300)).isEqualTo(109);
    assertThat(Database.POSTGRESQL.rowsPerStatement(300)).isEqualTo(218);
    assertThat(Database.POSTGRESQL.rowsPerStatement(3)).isEqualTo(500);
    assertThat(Database.SQLITE.rowsPerStatement(40_000)).isEqualTo(1);
  }

  private static Statements on(Database database, String quote) {
    return new Statements(
        database,
        new Table("users", quote, false, List.of(ID, NAME, SCORE, FACTS), List.of(Set.of("id"))));
  }

  private static Column column(String name, Column.Kind kind, String type) {
    return new Column(name, kind, type, false, true, Optional.empty(), List.of(), false);
  }
}
