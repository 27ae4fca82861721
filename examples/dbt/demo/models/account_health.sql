-- One row an account, and how it is doing. Its sync is defined in models.yml.
select account_id, name, email, round(100.0 * active_days / 30, 1) as health_score, active_days < 8 as at_risk
from (
    values
        (1, 'Cedar Ltd', 'ada@cedar.example', 27),
        (2, 'Birch Inc', 'ben@birch.example', 4),
        (3, 'Slate AG', 'ines@slate.example', 15)
) as usage (account_id, name, email, active_days)
