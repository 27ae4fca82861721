-- candidates of a first run
SELECT CASE WHEN "model"."k1" IS NULL THEN 'null key' ELSE 'added' END AS op, "k1" AS "k1", "f1" AS "f1", "f2" AS "f2", "o1" AS "o1", CAST(1 AS BIGINT) AS n FROM (SELECT CAST("q"."id" AS text) COLLATE "C" AS "k1", CAST("q"."score" AS numeric) AS "f1", CAST("q"."ratio" AS double precision) AS "f2", "q"."mrr" AS "o1" FROM (
SELECT * FROM customers
) AS q) model

-- candidates
WITH model AS (SELECT CAST("q"."id" AS text) COLLATE "C" AS "k1", CAST("q"."score" AS numeric) AS "f1", CAST("q"."ratio" AS double precision) AS "f2", "q"."mrr" AS "o1" FROM (
SELECT * FROM customers
) AS q),
m AS (SELECT model.*, 1 AS in_m, hash_record_extended(ROW("model"."f1", CASE WHEN "model"."f2" = 0 OR "model"."f2" IN ('NaN', 'Infinity', '-Infinity') THEN CAST("model"."f2" AS NUMERIC) ELSE round(CAST("model"."f2" AS NUMERIC), 11 - CAST(floor(log(abs("model"."f2"))) AS INTEGER)) END), 7) AS m_hash FROM model),
s AS (SELECT "state"."k1" AS "s_k1", hash_record_extended(ROW("state"."f1", CASE WHEN "state"."f2" = 0 OR "state"."f2" IN ('NaN', 'Infinity', '-Infinity') THEN CAST("state"."f2" AS NUMERIC) ELSE round(CAST("state"."f2" AS NUMERIC), 11 - CAST(floor(log(abs("state"."f2"))) AS INTEGER)) END), 7) AS s_hash, 1 AS in_s, state._removed_at IS NOT NULL AS gone, state._unsure AS unsure
      FROM "backfeed"."_state_s1" AS state),
j AS (SELECT CASE WHEN in_m IS NULL AND (gone) THEN 'gone'
     WHEN in_m IS NULL THEN 'removed'
     WHEN "m"."k1" IS NULL THEN 'null key'
     WHEN in_s IS NULL THEN 'added'
     WHEN gone THEN 'returned'
     WHEN m_hash = s_hash AND NOT unsure THEN 'same'
     ELSE 'differs' END AS op, COALESCE("m"."k1", "s"."s_k1") AS "k1", "m"."f1", "m"."f2", "m"."o1" FROM m FULL JOIN s ON "m"."k1" = "s"."s_k1" OFFSET 0)
SELECT op, CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "k1" END AS "k1", CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "f1" END AS "f1", CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "f2" END AS "f2", CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "o1" END AS "o1", CAST(COUNT(*) AS BIGINT) AS n FROM j GROUP BY 1, 2, 3, 4, 5

-- candidates, repeated keys first
WITH model AS MATERIALIZED (SELECT CAST("q"."id" AS text) COLLATE "C" AS "k1", CAST("q"."score" AS numeric) AS "f1", CAST("q"."ratio" AS double precision) AS "f2", "q"."mrr" AS "o1" FROM (
SELECT * FROM customers
) AS q),
rep AS MATERIALIZED (SELECT lower(CAST("k1" AS VARCHAR)) AS "r1" FROM model WHERE NOT ("model"."k1" IS NULL) GROUP BY 1 HAVING COUNT(*) > 1),
m AS (SELECT model.*, 1 AS in_m, hash_record_extended(ROW("model"."f1", CASE WHEN "model"."f2" = 0 OR "model"."f2" IN ('NaN', 'Infinity', '-Infinity') THEN CAST("model"."f2" AS NUMERIC) ELSE round(CAST("model"."f2" AS NUMERIC), 11 - CAST(floor(log(abs("model"."f2"))) AS INTEGER)) END), 7) AS m_hash, rep.r1 IS NOT NULL AS repeated FROM model LEFT JOIN rep ON "rep"."r1" = lower(CAST("model"."k1" AS VARCHAR))),
s AS (SELECT "state"."k1" AS "s_k1", hash_record_extended(ROW("state"."f1", CASE WHEN "state"."f2" = 0 OR "state"."f2" IN ('NaN', 'Infinity', '-Infinity') THEN CAST("state"."f2" AS NUMERIC) ELSE round(CAST("state"."f2" AS NUMERIC), 11 - CAST(floor(log(abs("state"."f2"))) AS INTEGER)) END), 7) AS s_hash, 1 AS in_s, state._removed_at IS NOT NULL AS gone, state._unsure AS unsure, rep.r1 IS NOT NULL AS frozen
      FROM "backfeed"."_state_s1" AS state LEFT JOIN rep ON "rep"."r1" = lower(CAST("state"."k1" AS VARCHAR))),
