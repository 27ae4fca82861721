-- =============================================================================================
-- 1. The model: a health score for each of 3,000 customers (quickstart-model.sql made it).
-- =============================================================================================
SELECT risk_category, count(*) AS customers, avg(health_score)::DECIMAL(5,4) AS avg_score, sum(mrr) AS mrr
FROM customer_health GROUP BY ALL ORDER BY avg_score;

SELECT customer_id, email, mrr, health_score AS score, risk_category AS risk, factors
FROM customer_health ORDER BY mrr DESC LIMIT 3;

-- =============================================================================================
-- 2. Where it goes: Salesforce, here a stand-in within this process, so that no account is
--    needed. A real one has instance_url, client_id and client_secret = SECRET 'env:...' instead.
-- =============================================================================================
CREATE DESTINATION crm TYPE salesforce WITH (sandbox = TRUE);

TEST DESTINATION crm;

-- =============================================================================================
-- 3. What goes there. Column aliases are Salesforce's field names; MIRROR also deletes what
--    leaves the query. The column mrr is not sent: it only puts the largest customers first.
-- =============================================================================================
CREATE SYNC customer_health
  TO crm.Customer_Health__c
  KEY (customer_id AS "Customer_Id__c")
  MODE MIRROR
  FIELDS (* EXCEPT (mrr))
  WITH (owner = 'data-team', tags = 'crm,health')
AS
  SELECT customer_id,
         company_name       AS "Name",
         email              AS "Email__c",
         health_score * 100 AS "Health_Score__c",
         risk_category      AS "Risk__c",
         factors            AS "Risk_Factors__c",
         mrr
  FROM customer_health
  ORDER BY mrr DESC;

\x on
-- =============================================================================================
-- 4. The first sync creates every record: 3,000 rows, 200 a call, are 15 calls; two more sign in
--    and read which fields the object has.
-- =============================================================================================
SYNC NOW customer_health;

-- Nothing has changed since, so no record is sent. The warehouse itself did the comparison.
SYNC NOW customer_health;

-- =============================================================================================
-- 5. The model changes: three scores, two addresses, and one customer leaves.
-- =============================================================================================
UPDATE customer_health
SET health_score = 0.1875, risk_category = 'high', factors = '{"usage":4,"tickets":6,"idle_days":31}',
    calculated_at = TIMESTAMP '2026-03-03 06:00:00'
WHERE customer_id = 'C-00042';

UPDATE customer_health
SET health_score = health_score + 0.05, calculated_at = TIMESTAMP '2026-03-03 06:00:00'
WHERE customer_id IN ('C-00500', 'C-01999');

UPDATE customer_health SET email = 'billing@' || split_part(email, '@', 2)
WHERE customer_id IN ('C-00007', 'C-02718');

DELETE FROM customer_health WHERE customer_id = 'C-01234';

-- A dry run counts what a sync would do. It sends and stores nothing.
SYNC NOW customer_health DRY RUN;

-- The third sync: five records updated, one deleted, in two calls.
SYNC NOW customer_health;

\x off
-- =============================================================================================
-- 6. What Backfeed knows is in tables of this warehouse. Each run, the first one on top:
-- =============================================================================================
SELECT strftime(started_at, '%H:%M:%S') AS started, status, selected, unchanged, created, updated, deleted,
       failed, api_calls, duration_ms AS ms
FROM backfeed.sync_runs ORDER BY started_at;

-- The answer for each row that the last run sent. Of a changed row only the fields that differ
-- were sent.
SELECT record_key, operation, outcome, json_keys(changes) AS fields
FROM backfeed.sync_log
WHERE run_id = (SELECT last_attempted_run FROM backfeed.sync_state WHERE sync = 'customer_health')
ORDER BY record_key;

-- The same, a line a field: what Salesforce held before, and what it holds now.
SELECT record_key, field, changes -> field ->> 0 AS before, changes -> field ->> 1 AS after
FROM (SELECT *, unnest(json_keys(changes)) AS field FROM backfeed.sync_log)
WHERE operation = 'changed'
ORDER BY record_key, field;

-- Is the sync fresh, and did its last run work?
SELECT sync, freshness_status, success_rate_pct, last_selected, previous_selected, error_summary
FROM backfeed.sync_health;

-- The state: what the destination holds, under its own field names. C-01234 has left it.
SELECT "Customer_Id__c", "Name", "Email__c", "Health_Score__c", "Risk__c"
FROM backfeed.state_customer_health
WHERE "Customer_Id__c" IN ('C-00007', 'C-00042', 'C-00500', 'C-01234', 'C-01999', 'C-02718')
ORDER BY "Customer_Id__c";

-- And the other side: the stand-in keeps its records in this file, too.
SELECT object, count(*) AS records, max(record ->> 'Health_Score__c') FILTER (key = 'c-00042') AS score_of_c_00042
FROM backfeed.sandbox_records WHERE destination = 'crm' AND object = 'Customer_Health__c' GROUP BY object;
