{#
  Writes the tags of the project's columns, of sources, seeds, snapshots and models, into column_tags, and takes back those
  that dbt has written before and that are gone. A column's tags are its `tags`, and the keys of its `meta` that are true.
  For on-run-start, so that tags are there before data is sent. New tags come first: at no time is a column without its tags.
#}
{% macro column_tags() %}
  {%- set place = backfeed.place() -%}
  {%- if place == 'parse' -%}{{ return(backfeed.later('column_tags', {})) }}{%- endif -%}
  {%- if place == 'model' -%}
    {%- do backfeed.refuse('column_tags', 'it is about the whole project: put it into on-run-start') -%}
  {%- endif -%}
  {%- set relations = [] -%}
  {%- set tags = [] -%}
  {%- for node in backfeed.relations() -%}
    {%- set relation = node.schema ~ '.' ~ (node.identifier or node.alias or node.name) -%}
    {%- do relations.append(backfeed.literal(relation)) -%}
    {%- for key, column in node.columns.items() -%}
      {%- for tag in backfeed.tags_of(column) -%}
        {%- do tags.append({'relation': backfeed.literal(relation), 'column': backfeed.literal(column.name), 'tag': backfeed.literal(tag)}) -%}
      {%- endfor -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- if relations | length > 0 -%}
    {%- set state = namespace(some=[]) -%}
    {%- for tag in tags -%}
      {%- do state.some.append(tag) -%}
      {%- if state.some | length == 200 or loop.last -%}
        {%- do run_query(backfeed.insert_tags(state.some)) -%}
        {%- set state.some = [] -%}
      {%- endif -%}
    {%- endfor -%}
    {%- do run_query(backfeed.delete_tags(relations, tags)) -%}
  {%- endif -%}
  {{ return('') }}
{% endmacro %}


{% macro relations() %}
  {%- set found = [] -%}
  {%- for node in graph.nodes.values() -%}
    {%- if node.resource_type in ['model', 'seed', 'snapshot'] and node.relation_name -%}{%- do found.append(node) -%}{%- endif -%}
  {%- endfor -%}
  {%- for source in graph.sources.values() -%}{%- do found.append(source) -%}{%- endfor -%}
  {{ return(found) }}
{% endmacro %}


{% macro tags_of(column) %}
  {%- set tags = [] -%}
  {%- for tag in column.tags or [] -%}
    {%- if tag not in tags -%}{%- do tags.append(tag) -%}{%- endif -%}
  {%- endfor -%}
  {%- if column.config and column.config.tags -%}
    {%- for tag in column.config.tags -%}
      {%- if tag not in tags -%}{%- do tags.append(tag) -%}{%- endif -%}
    {%- endfor -%}
  {%- endif -%}
  {%- set metas = [column.meta or {}] -%}
  {%- if column.config and column.config.meta -%}{%- do metas.append(column.config.meta) -%}{%- endif -%}
  {%- for meta in metas -%}
    {%- for key, value in meta.items() -%}
      {%- if value is sameas true and key not in tags -%}{%- do tags.append(key) -%}{%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {{ return(tags) }}
{% endmacro %}


{% macro insert_tags(tags) %}
  {%- set rows = [] -%}
  {%- for each in tags -%}
    {%- do rows.append('select ' ~ each.relation ~ ' as relation, ' ~ each.column ~ ' as column_name, ' ~ each.tag ~ ' as tag') -%}
  {%- endfor -%}
  {{ return('insert into ' ~ backfeed.table('column_tags') ~ ' (relation, column_name, tag, source)\n'
      ~ "select given.relation, given.column_name, given.tag, 'dbt' from (\n" ~ (rows | join('\nunion all\n')) ~ '\n) as given\n'
      ~ 'where not exists (select 1 from ' ~ backfeed.table('column_tags') ~ " as held where held.source = 'dbt'"
      ~ ' and held.relation = given.relation and held.column_name = given.column_name and held.tag = given.tag)') }}
{% endmacro %}


{% macro delete_tags(relations, tags) %}
  {%- set sql = 'delete from ' ~ backfeed.table('column_tags') ~ " where source = 'dbt' and relation in (" ~ (relations | join(', ')) ~ ')' -%}
  {%- set kept = [] -%}
  {%- for each in tags -%}
    {%- do kept.append("(relation = " ~ each.relation ~ ' and column_name = ' ~ each.column ~ ' and tag = ' ~ each.tag ~ ')') -%}
  {%- endfor -%}
  {%- if kept | length > 0 -%}{%- set sql = sql ~ ' and not (' ~ (kept | join('\n or ')) ~ ')' -%}{%- endif -%}
  {{ return(sql) }}
{% endmacro %}
