{#
  Waits until every request of this invocation has been answered, and fails the invocation where one has failed. For on-run-end.

  timeout       seconds until it gives up, which fails too; what was requested stays requested
  every         seconds between two looks
  fail_on       'failed' (failed, refused or expired), or ['failed', 'partial']; partial warns otherwise
  after_commit  true in a post-hook of a model that comes after its commit, where else it is refused
#}
{% macro wait(timeout=1800, every=1, fail_on='failed', after_commit=false) %}
  {%- set place = backfeed.place() -%}
  {%- if place == 'parse' -%}{{ return(backfeed.later('wait', {'timeout': timeout, 'every': every, 'fail_on': fail_on, 'after_commit': after_commit})) }}{%- endif -%}
  {%- if place == 'on-run-start' -%}
    {%- do backfeed.refuse('wait', 'on-run-start comes before anything is requested: put it into on-run-end') -%}
  {%- endif -%}
  {%- if place == 'model' and not after_commit -%}
    {%- do backfeed.refuse('wait', 'in a hook of a model it would wait for a request that is only seen when the model has been committed: put it into on-run-end, or into after_commit("…") with after_commit=true') -%}
  {%- endif -%}
  {%- if backfeed.uncommitted() > 0 -%}
    {%- do backfeed.refuse('wait', 'the requests to wait for are not committed yet: put it into on-run-end') -%}
  {%- endif -%}
  {%- set state = namespace(requests=backfeed.requested(), told=false) -%}
  {%- set until = backfeed.now() + timeout -%}
  {%- for look in range(((timeout / every) | int) + 1) -%}
    {%- set open = backfeed.unanswered(state.requests) | length -%}
    {%- if open > 0 and backfeed.now() < until -%}
      {%- if not state.told -%}
        {%- do log('backfeed: waiting for ' ~ open ~ ' of ' ~ (state.requests | length) ~ ' requests', info=true) -%}
        {%- set state.told = true -%}
      {%- endif -%}
      {%- do backfeed.pause(every) -%}
      {%- set state.requests = backfeed.requested() -%}
    {%- endif -%}
  {%- endfor -%}
  {%- do backfeed.judge(state.requests, timeout, fail_on) -%}
  {{ return('') }}
{% endmacro %}


{# This invocation's requests: statement, status, error. #}
{% macro requested() %}
  {%- set found = run_query('select statement, status, error from ' ~ backfeed.table('requests') ~ ' where invocation = '
      ~ backfeed.literal(invocation_id) ~ ' order by requested_at') -%}
  {%- set requests = [] -%}
  {%- for row in found.rows -%}
    {%- do requests.append({'statement': row[0], 'status': row[1], 'error': row[2]}) -%}
  {%- endfor -%}
  {{ return(requests) }}
{% endmacro %}


{% macro unanswered(requests) %}
  {%- set open = [] -%}
  {%- for request in requests -%}
    {%- if request.status in ['requested', 'running'] -%}{%- do open.append(request) -%}{%- endif -%}
  {%- endfor -%}
  {{ return(open) }}
{% endmacro %}


{% macro judge(requests, timeout, fail_on) %}
  {%- set errors = [] -%}
  {%- set warnings = [] -%}
  {%- for request in requests -%}
    {%- set said = request.statement ~ ': ' ~ request.status -%}
    {%- if request.error -%}{%- set said = said ~ ': ' ~ request.error -%}{%- endif -%}
    {%- if request.status == 'requested' -%}
      {%- do errors.append(said ~ ': no agent has taken it within ' ~ timeout ~ ' seconds') -%}
    {%- elif request.status == 'running' -%}
      {%- do errors.append(said ~ ': not answered within ' ~ timeout ~ ' seconds') -%}
    {%- elif request.status == 'partial' and 'partial' not in fail_on -%}
      {%- do warnings.append(said) -%}
    {%- elif request.status != 'succeeded' -%}
      {%- do errors.append(said) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if warnings | length > 0 -%}
    {%- do exceptions.warn('backfeed: ' ~ (warnings | join('\n'))) -%}
  {%- endif -%}
  {%- if errors | length > 0 -%}
    {%- do exceptions.raise_compiler_error('backfeed: ' ~ (errors | length) ~ ' of ' ~ (requests | length) ~ ' requests did not succeed\n' ~ (errors | join('\n'))) -%}
  {%- endif -%}
  {%- do log('backfeed: ' ~ (requests | length) ~ ' requests answered', info=true) -%}
{% endmacro %}