j AS (SELECT CASE WHEN in_m IS NULL AND (gone OR frozen) THEN 'gone'
     WHEN in_m IS NULL THEN 'removed'
     WHEN "m"."k1" IS NULL THEN 'null key'
     WHEN repeated THEN 'repeated'
             WHEN in_s IS NULL THEN 'added'
     WHEN gone THEN 'returned'
     WHEN m_hash = s_hash AND NOT unsure THEN 'same'
     ELSE 'differs' END AS op, COALESCE("m"."k1", "s"."s_k1") AS "k1", "m"."f1", "m"."f2", "m"."o1" FROM m FULL JOIN s ON "m"."k1" = "s"."s_k1" OFFSET 0)
SELECT op, CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "k1" END AS "k1", CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "f1" END AS "f1", CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "f2" END AS "f2", CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "o1" END AS "o1", CAST(COUNT(*) AS BIGINT) AS n FROM j GROUP BY 1, 2, 3, 4, 5

-- plan
WITH d AS MATERIALIZED (SELECT c.op AS candidate, c.n, "c"."k1", CASE WHEN c.op = 'removed' OR (c.op IN ('differs', 'returned', 'same') AND NOT ("c"."f1" IS DISTINCT FROM "s"."f1")) THEN "s"."f1" ELSE "c"."f1" END AS "f1", CASE WHEN c.op = 'removed' OR (c.op IN ('differs', 'returned', 'same') AND NOT (("c"."f2" IS DISTINCT FROM "s"."f2" AND NOT COALESCE(ABS("c"."f2" - "s"."f2") < 1e-11 * GREATEST(ABS("c"."f2"), ABS("s"."f2")), FALSE)))) THEN "s"."f2" ELSE "c"."f2" END AS "f2", "c"."o1",
       CASE WHEN c.op IN ('differs', 'returned', 'same') THEN CASE WHEN "c"."f1" IS DISTINCT FROM "s"."f1" THEN '1' ELSE '0' END || CASE WHEN ("c"."f2" IS DISTINCT FROM "s"."f2" AND NOT COALESCE(ABS("c"."f2" - "s"."f2") < 1e-11 * GREATEST(ABS("c"."f2"), ABS("s"."f2")), FALSE)) THEN '1' ELSE '0' END END AS changed,
       CASE WHEN c.op IN ('differs', 'returned', 'same', 'removed') THEN CAST(array_to_json(CAST(ARRAY[CAST("s"."f1" AS TEXT), CAST("s"."f2" AS TEXT)] AS TEXT[])) AS TEXT) END AS old,
       s._destination_id AS destination_id, COALESCE(s._unsure, FALSE) AS unsure
FROM "candidates" AS c LEFT JOIN "backfeed"."_state_s1" AS s ON "c"."k1" = "s"."k1"
WHERE c.op NOT IN ('gone', 'same'))
SELECT row_number() OVER (ORDER BY CASE WHEN p.action = 'send' THEN 0 ELSE 1 END, CASE WHEN p.op = 'removed' THEN 1 ELSE 0 END, "p"."o1" DESC NULLS LAST, CASE WHEN p.owed THEN 0 ELSE 1 END, "p"."k1") AS seq, p.*
FROM (SELECT r.*, CASE WHEN r.reason IS NULL THEN 'send'
                       WHEN r.op = 'returned' THEN 'return'
                       WHEN r.reason IN ('NULL_KEY', 'REPEATED_KEY', 'NOT_FINITE')
                         OR (r.reason = 'GIVEN_UP' AND r.op <> 'removed') THEN 'reject'
                       ELSE 'hold' END AS action
      FROM (SELECT e.*, CASE WHEN e.op = 'null_key' THEN 'NULL_KEY' WHEN e.op = 'repeated_key' THEN 'REPEATED_KEY'
     WHEN e.op = 'returned' THEN 'RETURNED'
     WHEN e.op <> 'removed' AND (COALESCE(COALESCE("e"."f1" IN ('NaN', 'Infinity', '-Infinity'), FALSE) OR COALESCE("e"."f2" IN ('NaN', 'Infinity', '-Infinity'), FALSE), FALSE)) THEN 'NOT_FINITE'
WHEN note.reason = 'FAILED' AND note.payload_hash = ("e"."op" || ':' || CAST(hash_record_extended(ROW("e"."f1", CASE WHEN "e"."f2" = 0 OR "e"."f2" IN ('NaN', 'Infinity', '-Infinity') THEN CAST("e"."f2" AS NUMERIC) ELSE round(CAST("e"."f2" AS NUMERIC), 11 - CAST(floor(log(abs("e"."f2"))) AS INTEGER)) END), 7) AS VARCHAR)) AND note.attempts >= 5
  THEN 'GIVEN_UP'
WHEN note.reason = 'FAILED' AND note.payload_hash = ("e"."op" || ':' || CAST(hash_record_extended(ROW("e"."f1", CASE WHEN "e"."f2" = 0 OR "e"."f2" IN ('NaN', 'Infinity', '-Infinity') THEN CAST("e"."f2" AS NUMERIC) ELSE round(CAST("e"."f2" AS NUMERIC), 11 - CAST(floor(log(abs("e"."f2"))) AS INTEGER)) END), 7) AS VARCHAR))
  AND note.next_attempt_at > CAST('2026-01-02T03:04:05Z' AS TIMESTAMPTZ) THEN 'BACK_OFF'
 END AS reason, CASE WHEN note.reason = 'FAILED' AND note.payload_hash <> ("e"."op" || ':' || CAST(hash_record_extended(ROW("e"."f1", CASE WHEN "e"."f2" = 0 OR "e"."f2" IN ('NaN', 'Infinity', '-Infinity') THEN CAST("e"."f2" AS NUMERIC) ELSE round(CAST("e"."f2" AS NUMERIC), 11 - CAST(floor(log(abs("e"."f2"))) AS INTEGER)) END), 7) AS VARCHAR)) THEN CAST(0 AS BIGINT) ELSE COALESCE(note.attempts, 0) END AS attempts, note.record_key IS NOT NULL AS owed, note.first_at AS noted_at, note.run_id AS noted_by
            FROM (SELECT d.*, CASE WHEN d.candidate = 'null key' THEN '' ELSE CAST("d"."k1" AS TEXT) END AS record_key, CASE d.candidate
     WHEN 'added' THEN 'added' WHEN 'removed' THEN 'removed'
     WHEN 'null key' THEN 'null_key' WHEN 'repeated' THEN 'repeated_key'
     ELSE CASE WHEN d.changed LIKE '%1%' THEN 'changed'
               WHEN d.unsure THEN 'resent'
               WHEN d.candidate = 'returned' THEN 'returned' ELSE 'same' END END AS op FROM d) e LEFT JOIN (SELECT record_key, reason, payload_hash, attempts, next_attempt_at, first_at, run_id FROM "backfeed"."row_notes" WHERE sync_id = 's1' AND reason IN ('FAILED', 'DEFERRED', 'IN_DOUBT')) note ON note.record_key = e.record_key
            WHERE e.op <> 'same') r) p

