package dev.backfeed.engine.bench;

import dev.backfeed.engine.EngineFixture;
import java.sql.SQLException;

/**
 * A table {@code customers} of ten columns and a sync of it, filled by BASELINE.
 *
 * @param engine on the warehouse
 * @param warehouse duckdb or postgresql
 * @param rows of the table
 */
record BenchModel(EngineFixture engine, String warehouse, long rows) {
  static final String RUN = "SYNC NOW customers";
  static final String COLUMNS =
      "id, name, email, tier, score, mrr, employees, at_risk, signed_on, scored_at";

  /** Fills the table. */
  void create() throws SQLException {
    engine.sql(
        "CREATE TABLE customers (id VARCHAR, name VARCHAR, email VARCHAR, tier VARCHAR, score"
            + " DOUBLE PRECISION, mrr DECIMAL(12,2), employees INTEGER, at_risk BOOLEAN, signed_on"
            + " DATE, scored_at TIMESTAMP)");
    engine.sql(
        "INSERT INTO customers SELECT 'cust_' || CAST(100000000 + i AS VARCHAR), 'Customer number '"
            + " || i, 'person' || i || '@example' || (i % 1000) || '.com', CASE i % 4 WHEN 0 THEN"
            + " 'free' WHEN 1 THEN 'team' WHEN 2 THEN 'business' ELSE 'enterprise' END, (i * 7919 %"
            + " 1000003) / CAST(1000003 AS DOUBLE PRECISION), CAST((i * 104729 % 100000000) AS"
            + " DECIMAL(12,2)) / 100, i * 31 % 5000, i % 7 = 0, DATE '2015-01-01' + CAST(i % 4000"
            + " AS INTEGER), TIMESTAMP '2026-01-01 00:00:00' + (i * 37 % 10000000) * INTERVAL '1"
            + " second' FROM generate_series(CAST(1 AS BIGINT), CAST("
            + rows
            + " AS BIGINT)) AS t(i)");
    tidy();
  }

  /** Makes the sync; nothing is sent. */
  void baseline() throws SQLException {
    engine.vendor().forgetful();
    engine.ours(
        "CREATE SYNC customers TO crm.contacts KEY (id) MODE MIRROR AS SELECT "
            + COLUMNS
            + " FROM customers");
    engine.ours("BASELINE SYNC customers");
    tidy();
  }

  /** Changes about so many rows, spread evenly over the table. */
  void change(long howMany) throws SQLException {
    long every = Math.max(1, rows / howMany);
    engine.sql(
        "UPDATE customers SET mrr = mrr + 1 WHERE CAST(substr(id, 6) AS BIGINT) % "
            + every
            + " = "
            + every / 2);
    tidy();
  }

  /** What a warehouse does by itself sooner or later, so that it does not do it in between. */
  void tidy() throws SQLException {
    engine.sql(warehouse.equals("duckdb") ? "CHECKPOINT" : "VACUUM ANALYZE");
  }

  /** Every column read once. */
  String readEachColumn() {
    return "SELECT max(id), max(name), max(email), max(tier), sum(score), sum(mrr), sum(employees),"
        + " count(CASE WHEN at_risk THEN 1 END), max(signed_on), max(scored_at) FROM customers";
  }

  /** Every row hashed, as text. */
  String hashEachRow() {
    return "SELECT max(md5(concat_ws('|', " + COLUMNS + "))) FROM customers";
  }
}
