{#
  Asks for a run of syncs. In a post-hook the request is committed with the model, or rolled back with it.

  name     a sync, or a list of them; nothing in a post-hook of a model whose meta defines syncs: those
  tag, to  instead of a name: all syncs of a tag, or to a destination
  full, retry, repair, or_fail   the words of SYNC NOW
#}
{% macro sync_now(name=none, tag=none, to=none, full=false, retry=false, repair=false, or_fail=false) %}
  {%- set place = backfeed.place() -%}
  {%- if place == 'parse' -%}
    {{ return(backfeed.later('sync_now', {'name': name, 'tag': tag, 'to': to, 'full': full, 'retry': retry, 'repair': repair, 'or_fail': or_fail})) }}
  {%- endif -%}
  {%- if place == 'on-run-start' -%}
    {%- do backfeed.refuse('sync_now', 'on-run-start comes before the models are built: put it into post-hook or on-run-end') -%}
  {%- endif -%}
  {%- set statement = 'SYNC NOW ' ~ backfeed.selection(name, tag, to, place) -%}
  {%- set words = [] -%}
  {%- if full -%}{%- do words.append('FULL') -%}{%- endif -%}
  {%- if retry -%}{%- do words.append('RETRY') -%}{%- endif -%}
  {%- if repair -%}{%- do words.append('REPAIR') -%}{%- endif -%}
  {%- if words | length > 1 -%}
    {%- do backfeed.refuse('sync_now', 'full, retry and repair exclude each other') -%}
  {%- endif -%}
  {%- if or_fail -%}{%- do words.append('OR FAIL') -%}{%- endif -%}
  {%- set text = ([statement] + words) | join(' ') -%}
  {{ return(backfeed.submit([{'statement': text}])) }}
{% endmacro %}


{# Asks for any statement that the agent takes: PAUSE SYNC, RESUME SYNC, VERIFY SYNC, CANCEL RUN … #}
{% macro run(statement) %}
  {%- if backfeed.place() == 'parse' -%}
    {{ return(backfeed.later('run', {'statement': statement})) }}
  {%- endif -%}
  {%- if not statement -%}
    {%- do backfeed.refuse('run', 'it needs a statement') -%}
  {%- endif -%}
  {{ return(backfeed.submit([{'statement': statement}])) }}
{% endmacro %}


{# What SYNC NOW is about. #}
{% macro selection(name, tag, to, place) %}
  {%- set given = [] -%}
  {%- if name -%}{%- do given.append('name') -%}{%- endif -%}
  {%- if tag -%}{%- do given.append('tag') -%}{%- endif -%}
  {%- if to -%}{%- do given.append('to') -%}{%- endif -%}
  {%- if given | length > 1 -%}
    {%- do backfeed.refuse('sync_now', 'write one of name, tag and to, not ' ~ (given | join(' and '))) -%}
  {%- endif -%}
  {%- if tag -%}{{ return('TAG ' ~ backfeed.text(tag)) }}{%- endif -%}
  {%- if to -%}{{ return('TO ' ~ backfeed.name(to)) }}{%- endif -%}
  {%- set names = [] -%}
  {%- if name is string -%}
    {%- do names.append(backfeed.name(name)) -%}
  {%- elif name -%}
    {%- for each in name -%}{%- do names.append(backfeed.name(each)) -%}{%- endfor -%}
  {%- elif place == 'model' -%}
    {%- for sync in backfeed.definitions(model) -%}{%- do names.append(backfeed.name(sync.defines)) -%}{%- endfor -%}
  {%- endif -%}
  {%- if names | length == 0 -%}
    {%- do backfeed.refuse('sync_now', 'it needs a name, tag or to; without, it is for post-hooks of models whose meta has a key backfeed') -%}
  {%- endif -%}
  {{ return(names | join(', ')) }}
{% endmacro %}
