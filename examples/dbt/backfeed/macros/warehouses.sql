{# What differs between warehouses. Redshift's adapter inherits from postgres, Databricks' from spark. #}

{# A string literal of the warehouse, of any text. #}
{% macro literal(value) %}
  {{ return(adapter.dispatch('literal', 'backfeed')(value | string)) }}
{% endmacro %}

{% macro default__literal(value) %}
  {{ return("'" ~ (value | replace("'", "''")) ~ "'") }}
{% endmacro %}

{# E'…' means the same whatever standard_conforming_strings says. #}
{% macro postgres__literal(value) %}
  {%- if '\\' in value -%}{{ return(' E' ~ backfeed.doubled(value)) }}{%- endif -%}
  {{ return("'" ~ (value | replace("'", "''")) ~ "'") }}
{% endmacro %}

{% macro redshift__literal(value) %}
  {{ return(backfeed.doubled(value)) }}
{% endmacro %}

{% macro snowflake__literal(value) %}
  {{ return(backfeed.doubled(value)) }}
{% endmacro %}

{% macro bigquery__literal(value) %}
  {{ return(backfeed.backslashed(value)) }}
{% endmacro %}

{# Two quotes end one literal here and begin the next. #}
{% macro spark__literal(value) %}
  {{ return(backfeed.backslashed(value)) }}
{% endmacro %}

{% macro databricks__literal(value) %}
  {{ return(backfeed.backslashed(value)) }}
{% endmacro %}

{% macro doubled(value) %}
  {{ return("'" ~ (value | replace('\\', '\\\\') | replace("'", "''")) ~ "'") }}
{% endmacro %}

{% macro backslashed(value) %}
  {{ return("'" ~ (value | replace('\\', '\\\\') | replace("'", "\\'") | replace('\r', '\\r') | replace('\n', '\\n')) ~ "'") }}
{% endmacro %}


{# A JSON text as a value of the type that the column context has. #}
{% macro json(text) %}
  {{ return(adapter.dispatch('json', 'backfeed')(backfeed.literal(text))) }}
{% endmacro %}

{% macro default__json(literal) %}
  {{ return('parse_json(' ~ literal ~ ')') }}
{% endmacro %}

{% macro postgres__json(literal) %}
  {{ return('cast(' ~ literal ~ ' as jsonb)') }}
{% endmacro %}

{% macro duckdb__json(literal) %}
  {{ return('cast(' ~ literal ~ ' as json)') }}
{% endmacro %}

{% macro redshift__json(literal) %}
  {{ return('json_parse(' ~ literal ~ ')') }}
{% endmacro %}


{# Columns of requests that have no default there. #}
{% macro request_defaults() %}
  {{ return(adapter.dispatch('request_defaults', 'backfeed')()) }}
{% endmacro %}

{% macro default__request_defaults() %}
  {{ return({}) }}
{% endmacro %}

{% macro redshift__request_defaults() %}
  {{ return({'id': "md5(random()::varchar || sysdate::varchar)", 'status': "'requested'", 'requested_by': 'current_user', 'requested_at': 'sysdate'}) }}
{% endmacro %}

{% macro bigquery__request_defaults() %}
  {{ return({'id': 'generate_uuid()', 'status': "'requested'", 'requested_by': 'session_user()', 'requested_at': 'current_timestamp()'}) }}
{% endmacro %}

{% macro spark__request_defaults() %}
  {{ return(backfeed.databricks__request_defaults()) }}
{% endmacro %}

{% macro databricks__request_defaults() %}
  {{ return({'id': 'uuid()', 'status': "'requested'", 'requested_by': 'current_user()', 'requested_at': 'current_timestamp()'}) }}
{% endmacro %}


{# How many of this invocation's requests the open transaction has made, so that nobody else sees them yet. #}
{% macro uncommitted() %}
  {{ return(adapter.dispatch('uncommitted', 'backfeed')()) }}
{% endmacro %}

{% macro default__uncommitted() %}
  {{ return(0) }}
{% endmacro %}

{% macro redshift__uncommitted() %}
  {{ return(0) }}
{% endmacro %}

{% macro postgres__uncommitted() %}
  {%- set found = run_query('select count(*) from ' ~ backfeed.table('requests') ~ ' where invocation = ' ~ backfeed.literal(invocation_id)
      ~ ' and cast(cast(xmin as text) as bigint) = txid_current_if_assigned() % 4294967296') -%}
  {{ return(found.rows[0][0] | int) }}
{% endmacro %}


{# Lets some seconds pass. #}
{% macro pause(seconds) %}
  {%- do adapter.dispatch('pause', 'backfeed')(seconds) -%}
{% endmacro %}

{% macro postgres__pause(seconds) %}
  {%- do run_query('select pg_sleep(' ~ seconds ~ ')') -%}
{% endmacro %}

{% macro snowflake__pause(seconds) %}
  {%- do run_query('call system$wait(' ~ seconds ~ ')') -%}
{% endmacro %}

{% macro redshift__pause(seconds) %}
  {%- do backfeed.default__pause(seconds) -%}
{% endmacro %}

{# dbt's Jinja cannot sleep, nor can SQL everywhere: the clock is looked at, half a million times a second at most. #}
{% macro default__pause(seconds) %}
  {%- set state = namespace(now=backfeed.now()) -%}
  {%- set until = state.now + seconds -%}
  {%- for round in range((seconds * 500) | int) -%}
    {%- if state.now < until -%}
      {%- for look in range(1000) -%}
        {%- if state.now < until -%}{%- set state.now = backfeed.now() -%}{%- endif -%}
      {%- endfor -%}
    {%- endif -%}
  {%- endfor -%}
{% endmacro %}

{# Seconds of the clock of the machine that dbt runs on. #}
{% macro now() %}
  {{ return(modules.datetime.datetime.now().timestamp()) }}
{% endmacro %}
