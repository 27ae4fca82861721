{# Parts of the other macros, not meant to be called. #}

{# Where this is rendered: parse, model, on-run-start, on-run-end or operation. #}
{% macro place() %}
  {%- if not execute -%}{{ return('parse') }}{%- endif -%}
  {%- if model is not defined or not model -%}{{ return('operation') }}{%- endif -%}
  {%- if model.resource_type == 'macro' -%}{{ return('operation') }}{%- endif -%}
  {%- if model.resource_type != 'operation' -%}{{ return('model') }}{%- endif -%}
  {%- if 'on-run-start' in model.tags -%}{{ return('on-run-start') }}{%- endif -%}
  {{ return('on-run-end') }}
{% endmacro %}


{% macro refuse(macro_name, why) %}
  {%- set where = '' -%}
  {%- if model is defined and model -%}{%- set where = ' (' ~ model.unique_id ~ ')' -%}{%- endif -%}
  {%- do exceptions.raise_compiler_error('backfeed.' ~ macro_name ~ ': ' ~ why ~ where) -%}
{% endmacro %}


{#
  At parse time nothing is asked for. What is given back is the call itself: config(post_hook=backfeed.sync_now())
  without quotes makes it the hook's text, which is rendered when the model has been built.
#}
{% macro later(macro_name, arguments) %}
  {%- set given = [] -%}
  {%- for argument, value in arguments.items() -%}
    {%- if value -%}{%- do given.append(argument ~ '=' ~ tojson(value)) -%}{%- endif -%}
  {%- endfor -%}
  {{ return('{' ~ '{ backfeed.' ~ macro_name ~ '(' ~ (given | join(', ')) ~ ') }' ~ '}') }}
{% endmacro %}


{#
  The INSERT for some requests, for the hook to execute; in an operation, which executes nothing by itself, it is run.
  One with once is left out where this invocation has asked for it; a definition, too, and where it is stored so already.
#}
{% macro submit(requests) %}
  {%- if requests | length == 0 -%}{{ return('') }}{%- endif -%}
  {%- set more = backfeed.request_defaults() -%}
  {%- set columns = ['statement', 'context', 'invocation'] -%}
  {%- set values = [backfeed.json(backfeed.origin()), backfeed.literal(invocation_id)] -%}
  {%- for column, value in more.items() -%}
    {%- do columns.append(column) -%}
    {%- do values.append(value) -%}
  {%- endfor -%}
  {%- set selects = [] -%}
  {%- for request in requests -%}
    {%- set statement = backfeed.literal(request.statement) -%}
    {%- set select = 'select ' ~ statement ~ ', ' ~ (values | join(', ')) -%}
    {%- if request.once -%}
      {%- set select = select ~ ' from (select 1 as one) as asked where not exists (select 1 from ' ~ backfeed.table('requests')
          ~ ' where invocation = ' ~ backfeed.literal(invocation_id) ~ ' and statement = ' ~ statement ~ ')' -%}
    {%- endif -%}
    {%- if request.defines -%}
      {%- set select = select ~ ' and not exists (select 1 from ' ~ backfeed.table('syncs')
          ~ ' where lower(name) = lower(' ~ backfeed.literal(request.defines) ~ ') and definition = ' ~ statement ~ ')' -%}
    {%- endif -%}
    {%- do selects.append(select) -%}
  {%- endfor -%}
  {%- set sql = 'insert into ' ~ backfeed.table('requests') ~ ' (' ~ (columns | join(', ')) ~ ')\n' ~ (selects | join('\nunion all\n')) -%}
  {%- if backfeed.place() == 'operation' -%}
    {%- do run_query(sql) -%}
    {{ return('') }}
  {%- endif -%}
  {{ return(sql) }}
{% endmacro %}


{# Who asks: JSON that travels into sync_runs.context. #}
{% macro origin() %}
  {%- set found = namespace(commit=var('backfeed_git_commit', '')) -%}
  {%- for variable in ['DBT_GIT_SHA', 'DBT_CLOUD_GIT_SHA', 'GITHUB_SHA', 'CI_COMMIT_SHA', 'BITBUCKET_COMMIT'] -%}
    {%- if not found.commit -%}{%- set found.commit = env_var(variable, '') -%}{%- endif -%}
  {%- endfor -%}
  {%- set told = {'tool': 'dbt', 'invocation_id': invocation_id, 'project': project_name, 'target': target.name} -%}
  {%- if model is defined and model -%}{%- do told.update({'node': model.unique_id}) -%}{%- endif -%}
  {%- if found.commit -%}{%- do told.update({'git_commit': found.commit}) -%}{%- endif -%}
  {{ return(tojson(told)) }}
{% endmacro %}


{% macro table(name) %}
  {{ return(var('backfeed_schema', 'backfeed') ~ '.' ~ name) }}
{% endmacro %}


{# A name as Backfeed's statements write it. #}
{% macro name(text) %}
  {%- if not text -%}{%- do backfeed.refuse('sync_now', 'a name is empty') -%}{%- endif -%}
  {{ return('"' ~ (text | string | replace('"', '""')) ~ '"') }}
{% endmacro %}


{# A name with dots, or a list of the names between them. #}
{% macro path(text) %}
  {%- if text is string -%}{{ return(backfeed.name(text) | replace('.', '"."')) }}{%- endif -%}
  {%- set parts = [] -%}
  {%- for part in text -%}{%- do parts.append(backfeed.name(part)) -%}{%- endfor -%}
  {{ return(parts | join('.')) }}
{% endmacro %}


{# A string as Backfeed's statements write it, on every warehouse. #}
{% macro text(value) %}
  {{ return("'" ~ (value | string | replace("'", "''")) ~ "'") }}
{% endmacro %}
