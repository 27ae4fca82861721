-- Least rights for Backfeed on PostgreSQL. Run once as a superuser, in the database of the models, before the first
-- statement of Backfeed; run it again after an upgrade of Backfeed. The models lie in the schema analytics here.
--
--   backfeed_owner     owns the schema and all that Backfeed makes in it. Nobody signs in as it.
--   backfeed_author    defines syncs and destinations, runs them, sees everything
--   backfeed_operator  asks an agent for runs, pauses and resumes, through the table requests; sees errors by key
--   backfeed_reader    sees how syncs are doing, and no row of anybody
--   backfeed_agent     runs what is due and what was requested
--
-- Tables that a run makes belong to whoever runs it, and only an owner may change them: so authors and agents act as
-- backfeed_owner from the moment they connect (ALTER ROLE … SET role below). sync_runs.requested_by tells the person
-- where a run was requested.

DO $$
DECLARE
  role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['backfeed_owner', 'backfeed_author', 'backfeed_operator', 'backfeed_reader', 'backfeed_agent']
  LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
    END IF;
  END LOOP;
END
$$;

GRANT backfeed_owner TO backfeed_author;
GRANT backfeed_owner TO backfeed_agent;

CREATE SCHEMA IF NOT EXISTS backfeed AUTHORIZATION backfeed_owner;
REVOKE ALL ON SCHEMA backfeed FROM PUBLIC;

-- The models: what syncs select from, and nothing else. The owner writes nowhere but in its schema.
GRANT USAGE ON SCHEMA analytics TO backfeed_owner;
GRANT SELECT ON ALL TABLES IN SCHEMA analytics TO backfeed_owner;

-- What operators and readers see. Rights to tables that Backfeed has not made yet are given when it makes them.
GRANT USAGE ON SCHEMA backfeed TO backfeed_operator, backfeed_reader;

CREATE OR REPLACE FUNCTION backfeed.grant_monitoring() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  relation text;
BEGIN
  -- Numbers and names, no keys and no values.
  FOREACH relation IN ARRAY ARRAY['sync_health', 'sync_state', 'sync_runs', 'sync_fields', 'api_usage', 'agents', 'alert_events']
  LOOP
    IF to_regclass('backfeed.' || relation) IS NOT NULL THEN
      EXECUTE format('GRANT SELECT ON backfeed.%I TO backfeed_reader, backfeed_operator', relation);
    END IF;
  END LOOP;
  -- With record keys and what vendors said of them.
  FOREACH relation IN ARRAY ARRAY['syncs', 'destinations', 'sync_errors', 'sync_pending', 'requests']
  LOOP
    IF to_regclass('backfeed.' || relation) IS NOT NULL THEN
      EXECUTE format('GRANT SELECT ON backfeed.%I TO backfeed_operator', relation);
    END IF;
  END LOOP;
  -- Whoever requests can say what and in what context, not who they are and what came of it.
  IF to_regclass('backfeed.requests') IS NOT NULL THEN
    GRANT INSERT (id, statement, context, invocation) ON backfeed.requests TO backfeed_operator;
  END IF;
END
$$;
ALTER FUNCTION backfeed.grant_monitoring() OWNER TO backfeed_owner;
REVOKE ALL ON FUNCTION backfeed.grant_monitoring() FROM PUBLIC;

SELECT backfeed.grant_monitoring();

-- Then people and services, for instance:
--
--   CREATE ROLE anna LOGIN PASSWORD '…' IN ROLE backfeed_author;
--   ALTER ROLE anna SET role = 'backfeed_owner';
--   CREATE ROLE agent_1 LOGIN PASSWORD '…' IN ROLE backfeed_agent;
--   ALTER ROLE agent_1 SET role = 'backfeed_owner';
--   CREATE ROLE dbt LOGIN PASSWORD '…' IN ROLE backfeed_operator;
--   CREATE ROLE dashboards LOGIN PASSWORD '…' IN ROLE backfeed_reader;
--
-- and, once the first sync or agent has made the tables, as an author:
--
--   SELECT backfeed.grant_monitoring();
--   GRANT SELECT, INSERT, DELETE ON backfeed.column_tags TO dbt;   -- for the dbt package's column tags
