-- The quick start's model: 3,000 customers, the same at every run. It stands for a table that dbt or a
-- notebook would make. Nothing in this file is Backfeed's.

CREATE TABLE customer_health (
  customer_id   VARCHAR PRIMARY KEY,
  email         VARCHAR,
  company_name  VARCHAR,
  mrr           DECIMAL(10,2),
  health_score  DECIMAL(5,4),
  risk_category VARCHAR,
  factors       JSON,
  calculated_at TIMESTAMP
);

INSERT INTO customer_health
WITH words AS (
  SELECT
    ['Alder', 'Amber', 'Anchor', 'Arbor', 'Aspen', 'Atlas', 'Beacon', 'Birch', 'Bluebell', 'Bramble',
     'Bridge', 'Cedar', 'Cinder', 'Clover', 'Cobalt', 'Copper', 'Coral', 'Delta', 'Ember', 'Falcon',
     'Fern', 'Flint', 'Garnet', 'Glacier', 'Granite', 'Harbor', 'Hazel', 'Heron', 'Indigo', 'Iron',
     'Juniper', 'Kestrel', 'Lantern', 'Laurel', 'Linden', 'Maple', 'Meadow', 'Meridian', 'Mosaic',
     'North', 'Oak', 'Onyx', 'Orchid', 'Pebble', 'Pine', 'Quarry', 'Raven', 'Ridge', 'River', 'Rowan',
     'Saffron', 'Sage', 'Slate', 'Sparrow', 'Summit', 'Tamarack', 'Thistle', 'Timber', 'Willow',
     'Wren'] AS firsts,
    ['Analytics', 'Apparel', 'Bakery', 'Bank', 'Biotech', 'Books', 'Brewing', 'Builders', 'Capital',
     'Ceramics', 'Clinics', 'Cloud', 'Coffee', 'Courier', 'Dairy', 'Dental', 'Design', 'Energy',
     'Events', 'Farms', 'Fitness', 'Foods', 'Freight', 'Furniture', 'Games', 'Gardens', 'Hotels',
     'Insurance', 'Labs', 'Legal', 'Lighting', 'Logistics', 'Marine', 'Media', 'Mobility', 'Motors',
     'Music', 'Optics', 'Outdoors', 'Paper', 'Pharma', 'Print', 'Rail', 'Robotics', 'Schools',
     'Security', 'Software', 'Solar', 'Studios', 'Tools'] AS seconds,
    ['ada', 'ben', 'carla', 'dmitri', 'elena', 'farid', 'grace', 'hugo', 'ines', 'jonas', 'kim',
     'lena', 'marco', 'nadia', 'omar', 'paula', 'quinn'] AS people
),
customers AS (
  SELECT
    i,
    firsts[1 + i % 60] || ' ' || seconds[1 + i // 60] AS company,
    people[1 + i % 17] AS person,
    (i * 7919 + 13) % 101 AS usage_pct,
    CASE WHEN i % 4 = 0 THEN (i * 31) % 9 ELSE 0 END AS tickets,
    (i * 37) % 46 AS idle_days
  FROM range(3000) AS numbers(i), words
),
scored AS (
  SELECT *, round(0.30 + usage_pct * 0.0065 - tickets * 0.02 - idle_days * 0.002, 4) AS score
  FROM customers
)
SELECT
  printf('C-%05d', i + 1),
  person || '@' || lower(replace(company, ' ', '-')) || '.example',
  company,
  49 + (i * 613) % 4951,
  score,
  CASE WHEN score < 0.35 THEN 'high' WHEN score < 0.60 THEN 'medium' ELSE 'low' END,
  json_object('usage', usage_pct, 'tickets', tickets, 'idle_days', idle_days),
  TIMESTAMP '2026-03-02 06:00:00'
FROM scored;