-- acknowledged rows out of the state
DELETE FROM "backfeed"."_state_s1" USING (SELECT "p"."k1" FROM "backfeed"."_plan_r" p JOIN "backfeed"."sync_log" l ON l.seq = p.seq AND l.run_id = 'r' AND l.checkpoint_no = 3 WHERE p.seq BETWEEN 10 AND 19 AND (l.outcome <> 'failed' OR l.error_type = 'VANISHED') AND p.op <> 'added') a WHERE "_state_s1"."k1" = "a"."k1"

-- acknowledged rows into the state
INSERT INTO "backfeed"."_state_s1" ("k1", "f1", "f2", _destination_id, _removed_at, _run_id, _synced_at)
SELECT "p"."k1", "p"."f1", "p"."f2", COALESCE(l.destination_id, p.destination_id),
       CASE WHEN p.op = 'removed' THEN l.occurred_at END, l.run_id, l.occurred_at
FROM "backfeed"."_plan_r" p JOIN "backfeed"."sync_log" l ON l.seq = p.seq AND l.run_id = 'r' AND l.checkpoint_no = 3 WHERE p.seq BETWEEN 10 AND 19 AND l.outcome <> 'failed'

-- notes of answered rows
DELETE FROM "backfeed"."row_notes" WHERE sync_id = 's1' AND record_key IN (SELECT p.record_key FROM "backfeed"."_plan_r" p JOIN "backfeed"."sync_log" l ON l.seq = p.seq AND l.run_id = 'r' AND l.checkpoint_no = 3 WHERE p.seq BETWEEN 10 AND 19)

