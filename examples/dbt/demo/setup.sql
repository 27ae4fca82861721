-- What an administrator does once, in the shell. dbt makes the tables of the schema analytics.
CREATE DESTINATION IF NOT EXISTS crm TYPE salesforce WITH (sandbox = TRUE);

CREATE DESTINATION IF NOT EXISTS hook TYPE webhook WITH (sandbox = TRUE);

-- The first run of dbt makes the table trials; a sync is defined over what there is.
CREATE SCHEMA IF NOT EXISTS analytics;

CREATE TABLE IF NOT EXISTS analytics.trials (email TEXT, plan TEXT, ends_soon BOOLEAN);

CREATE SYNC IF NOT EXISTS trials TO hook.trials KEY (email) AS TABLE analytics.trials;
