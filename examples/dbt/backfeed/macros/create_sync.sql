{#
  Asks for the syncs that the model's meta defines, where they are not stored so already. For a post-hook, before sync_now.
  The agent must take definitions: backfeed.agent.requests=define.
#}
{% macro create_sync() %}
  {%- set place = backfeed.place() -%}
  {%- if place == 'parse' -%}{{ return(backfeed.later('create_sync', {})) }}{%- endif -%}
  {%- if place != 'model' -%}
    {%- do backfeed.refuse('create_sync', 'it is for post-hooks of models: create_syncs is for on-run-end') -%}
  {%- endif -%}
  {%- set found = backfeed.definitions(model) -%}
  {%- if found | length == 0 -%}
    {%- do backfeed.refuse('create_sync', 'the model has no key backfeed in its meta') -%}
  {%- endif -%}
  {{ return(backfeed.submit(found)) }}
{% endmacro %}


{#
  The same for every model, seed and snapshot that this invocation has built. For on-run-end.

  all       also those that were not built by this invocation; always so in dbt run-operation
  sync_now  ask for a run of each, too, where no post-hook has done so
#}
{% macro create_syncs(all=false, sync_now=false) %}
  {%- set place = backfeed.place() -%}
  {%- if place == 'parse' -%}{{ return(backfeed.later('create_syncs', {'all': all, 'sync_now': sync_now})) }}{%- endif -%}
  {%- if place == 'model' or place == 'on-run-start' -%}
    {%- do backfeed.refuse('create_syncs', 'it is for on-run-end, when the models are built') -%}
  {%- endif -%}
  {%- set built = [] -%}
  {%- if place == 'on-run-end' -%}
    {%- for result in results -%}
      {%- if result.status in ['success', 'pass'] -%}{%- do built.append(result.node.unique_id) -%}{%- endif -%}
    {%- endfor -%}
  {%- endif -%}
  {%- set found = [] -%}
  {%- set names = [] -%}
  {%- for node in graph.nodes.values() -%}
    {%- if all or place == 'operation' or node.unique_id in built -%}
      {%- for sync in backfeed.definitions(node) -%}
        {%- if (sync.defines | lower) in names -%}
          {%- do backfeed.refuse('create_syncs', 'two models define the sync ' ~ sync.defines ~ ', one is ' ~ node.unique_id) -%}
        {%- endif -%}
        {%- do names.append(sync.defines | lower) -%}
        {%- do found.append(sync) -%}
      {%- endfor -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if not sync_now or found | length == 0 -%}{{ return(backfeed.submit(found)) }}{%- endif -%}
  {%- set runs = [] -%}
  {%- for sync in found -%}{%- do runs.append({'statement': 'SYNC NOW ' ~ backfeed.name(sync.defines), 'once': true}) -%}{%- endfor -%}
  {%- do run_query(backfeed.submit(found)) -%}
  {{ return(backfeed.submit(runs)) }}
{% endmacro %}


{# The syncs of a node's meta: the name and the statement that defines it. #}
{% macro definitions(node) %}
  {%- set found = [] -%}
  {%- if node.resource_type in ['model', 'seed', 'snapshot'] -%}
    {%- set meta = backfeed.meta(node) -%}
    {%- if meta is mapping -%}
      {%- do found.append(backfeed.definition(node, meta)) -%}
    {%- else -%}
      {%- for each in meta -%}{%- do found.append(backfeed.definition(node, each)) -%}{%- endfor -%}
    {%- endif -%}
  {%- endif -%}
  {{ return(found) }}
{% endmacro %}


{% macro meta(node) %}
  {%- if node.config and node.config.meta and node.config.meta.backfeed -%}{{ return(node.config.meta.backfeed) }}{%- endif -%}
  {%- if node.meta and node.meta.backfeed -%}{{ return(node.meta.backfeed) }}{%- endif -%}
  {{ return([]) }}
{% endmacro %}


{% macro definition(node, meta) %}
  {%- if meta is not mapping -%}
    {%- do backfeed.wrong(node, 'backfeed', 'is a mapping with destination, object and key, or a list of such') -%}
  {%- endif -%}
  {%- set known = ['name', 'destination', 'object', 'key', 'match', 'rekey_from', 'mode', 'fields', 'on_remove', 'on_return',
      'delete_when', 'detect_changes', 'reconcile', 'on_first_run', 'constraints', 'limits', 'schedule', 'allow_empty',
      'reset_state', 'tags', 'owner', 'description', 'options', 'query'] -%}
  {%- for key, value in meta.items() -%}
    {%- if key not in known -%}
      {%- do backfeed.wrong(node, key, 'is unknown: there are ' ~ (known | join(', '))) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- for key in ['destination', 'object', 'key'] -%}
    {%- if not meta[key] -%}{%- do backfeed.wrong(node, key, 'is missing') -%}{%- endif -%}
  {%- endfor -%}
  {%- set name = meta.name or node.name -%}
  {%- set lines = ['CREATE OR REPLACE SYNC ' ~ backfeed.name(name), '  TO ' ~ backfeed.name(meta.destination) ~ '.' ~ backfeed.path(meta.object)] -%}
  {%- set key = '  KEY (' ~ backfeed.columns(node, 'key', meta.key) ~ ')' -%}
  {%- if meta.match -%}{%- set key = key ~ ' MATCH ' ~ backfeed.alternatives(node, meta.match) -%}{%- endif -%}
  {%- if meta.rekey_from -%}{%- set key = key ~ ' REKEY FROM (' ~ backfeed.columns(node, 'rekey_from', meta.rekey_from) ~ ')' -%}{%- endif -%}
  {%- do lines.append(key) -%}
  {%- if meta.mode -%}{%- do lines.append('  MODE ' ~ (meta.mode | upper)) -%}{%- endif -%}
  {%- if meta.fields -%}{%- do lines.append('  FIELDS (' ~ backfeed.fields(node, meta.fields) ~ ')') -%}{%- endif -%}
  {%- set clauses = {'on_remove': 'ON REMOVE ', 'on_return': 'ON RETURN ', 'detect_changes': 'DETECT CHANGES BY ',
      'reconcile': 'RECONCILE ', 'on_first_run': 'ON FIRST RUN ', 'schedule': 'SCHEDULE '} -%}
  {%- for clause, words in clauses.items() -%}
    {%- if meta[clause] -%}{%- do lines.append('  ' ~ words ~ meta[clause]) -%}{%- endif -%}
  {%- endfor -%}
  {%- if meta.delete_when -%}{%- do lines.append('  DELETE WHEN (' ~ meta.delete_when ~ ')') -%}{%- endif -%}
  {%- for each in backfeed.listed(node, 'constraints', meta.constraints) -%}{%- do lines.append('  CONSTRAINT ' ~ each) -%}{%- endfor -%}
  {%- for each in backfeed.listed(node, 'limits', meta.limits) -%}{%- do lines.append('  LIMIT ' ~ each) -%}{%- endfor -%}
  {%- if meta.allow_empty -%}{%- do lines.append('  ALLOW EMPTY') -%}{%- endif -%}
  {%- if meta.reset_state -%}{%- do lines.append('  RESET STATE') -%}{%- endif -%}
  {%- set options = backfeed.options(node, meta) -%}
  {%- if options -%}{%- do lines.append('  WITH (' ~ options ~ ')') -%}{%- endif -%}
  {%- do lines.append(backfeed.source_query(node, meta)) -%}
  {{ return({'defines': name, 'once': true, 'statement': lines | join('\n')}) }}
{% endmacro %}


{% macro source_query(node, meta) %}
  {%- if not node.relation_name -%}
    {%- do backfeed.wrong(node, 'backfeed', 'cannot be synced: the model is no relation of the warehouse') -%}
  {%- endif -%}
  {%- if meta.query -%}{{ return('AS\n' ~ (meta.query | trim | replace('{this}', node.relation_name))) }}{%- endif -%}
  {{ return('AS TABLE ' ~ node.relation_name) }}
{% endmacro %}


{# A column, a list of columns, or column: field. #}
{% macro columns(node, key, given) %}
  {%- if given is string -%}{{ return(backfeed.name(given)) }}{%- endif -%}
  {%- set columns = [] -%}
  {%- if given is mapping -%}
    {%- for column, field in given.items() -%}
      {%- do columns.append(backfeed.name(column) ~ ' AS ' ~ backfeed.path(field or column)) -%}
    {%- endfor -%}
  {%- else -%}
    {%- for column in given -%}
      {%- if column is not string -%}{%- do backfeed.wrong(node, key, 'is a column, a list of columns, or a mapping of column to field') -%}{%- endif -%}
      {%- do columns.append(backfeed.name(column)) -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(columns | join(', ')) }}
{% endmacro %}


{# One column: field, or a list of such. #}
{% macro alternatives(node, given) %}
  {%- if given is mapping -%}{{ return('(' ~ backfeed.columns(node, 'match', given) ~ ')') }}{%- endif -%}
  {%- set lists = [] -%}
  {%- for each in given -%}
    {%- if each is not mapping -%}{%- do backfeed.wrong(node, 'match', 'is a mapping of column to field, or a list of such') -%}{%- endif -%}
    {%- do lists.append('(' ~ backfeed.columns(node, 'match', each) ~ ')') -%}
  {%- endfor -%}
  {{ return(lists | join(', ')) }}
{% endmacro %}


{# A list of columns, or a mapping of column to field, or to as and rule; '*' takes except. #}
{% macro fields(node, given) %}
  {%- set items = [] -%}
  {%- if given is mapping -%}
    {%- for column, field in given.items() -%}{%- do items.append(backfeed.field(node, column, field)) -%}{%- endfor -%}
  {%- elif given is string -%}
    {%- do items.append(backfeed.field(node, given, none)) -%}
  {%- else -%}
    {%- for column in given -%}
      {%- if column is not string -%}{%- do backfeed.wrong(node, 'fields', 'is a list of columns, or a mapping of column to field') -%}{%- endif -%}
      {%- do items.append(backfeed.field(node, column, none)) -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(items | join(', ')) }}
{% endmacro %}


{% macro field(node, column, given) %}
  {%- if given is mapping -%}
    {%- for key, value in given.items() -%}
      {%- if key not in ['as', 'rule', 'except'] -%}
        {%- do backfeed.wrong(node, 'fields', 'has ' ~ column ~ ' with ' ~ key ~ ': there are as, rule, and except for *') -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endif -%}
  {%- if column == '*' -%}
    {%- if given is mapping and given.except -%}{{ return('* EXCEPT (' ~ backfeed.columns(node, 'fields', given.except) ~ ')') }}{%- endif -%}
    {{ return('*') }}
  {%- endif -%}
  {%- set item = backfeed.name(column) -%}
  {%- if given is mapping -%}
    {%- if given['as'] -%}{%- set item = item ~ ' AS ' ~ backfeed.path(given['as']) -%}{%- endif -%}
    {%- if given.rule -%}{%- set item = item ~ ' ' ~ (given.rule | upper) -%}{%- endif -%}
  {%- elif given -%}
    {%- set item = item ~ ' AS ' ~ backfeed.path(given) -%}
  {%- endif -%}
  {{ return(item) }}
{% endmacro %}


{% macro listed(node, key, given) %}
  {%- if not given -%}{{ return([]) }}{%- endif -%}
  {%- if given is string -%}{{ return([given]) }}{%- endif -%}
  {%- if given is mapping -%}{%- do backfeed.wrong(node, key, 'is a text or a list of texts') -%}{%- endif -%}
  {{ return(given) }}
{% endmacro %}


{% macro options(node, meta) %}
  {%- set items = [] -%}
  {%- if meta.tags -%}
    {%- set tags = meta.tags if meta.tags is string else (meta.tags | join(',')) -%}
    {%- do items.append('tags = ' ~ backfeed.text(tags)) -%}
  {%- endif -%}
  {%- if meta.owner -%}{%- do items.append('owner = ' ~ backfeed.text(meta.owner)) -%}{%- endif -%}
  {%- if meta.description -%}{%- do items.append('description = ' ~ backfeed.text(meta.description)) -%}{%- endif -%}
  {%- if meta.options -%}
    {%- if meta.options is not mapping -%}{%- do backfeed.wrong(node, 'options', 'is a mapping of option to value') -%}{%- endif -%}
    {%- for option, value in meta.options.items() -%}
      {%- do items.append(backfeed.name(option) ~ ' = ' ~ backfeed.option_value(node, option, value)) -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(items | join(', ')) }}
{% endmacro %}


{% macro option_value(node, option, value) %}
  {%- if value is sameas true -%}{{ return('TRUE') }}{%- endif -%}
  {%- if value is sameas false -%}{{ return('FALSE') }}{%- endif -%}
  {%- if value is number -%}{{ return(value | string) }}{%- endif -%}
  {%- if value is string -%}{{ return(backfeed.text(value)) }}{%- endif -%}
  {%- if value is mapping and value.secret -%}{{ return('SECRET ' ~ backfeed.text(value.secret)) }}{%- endif -%}
  {%- do backfeed.wrong(node, 'options', 'has ' ~ option ~ ', which is no text, number, true, false, or mapping with secret') -%}
{% endmacro %}


{% macro wrong(node, key, why) %}
  {%- do exceptions.raise_compiler_error('backfeed: in the meta of ' ~ node.unique_id ~ ', ' ~ key ~ ' ' ~ why) -%}
{% endmacro %}
