-- A query of a PostgreSQL warehouse kept in a table of the application's database. Run it with
--   export BACKFEED_APPDB_PASSWORD=…
--   java -jar driver/target/backfeed.jar shell "jdbc:backfeed:postgresql://localhost:5432/warehouse?user=analyst" \
--     -f examples/samples/postgresql-to-table.sql
-- The table must be there, with a primary key or unique index on the key:
--   CREATE TABLE account_scores (account_id BIGINT PRIMARY KEY, score NUMERIC(5,4), tier TEXT, scored_on DATE)
CREATE TABLE account_usage (account_id BIGINT, day DATE, events BIGINT);

INSERT INTO account_usage
SELECT account, DATE '2026-03-01' + day, (account * 17 + day * 5) % 40
FROM generate_series(1, 500) AS account, generate_series(0, 6) AS day;

-- The password is never stored: the statement holds where it is found.
CREATE DESTINATION appdb TYPE jdbc
  WITH (url = 'jdbc:postgresql://localhost:5432/app',
        user = 'app',
        password = SECRET 'env:BACKFEED_APPDB_PASSWORD');

TEST DESTINATION appdb;

-- At most 50 rows may leave in one run; more than that, and nothing is sent.
CREATE SYNC account_scores
  TO appdb.account_scores
  KEY (account_id)
  MODE MIRROR
  LIMIT REMOVALS TO 50 ROWS
AS
  SELECT account_id,
         round(sum(events) / 280.0, 4)                           AS score,
         CASE WHEN sum(events) >= 140 THEN 'active' ELSE 'quiet' END AS tier,
         max(day)                                                AS scored_on
  FROM account_usage
  GROUP BY account_id;

SYNC NOW account_scores;

-- One account is gone, one was busier than thought.
DELETE FROM account_usage WHERE account_id = 500;

UPDATE account_usage SET events = events + 100 WHERE account_id = 7 AND day = DATE '2026-03-07';

SYNC NOW account_scores;

SELECT record_key, operation, outcome, changes FROM backfeed.sync_log WHERE operation <> 'added' ORDER BY record_key;
