-- A post-hook asks for a run of a sync that was made by hand (see README.md). The request is committed with the model.
{{ config(post_hook="{{ backfeed.sync_now('trials') }}") }}

select email, plan, days_left <= 3 as ends_soon
from (
    values
        ('ada@cedar.example', 'team', 9),
        ('ben@birch.example', 'solo', 2)
) as trial (email, plan, days_left)
