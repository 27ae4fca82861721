package dev.backfeed.parser;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which statements are ours. */
class StatementRouterTest {
  private final StatementRouter router = new StatementRouter(Lexicon.POSTGRESQL);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE SYNC s TO a.b KEY (id) AS SELECT 1",
        "create or replace sync s",
        "CREATE DESTINATION crm TYPE salesforce",
        "create\tor\nreplace\r\ndestination x",
        "DROP SYNC s",
        "DROP DESTINATION IF EXISTS d",
        "ALTER SYNC s SET (a = 1)",
        "ALTER SYNC SETTINGS SET (x = 1)",
        "SHOW SYNCS",
        "show syncs like 'a%'",
        "SHOW DESTINATIONS",
        "SHOW DESTINATION TYPES",
        "SHOW CREATE SYNC s",
        "SHOW SYNC RUNS FOR s",
        "DESCRIBE SYNC s",
        "DESCRIBE DESTINATION crm.Account",
        "EXPLAIN SYNC s",
        "PREVIEW SYNC s LIMIT 5",
        "PREVIEW RUN '01h'",
        "TEST DESTINATION crm",
        "PAUSE SYNC s",
        "PAUSE ALL SYNCS",
        "PAUSE DESTINATION d",
        "RESUME DESTINATION d",
        "ALTER DESTINATION d UNSET (a)",
        "RESUME SYNC s",
        "resume all syncs",
        "RESET SYNC s",
        "BASELINE SYNC s",
        "ERASE SYNC s KEY ('x')",
        "VERIFY SYNC s",
        "VALIDATE SYNC s",
        "VALIDATE CREATE SYNC s",
        "VALIDATE CREATE OR REPLACE SYNC s",
        "APPROVE RUN '01h'",
        "REJECT RUN'01h'",
        "CANCEL RUN /* now */ '01h'",
        "UNDO RUN '01h' DELETE CREATED",
        "RESOLVE SYNC s IN DOUBT AS SENT",
        "CREATE SYNC POLICY p DENY (x) TO y",
        "CREATE SYNC ALERT a ON SYNC s",
        "SYNC NOW s",
        "sync now all",
        "SyNc\nNoW s",
        "  \t\n SYNC NOW s",
        ";; SYNC NOW s;",
        "\uFEFFSYNC NOW s",
        "\u00A0SYNC\u00A0NOW s",
        "/* {\"app\": \"dbt\", \"node_id\": \"model.shop.health\"} */ SYNC NOW s",
        "-- run it\nSYNC NOW s",
        "/* a /* nested */ b */ SYNC /**/ NOW s",
        "CREATE/* x */SYNC s",
        "CREATE SYNC",
        "SYNC NOW",
        "DROP SYNC;",
        "SHOW SYNCS WHERE nonsense ' (",
        "CREATE SYNC s MDOE UPSERT",
        "DROP SYNC\"s\"",
      })
  void ours(String sql) {
    assertThat(router.isOurs(sql)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ";",
        "--",
        "-- SYNC NOW s",
        "/* SYNC NOW s */",
        "/* SYNC NOW s",
        "'SYNC NOW s'",
        "\"SYNC\" NOW s",
        "SELECT sync FROM t",
        "SELECT now, sync FROM destinations",
        "SELECT 1; SYNC NOW s",
        "CREAT SYNC s",
        "SYNC",
        "SYNC NO s",
        "SYNC SCHEMA main.x FROM hive_metastore.x",
        "SYNC TABLE main.x.t FROM hive_metastore.x.t",
        "SYNC NOWADAYS",
        "SYNC_NOW s",
        "SYNC$ NOW",
        "SYNC.NOW",
        "sync now.x",
        "create table sync(id int)",
        "CREATE TABLE destination AS SELECT 1",
        "CREATE TEMP TABLE syncs (now int)",
        "CREATE OR REPLACE TABLE sync AS SELECT 1",
        "CREATE OR REPLACE VIEW destinations AS SELECT 1",
        "CREATE \"SYNC\" s",
        "CREATE SYNCHRONIZED TABLE x",
        "CREATE SYNONYM s FOR t",
        "DROP TABLE sync",
        "ALTER TABLE sync ADD COLUMN now int",
        "SHOW TABLES",
        "SHOW CREATE TABLE sync",
        "SHOW search_path",
        "SHOW synchronous_commit",
        "RESET ALL",
        "RESET synchronous_commit",
        "DESCRIBE sync.orders",
        "DESCRIBE orders",
        "DESC sync",
        "EXPLAIN SELECT * FROM sync",
        "EXPLAIN ANALYZE SELECT sync FROM now",
        "explain (analyze) select 1",
        "PAUSE CLUSTER",
        "RESUME PIPE p",
        "CANCEL RUN 17",
        "APPROVE RUN x",
        "REJECT RUN",
        "PREVIEW RUN x",
        "PREVIEW RUNS '01h'",
        "UNDO RUN x",
        "VALIDATE CONSTRAINT x",
        "TEST TABLE x",
        "INSERT INTO backfeed.requests (statement) VALUES ('SYNC NOW s')",
        "{call sync(now)}",
        "# SYNC NOW s",
        "WITH sync AS (SELECT 1) SELECT * FROM sync",
        "BEGIN",
        "ROLLBACK",
        "𝕊YNC NOW s",
        "ſYNC NOW s",
        "PAUſE SYNC s",
        "VALIDATE OR REPLACE SYNC s",
        "UPDATE sync SET key = now, mode = plan",
        "SELECT run, destination FROM sync WHERE now > 1",
        "INSERT INTO destination VALUES ('SYNC NOW s')",
        "DELETE FROM syncs",
        "MERGE INTO sync USING destination ON sync.key = destination.key WHEN MATCHED THEN DELETE",
        "SELECT 1 /* ; */ -- ;\n; CREATE SYNC s",
        "GRANT SELECT ON sync TO now",
        "CALL sync('now')",
        "FROM sync SELECT now",
        "\u0000SYNC NOW s",
      })
  void foreign(String sql) {
    assertThat(router.isOurs(sql)).isFalse();
  }

  @Test
  void commentsFollowTheWarehouse() {
    assertThat(ours(Lexicon.BIGQUERY, "# x\nSYNC NOW s")).isTrue();
    assertThat(ours(Lexicon.SNOWFLAKE, "// x\nSYNC NOW s")).isTrue();
    assertThat(ours(Lexicon.POSTGRESQL, "// x\nSYNC NOW s")).isFalse();
    assertThat(ours(Lexicon.SNOWFLAKE, "/* a /* b */ SYNC NOW s")).isTrue();
    assertThat(ours(Lexicon.DATABRICKS, "/* a /* b */ SYNC NOW s")).isFalse();
  }

  @Test
  void theLengthOfAForeignStatementDoesNotMatter() {
    String longOne = "CREATE TABLE t AS SELECT '" + "x".repeat(20_000_000) + "'";
    long start = System.nanoTime();
    for (int i = 0; i < 100_000; i++) {
      assertThat(router.isOurs(longOne)).isFalse();
    }
    // Some 5 ms where only the first words are read; hours where the text is.
    assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
  }

  private static boolean ours(Lexicon lexicon, String sql) {
    return new StatementRouter(lexicon).isOurs(sql);
  }
}
