-- Each change of a query as a signed JSON request to an HTTP endpoint of your own. Run it with
--   java -jar driver/target/backfeed.jar shell jdbc:backfeed:duckdb:shop.duckdb -f examples/samples/webhook.sql
-- Here a stand-in answers (sandbox = TRUE). An endpoint of yours takes these options instead:
--   url = 'https://api.example.com/in/{object}', signing_secret = SECRET 'env:BACKFEED_HOOK_SIGNING'
CREATE TABLE trials (email VARCHAR, plan VARCHAR, days_left INTEGER);

INSERT INTO trials VALUES ('ada@cedar.example', 'team', 9), ('ben@birch.example', 'solo', 2), ('ines@slate.example', 'team', 0);

CREATE DESTINATION hook TYPE webhook WITH (sandbox = TRUE, body = 'batch', batch_size = 50);

-- Without ON REMOVE or MODE MIRROR, a row that leaves the query stays at the destination.
CREATE SYNC trials
  TO hook.trials
  KEY (email)
AS
  SELECT email, plan, days_left <= 3 AS ends_soon FROM trials;

SYNC NOW trials;

-- A day passes. Only a change of ends_soon is worth a request: the days alone are not in the query.
UPDATE trials SET days_left = days_left - 6 WHERE plan = 'team';

SYNC NOW trials;

SELECT record_key, operation, outcome, changes FROM backfeed.sync_log ORDER BY occurred_at, record_key;