-- notes of failed rows
INSERT INTO "backfeed"."row_notes"
SELECT 's1', p.record_key, p.op, 'FAILED', ("p"."op" || ':' || CAST(hash_record_extended(ROW("p"."f1", CASE WHEN "p"."f2" = 0 OR "p"."f2" IN ('NaN', 'Infinity', '-Infinity') THEN CAST("p"."f2" AS NUMERIC) ELSE round(CAST("p"."f2" AS NUMERIC), 11 - CAST(floor(log(abs("p"."f2"))) AS INTEGER)) END), 7) AS VARCHAR)), NULL, l.attempts,
       COALESCE(p.noted_at, l.occurred_at), (l.occurred_at + (LEAST(60.0 * power(4.0, l.attempts - 1), 21600.0) * (0.8 + 0.4 * random())) * INTERVAL '1 second'), COALESCE(p.noted_by, l.run_id),
       l.error_type, l.error_code, l.error_message
FROM "backfeed"."_plan_r" p JOIN "backfeed"."sync_log" l ON l.seq = p.seq AND l.run_id = 'r' AND l.checkpoint_no = 3 WHERE p.seq BETWEEN 10 AND 19 AND l.outcome = 'failed'

-- notes of rows without an answer
INSERT INTO "backfeed"."row_notes"
SELECT 's1', p.record_key, p.op, 'DEFERRED', ("p"."op" || ':' || CAST(hash_record_extended(ROW("p"."f1", CASE WHEN "p"."f2" = 0 OR "p"."f2" IN ('NaN', 'Infinity', '-Infinity') THEN CAST("p"."f2" AS NUMERIC) ELSE round(CAST("p"."f2" AS NUMERIC), 11 - CAST(floor(log(abs("p"."f2"))) AS INTEGER)) END), 7) AS VARCHAR)), NULL, p.attempts,
       COALESCE(p.noted_at, CAST('2026-01-02T03:04:05Z' AS TIMESTAMPTZ)), NULL, COALESCE(p.noted_by, 'r'), 'QUOTA', NULL, NULL
FROM "backfeed"."_plan_r" p
WHERE p.action = 'send'
  AND NOT EXISTS (SELECT 1 FROM "backfeed"."sync_log" l WHERE l.run_id = 'r' AND l.seq = p.seq)
  AND NOT EXISTS (SELECT 1 FROM "backfeed"."row_notes" n
                  WHERE n.sync_id = 's1' AND n.record_key = p.record_key)

-- new rejections
INSERT INTO "backfeed"."sync_log"
SELECT 'r', (SELECT MAX(name) FROM "backfeed"."syncs" WHERE sync_id = 's1'), p.record_key, 'none', 'rejected', NULL, NULL, p.reason, NULL, CASE p.reason
     WHEN 'NULL_KEY' THEN 'the key is null in ' || CAST(CAST(SUM(p.n) AS BIGINT) AS VARCHAR)
       || CASE WHEN SUM(p.n) = 1 THEN ' row' ELSE ' rows' END
     WHEN 'REPEATED_KEY' THEN CASE WHEN SUM(p.n) = 1
       THEN 'another row spells this key otherwise, and the destination takes both for one'
       ELSE 'the key stands in ' || CAST(CAST(SUM(p.n) AS BIGINT) AS VARCHAR) || ' rows' END
     WHEN 'NOT_FINITE' THEN 'a value is NaN or infinite'
     ELSE 'given up after ' || CAST(MAX(p.attempts) AS VARCHAR) || ' answers' END,
       CAST(MAX(p.attempts) AS BIGINT), CAST('2026-01-02T03:04:05Z' AS TIMESTAMPTZ), 0, 0
FROM "backfeed"."_plan_r" p
WHERE p.action = 'reject' AND NOT EXISTS (SELECT 1 FROM "backfeed"."row_notes" n WHERE n.sync_id = 's1' AND n.record_key = p.record_key AND (n.reason = 'REJECTED' AND n.error_type = p.reason OR p.reason = 'GIVEN_UP' AND n.reason = 'FAILED' AND n.next_attempt_at IS NULL))
GROUP BY p.record_key, p.reason
