-- candidates of a first run
SELECT CASE WHEN "model"."k1" IS NULL THEN 'null key' ELSE 'added' END AS op, "k1" AS "k1", "f1" AS "f1", "f2" AS "f2", "o1" AS "o1", CAST(1 AS BIGINT) AS n FROM (SELECT CAST("q"."id" AS text) COLLATE "C" AS "k1", CAST("q"."score" AS numeric) AS "f1", CAST("q"."ratio" AS double precision) AS "f2", "q"."mrr" AS "o1" FROM (
SELECT * FROM customers
) AS q) model

-- candidates
WITH model AS (SELECT CAST("q"."id" AS text) COLLATE "C" AS "k1", CAST("q"."score" AS numeric) AS "f1", CAST("q"."ratio" AS double precision) AS "f2", "q"."mrr" AS "o1" FROM (
SELECT * FROM customers
) AS q),
m AS (SELECT model.*, 1 AS in_m, hash_record_extended(ROW("model"."f1", CASE WHEN ABS("model"."f2") < 1e300 THEN "model"."f2" * 32769 - ("model"."f2" * 32769 - "model"."f2") ELSE "model"."f2" END), 7) AS m_hash FROM model),
s AS (SELECT "state"."k1" AS "s_k1", hash_record_extended(ROW("state"."f1", CASE WHEN ABS("state"."f2") < 1e300 THEN "state"."f2" * 32769 - ("state"."f2" * 32769 - "state"."f2") ELSE "state"."f2" END), 7) AS s_hash, 1 AS in_s, state._removed_at IS NOT NULL AS gone, state._doubt AS doubt
      FROM "backfeed"."_state_s1" AS state),
j AS (SELECT CASE WHEN in_m IS NULL AND (gone OR doubt > 2) THEN 'gone'
     WHEN in_m IS NULL THEN 'removed'
     WHEN "m"."k1" IS NULL THEN 'null key'
     WHEN in_s IS NULL THEN 'added'
     WHEN doubt = 2 THEN 'unanswered'
     WHEN doubt > 2 THEN 'unanswered'
     WHEN gone THEN 'returned'
     WHEN m_hash = s_hash AND doubt = 0 THEN 'same'
     ELSE 'differs' END AS op, COALESCE("m"."k1", "s"."s_k1") AS "k1", "m"."f1", "m"."f2", "m"."o1" FROM m FULL JOIN s ON "m"."k1" = "s"."s_k1" OFFSET 0)
SELECT op, CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "k1" END AS "k1", CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "f1" END AS "f1", CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "f2" END AS "f2", CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "o1" END AS "o1", CAST(COUNT(*) AS BIGINT) AS n FROM j GROUP BY 1, 2, 3, 4, 5

-- candidates, repeated keys first
WITH model AS MATERIALIZED (SELECT CAST("q"."id" AS text) COLLATE "C" AS "k1", CAST("q"."score" AS numeric) AS "f1", CAST("q"."ratio" AS double precision) AS "f2", "q"."mrr" AS "o1" FROM (
SELECT * FROM customers
) AS q),
rep AS MATERIALIZED (SELECT lower(CAST("k1" AS VARCHAR)) AS "r1" FROM model WHERE NOT ("model"."k1" IS NULL) GROUP BY 1 HAVING COUNT(*) > 1),
m AS (SELECT model.*, 1 AS in_m, hash_record_extended(ROW("model"."f1", CASE WHEN ABS("model"."f2") < 1e300 THEN "model"."f2" * 32769 - ("model"."f2" * 32769 - "model"."f2") ELSE "model"."f2" END), 7) AS m_hash, rep.r1 IS NOT NULL AS repeated FROM model LEFT JOIN rep ON "rep"."r1" = lower(CAST("model"."k1" AS VARCHAR))),
s AS (SELECT "state"."k1" AS "s_k1", hash_record_extended(ROW("state"."f1", CASE WHEN ABS("state"."f2") < 1e300 THEN "state"."f2" * 32769 - ("state"."f2" * 32769 - "state"."f2") ELSE "state"."f2" END), 7) AS s_hash, 1 AS in_s, state._removed_at IS NOT NULL AS gone, state._doubt AS doubt, rep.r1 IS NOT NULL AS frozen
      FROM "backfeed"."_state_s1" AS state LEFT JOIN rep ON "rep"."r1" = lower(CAST("state"."k1" AS VARCHAR))),
j AS (SELECT CASE WHEN in_m IS NULL AND (gone OR frozen OR doubt > 2) THEN 'gone'
     WHEN in_m IS NULL THEN 'removed'
     WHEN "m"."k1" IS NULL THEN 'null key'
     WHEN repeated THEN 'repeated'
             WHEN in_s IS NULL THEN 'added'
     WHEN doubt = 2 THEN 'unanswered'
     WHEN doubt > 2 THEN 'unanswered'
     WHEN gone THEN 'returned'
     WHEN m_hash = s_hash AND doubt = 0 THEN 'same'
     ELSE 'differs' END AS op, COALESCE("m"."k1", "s"."s_k1") AS "k1", "m"."f1", "m"."f2", "m"."o1" FROM m FULL JOIN s ON "m"."k1" = "s"."s_k1" OFFSET 0)
SELECT op, CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "k1" END AS "k1", CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "f1" END AS "f1", CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "f2" END AS "f2", CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "o1" END AS "o1", CAST(COUNT(*) AS BIGINT) AS n FROM j GROUP BY 1, 2, 3, 4, 5

-- digests of the state
CREATE TABLE "backfeed"."_digest_s1" AS SELECT CAST(hash_record_extended(ROW("state"."k1"), 7) & 32767 AS INTEGER) AS bucket, COUNT(*) AS n, COUNT(state._removed_at) AS gone,
       SUM(CASE WHEN state._removed_at IS NULL THEN hash_record_extended(ROW(1, "state"."f1", CASE WHEN ABS("state"."f2") < 1e300 THEN "state"."f2" * 32769 - ("state"."f2" * 32769 - "state"."f2") ELSE "state"."f2" END), hash_record_extended(ROW("state"."k1"), 7)) END) AS h,
       COUNT(CASE WHEN state._doubt > 0 THEN 1 END) AS unsure
FROM "backfeed"."_state_s1" AS state GROUP BY 1

-- dirty buckets
CREATE TEMP TABLE "_backfeed_dirty" ON COMMIT DROP AS SELECT CASE WHEN m.n = d.n - d.gone AND m.h = d.h AND d.unsure = 0 OR m.n IS NULL AND d.n = d.gone THEN NULL ELSE COALESCE(m.bucket, d.bucket) END AS bucket,
       CAST(COALESCE(SUM(m.n), 0) AS BIGINT) AS in_model,
       CAST(COALESCE(SUM(d.n), 0) AS BIGINT) AS in_state,
       CAST(COALESCE(SUM(d.gone), 0) AS BIGINT) AS gone
FROM (SELECT CASE WHEN "model"."k1" IS NULL THEN -1 ELSE CAST(hash_record_extended(ROW("model"."k1"), 7) & 32767 AS INTEGER) END AS bucket, COUNT(*) AS n, SUM(hash_record_extended(ROW(1, "model"."f1", CASE WHEN ABS("model"."f2") < 1e300 THEN "model"."f2" * 32769 - ("model"."f2" * 32769 - "model"."f2") ELSE "model"."f2" END), hash_record_extended(ROW("model"."k1"), 7))) AS h FROM (SELECT CAST("q"."id" AS text) COLLATE "C" AS "k1", CAST("q"."score" AS numeric) AS "f1", CAST("q"."ratio" AS double precision) AS "f2", "q"."mrr" AS "o1" FROM (
SELECT * FROM customers
) AS q) AS model GROUP BY 1) m
FULL JOIN "backfeed"."_digest_s1" d ON m.bucket = d.bucket
GROUP BY 1

-- what is dirty
SELECT CASE WHEN bucket IS NULL THEN 'clean' WHEN bucket = -1 THEN 'no key' ELSE 'dirty' END,
       CAST(SUM(in_model) AS BIGINT), CAST(SUM(in_state) AS BIGINT), CAST(SUM(gone) AS BIGINT)
FROM "_backfeed_dirty" GROUP BY 1

-- dirty part of the state
CREATE TEMP TABLE "_backfeed_dirty_state" ON COMMIT DROP AS SELECT * FROM "backfeed"."_state_s1" AS state WHERE CAST(hash_record_extended(ROW("state"."k1"), 7) & 32767 AS INTEGER) IN (SELECT bucket FROM "_backfeed_dirty" WHERE bucket IS NOT NULL)

-- candidates in dirty buckets
WITH model AS (SELECT model.* FROM (SELECT CAST("q"."id" AS text) COLLATE "C" AS "k1", CAST("q"."score" AS numeric) AS "f1", CAST("q"."ratio" AS double precision) AS "f2", "q"."mrr" AS "o1" FROM (
SELECT * FROM customers
) AS q) AS model WHERE CASE WHEN "model"."k1" IS NULL THEN -1 ELSE CAST(hash_record_extended(ROW("model"."k1"), 7) & 32767 AS INTEGER) END IN (SELECT bucket FROM "_backfeed_dirty" WHERE bucket IS NOT NULL)),
m AS (SELECT model.*, 1 AS in_m, hash_record_extended(ROW("model"."f1", CASE WHEN ABS("model"."f2") < 1e300 THEN "model"."f2" * 32769 - ("model"."f2" * 32769 - "model"."f2") ELSE "model"."f2" END), 7) AS m_hash FROM model),
s AS (SELECT "state"."k1" AS "s_k1", hash_record_extended(ROW("state"."f1", CASE WHEN ABS("state"."f2") < 1e300 THEN "state"."f2" * 32769 - ("state"."f2" * 32769 - "state"."f2") ELSE "state"."f2" END), 7) AS s_hash, 1 AS in_s, state._removed_at IS NOT NULL AS gone, state._doubt AS doubt
      FROM "_backfeed_dirty_state" AS state),
j AS (SELECT CASE WHEN in_m IS NULL AND (gone OR doubt > 2) THEN 'gone'
     WHEN in_m IS NULL THEN 'removed'
     WHEN "m"."k1" IS NULL THEN 'null key'
     WHEN in_s IS NULL THEN 'added'
     WHEN doubt = 2 THEN 'unanswered'
     WHEN doubt > 2 THEN 'unanswered'
     WHEN gone THEN 'returned'
     WHEN m_hash = s_hash AND doubt = 0 THEN 'same'
     ELSE 'differs' END AS op, COALESCE("m"."k1", "s"."s_k1") AS "k1", "m"."f1", "m"."f2", "m"."o1" FROM m FULL JOIN s ON "m"."k1" = "s"."s_k1" OFFSET 0)
SELECT op, CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "k1" END AS "k1", CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "f1" END AS "f1", CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "f2" END AS "f2", CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "o1" END AS "o1", CAST(COUNT(*) AS BIGINT) AS n FROM j GROUP BY 1, 2, 3, 4, 5

-- the candidate of rows without a key
SELECT 'null key' AS op, CAST(NULL AS text) AS "k1", CAST(NULL AS numeric) AS "f1", CAST(NULL AS double precision) AS "f2", NULL AS "o1", CAST(2 AS BIGINT) AS n

-- digests of what a plan touched, out
DELETE FROM "backfeed"."_digest_s1" WHERE bucket IN (SELECT CAST(hash_record_extended(ROW("p"."k1"), 7) & 32767 AS INTEGER) FROM "_plan_r" AS p WHERE p.action IN ('send', 'return'))

-- digests of what a plan touched, in
INSERT INTO "backfeed"."_digest_s1" SELECT CAST(hash_record_extended(ROW("state"."k1"), 7) & 32767 AS INTEGER) AS bucket, COUNT(*) AS n, COUNT(state._removed_at) AS gone,
       SUM(CASE WHEN state._removed_at IS NULL THEN hash_record_extended(ROW(1, "state"."f1", CASE WHEN ABS("state"."f2") < 1e300 THEN "state"."f2" * 32769 - ("state"."f2" * 32769 - "state"."f2") ELSE "state"."f2" END), hash_record_extended(ROW("state"."k1"), 7)) END) AS h,
       COUNT(CASE WHEN state._doubt > 0 THEN 1 END) AS unsure
FROM "backfeed"."_state_s1" AS state WHERE CAST(hash_record_extended(ROW("state"."k1"), 7) & 32767 AS INTEGER) IN (SELECT CAST(hash_record_extended(ROW("p"."k1"), 7) & 32767 AS INTEGER) FROM "_plan_r" AS p WHERE p.action IN ('send', 'return')) GROUP BY 1

-- plan
WITH d AS MATERIALIZED (SELECT c.op AS candidate, c.n, "c"."k1", CASE WHEN c.op IN ('removed') OR (c.op IN ('differs', 'returned', 'same') AND NOT ("c"."f1" IS DISTINCT FROM "s"."f1")) THEN "s"."f1" ELSE "c"."f1" END AS "f1", CASE WHEN c.op IN ('removed') OR (c.op IN ('differs', 'returned', 'same') AND NOT (("c"."f2" IS DISTINCT FROM "s"."f2" AND NOT COALESCE(ABS("c"."f2" - "s"."f2") < 1e-11 * GREATEST(ABS("c"."f2"), ABS("s"."f2")), FALSE)))) THEN "s"."f2" ELSE "c"."f2" END AS "f2", "c"."o1",
       CASE WHEN c.op IN ('differs', 'returned', 'same') THEN CASE WHEN "c"."f1" IS DISTINCT FROM "s"."f1" THEN '1' ELSE '0' END || CASE WHEN ("c"."f2" IS DISTINCT FROM "s"."f2" AND NOT COALESCE(ABS("c"."f2" - "s"."f2") < 1e-11 * GREATEST(ABS("c"."f2"), ABS("s"."f2")), FALSE)) THEN '1' ELSE '0' END END AS changed,
       CASE WHEN c.op IN ('differs', 'returned', 'same', 'removed') THEN CAST(array_to_json(CAST(ARRAY[CAST("s"."f1" AS TEXT), CAST("s"."f2" AS TEXT)] AS TEXT[])) AS TEXT) END AS old,
       s._destination_id AS destination_id, COALESCE(s._doubt, 0) AS doubt, CASE WHEN c.op = 'removed' THEN 'KEEP' END AS removal, FALSE AS flagged, c.op = 'returned' AS back
FROM "candidates" AS c LEFT JOIN "backfeed"."_state_s1" AS s ON "c"."k1" = "s"."k1"
WHERE c.op NOT IN ('gone', 'same'))
SELECT row_number() OVER (ORDER BY CASE WHEN p.action = 'send' THEN 0 ELSE 1 END, CASE WHEN p.op = 'removed' THEN 1 ELSE 0 END, "p"."o1" DESC NULLS LAST, CASE WHEN "p"."owed" THEN 0 ELSE 1 END, "p"."k1") AS seq, p.*
FROM (SELECT r.*, CASE WHEN r.reason IS NULL THEN 'send'
                       WHEN r.op = 'returned' THEN 'return'
                       WHEN r.reason IN ('NULL_KEY', 'REPEATED_KEY', 'NOT_FINITE', 'TOO_LONG', 'NOT_ALLOWED', 'CONSTRAINT')
                         OR (r.reason = 'GIVEN_UP' AND r.op <> 'removed') THEN 'reject'
                       ELSE 'hold' END AS action
      FROM (SELECT e.*, CASE WHEN e.op = 'null_key' THEN 'NULL_KEY' WHEN e.op = 'repeated_key' THEN 'REPEATED_KEY'
     WHEN e.op = 'returned' THEN 'RETURNED'
     WHEN NOT (e.op = 'removed') AND COALESCE(COALESCE("e"."f1" IN ('NaN', 'Infinity', '-Infinity'), FALSE) OR COALESCE("e"."f2" IN ('NaN', 'Infinity', '-Infinity'), FALSE), FALSE) THEN 'NOT_FINITE'
WHEN note.reason = 'FAILED' AND note.payload_hash = ("e"."op" || ':' || CAST(hash_record_extended(ROW("e"."f1", CASE WHEN ABS("e"."f2") < 1e300 THEN "e"."f2" * 32769 - ("e"."f2" * 32769 - "e"."f2") ELSE "e"."f2" END), 7) AS VARCHAR)) AND note.attempts >= 5
  THEN 'GIVEN_UP'
WHEN note.reason = 'FAILED' AND note.payload_hash = ("e"."op" || ':' || CAST(hash_record_extended(ROW("e"."f1", CASE WHEN ABS("e"."f2") < 1e300 THEN "e"."f2" * 32769 - ("e"."f2" * 32769 - "e"."f2") ELSE "e"."f2" END), 7) AS VARCHAR))
  AND note.next_attempt_at > CAST('2026-01-02T03:04:05Z' AS TIMESTAMPTZ) THEN 'BACK_OFF'
      END AS reason, CAST(NULL AS VARCHAR) AS detail, CASE WHEN note.reason = 'FAILED' AND (note.payload_hash <> ("e"."op" || ':' || CAST(hash_record_extended(ROW("e"."f1", CASE WHEN ABS("e"."f2") < 1e300 THEN "e"."f2" * 32769 - ("e"."f2" * 32769 - "e"."f2") ELSE "e"."f2" END), 7) AS VARCHAR))) THEN CAST(0 AS BIGINT) ELSE COALESCE(note.attempts, 0) END AS attempts, note.record_key IS NOT NULL OR e.doubt = 2 AS owed, note.first_at AS noted_at, note.run_id AS noted_by
            FROM (SELECT d.*, CASE WHEN "d"."candidate" = 'null key' THEN '' ELSE CAST("d"."k1" AS TEXT) END AS record_key, CASE d.candidate
     WHEN 'added' THEN 'added' WHEN 'unanswered' THEN 'added' WHEN 'removed' THEN 'removed'
     WHEN 'null key' THEN 'null_key' WHEN 'repeated' THEN 'repeated_key'
     ELSE CASE WHEN d.changed LIKE '%1%' THEN 'changed' WHEN d.doubt > 0 THEN 'resent' WHEN d.candidate = 'returned' THEN 'returned' ELSE 'same' END END AS op FROM d) e LEFT JOIN (SELECT record_key, reason, payload_hash, attempts, next_attempt_at, first_at, run_id, intent FROM "backfeed"."row_notes" WHERE sync_id = 's1' AND reason IN ('FAILED', 'DEFERRED', 'IN_DOUBT')) note ON note.record_key = e.record_key
            WHERE e.op <> 'same' AND NOT (e.op = 'removed' AND (lower(CAST("e"."k1" AS VARCHAR))) IN (SELECT lower(CAST("d"."k1" AS VARCHAR)) FROM d WHERE d.candidate IN ('added', 'unanswered', 'differs', 'returned') AND COALESCE(COALESCE("d"."f1" IN ('NaN', 'Infinity', '-Infinity'), FALSE) OR COALESCE("d"."f2" IN ('NaN', 'Infinity', '-Infinity'), FALSE), FALSE) OR d.candidate LIKE 'violates%'))) r) p

-- plan of a retry at a pace
WITH d AS MATERIALIZED (SELECT c.op AS candidate, c.n, "c"."k1", CASE WHEN c.op IN ('removed') OR (c.op IN ('differs', 'returned', 'same') AND NOT ("c"."f1" IS DISTINCT FROM "s"."f1")) THEN "s"."f1" ELSE "c"."f1" END AS "f1", CASE WHEN c.op IN ('removed') OR (c.op IN ('differs', 'returned', 'same') AND NOT (("c"."f2" IS DISTINCT FROM "s"."f2" AND NOT COALESCE(ABS("c"."f2" - "s"."f2") < 1e-11 * GREATEST(ABS("c"."f2"), ABS("s"."f2")), FALSE)))) THEN "s"."f2" ELSE "c"."f2" END AS "f2", "c"."o1",
       CASE WHEN c.op IN ('differs', 'returned', 'same') THEN CASE WHEN "c"."f1" IS DISTINCT FROM "s"."f1" THEN '1' ELSE '0' END || CASE WHEN ("c"."f2" IS DISTINCT FROM "s"."f2" AND NOT COALESCE(ABS("c"."f2" - "s"."f2") < 1e-11 * GREATEST(ABS("c"."f2"), ABS("s"."f2")), FALSE)) THEN '1' ELSE '0' END END AS changed,
       CASE WHEN c.op IN ('differs', 'returned', 'same', 'removed') THEN CAST(array_to_json(CAST(ARRAY[CAST("s"."f1" AS TEXT), CAST("s"."f2" AS TEXT)] AS TEXT[])) AS TEXT) END AS old,
       s._destination_id AS destination_id, COALESCE(s._doubt, 0) AS doubt, CASE WHEN c.op = 'removed' THEN 'KEEP' END AS removal, FALSE AS flagged, c.op = 'returned' AS back
FROM "candidates" AS c LEFT JOIN "backfeed"."_state_s1" AS s ON "c"."k1" = "s"."k1"
WHERE c.op NOT IN ('gone', 'same'))
SELECT row_number() OVER (ORDER BY CASE WHEN p.action = 'send' THEN 0 ELSE 1 END, CASE WHEN p.op = 'removed' THEN 1 ELSE 0 END, "p"."o1" DESC NULLS LAST, CASE WHEN "p"."owed" THEN 0 ELSE 1 END, "p"."k1") AS seq, p.*
FROM (SELECT r.*, CASE WHEN r.reason IS NULL AND NOT (r.owed OR r.doubt IN (1, 2)) THEN 'wait' WHEN r.reason IS NULL AND (r.owed OR r.doubt IN (1, 2)) AND r.op = 'added' AND row_number() OVER (PARTITION BY r.reason IS NULL AND (r.owed OR r.doubt IN (1, 2)) AND r.op = 'added' ORDER BY "r"."o1" DESC NULLS LAST, CASE WHEN "r"."owed" THEN 0 ELSE 1 END, "r"."k1") > 1000 THEN 'wait' WHEN r.reason IS NULL THEN 'send'
                       WHEN r.op = 'returned' THEN 'return'
                       WHEN r.reason IN ('NULL_KEY', 'REPEATED_KEY', 'NOT_FINITE', 'TOO_LONG', 'NOT_ALLOWED', 'CONSTRAINT')
                         OR (r.reason = 'GIVEN_UP' AND r.op <> 'removed') THEN 'reject'
                       ELSE 'hold' END AS action
      FROM (SELECT e.*, CASE WHEN e.op = 'null_key' THEN 'NULL_KEY' WHEN e.op = 'repeated_key' THEN 'REPEATED_KEY'
     WHEN e.op = 'returned' THEN 'RETURNED'
     WHEN NOT (e.op = 'removed') AND COALESCE(COALESCE("e"."f1" IN ('NaN', 'Infinity', '-Infinity'), FALSE) OR COALESCE("e"."f2" IN ('NaN', 'Infinity', '-Infinity'), FALSE), FALSE) THEN 'NOT_FINITE'
      END AS reason, CAST(NULL AS VARCHAR) AS detail, CASE WHEN note.reason = 'FAILED' AND (note.payload_hash <> ("e"."op" || ':' || CAST(hash_record_extended(ROW("e"."f1", CASE WHEN ABS("e"."f2") < 1e300 THEN "e"."f2" * 32769 - ("e"."f2" * 32769 - "e"."f2") ELSE "e"."f2" END), 7) AS VARCHAR)) OR note.attempts >= 5) THEN CAST(0 AS BIGINT) ELSE COALESCE(note.attempts, 0) END AS attempts, note.record_key IS NOT NULL OR e.doubt = 2 AS owed, note.first_at AS noted_at, note.run_id AS noted_by
            FROM (SELECT d.*, CASE WHEN "d"."candidate" = 'null key' THEN '' ELSE CAST("d"."k1" AS TEXT) END AS record_key, CASE d.candidate
     WHEN 'added' THEN 'added' WHEN 'unanswered' THEN 'added' WHEN 'removed' THEN 'removed'
     WHEN 'null key' THEN 'null_key' WHEN 'repeated' THEN 'repeated_key'
     ELSE CASE WHEN d.changed LIKE '%1%' THEN 'changed' WHEN d.doubt > 0 THEN 'resent' WHEN d.candidate = 'returned' THEN 'returned' ELSE 'same' END END AS op FROM d) e LEFT JOIN (SELECT record_key, reason, payload_hash, attempts, next_attempt_at, first_at, run_id, intent FROM "backfeed"."row_notes" WHERE sync_id = 's1' AND reason IN ('FAILED', 'DEFERRED', 'IN_DOUBT')) note ON note.record_key = e.record_key
            WHERE e.op <> 'same' AND NOT (e.op = 'removed' AND (lower(CAST("e"."k1" AS VARCHAR))) IN (SELECT lower(CAST("d"."k1" AS VARCHAR)) FROM d WHERE d.candidate IN ('added', 'unanswered', 'differs', 'returned') AND COALESCE(COALESCE("d"."f1" IN ('NaN', 'Infinity', '-Infinity'), FALSE) OR COALESCE("d"."f2" IN ('NaN', 'Infinity', '-Infinity'), FALSE), FALSE) OR d.candidate LIKE 'violates%'))) r) p

-- acknowledged rows out of the state
DELETE FROM "backfeed"."_state_s1" USING (SELECT "p"."k1" FROM "backfeed"."_plan_r" p JOIN "backfeed"."sync_log" l ON l.seq = p.seq AND l.run_id = 'r' AND l.checkpoint_no = 3 AND l.seq BETWEEN 10 AND 19 WHERE p.seq BETWEEN 10 AND 19 AND (l.outcome <> 'failed' OR l.error_type = 'VANISHED') AND (p.op <> 'added' OR p.doubt > 1)) a WHERE "_state_s1"."k1" = "a"."k1"

-- acknowledged rows into the state
INSERT INTO "backfeed"."_state_s1" ("k1", "f1", "f2", _destination_id, _removed_at, _run_id, _synced_at, _doubt, _flagged)
SELECT "p"."k1", "p"."f1", "p"."f2", COALESCE(l.destination_id, p.destination_id),
       CASE WHEN p.op = 'removed' THEN l.occurred_at END, l.run_id, l.occurred_at,
       CASE WHEN p.op = 'removed' AND p.doubt = 2 THEN 1
            WHEN p.op = 'removed' THEN p.doubt WHEN l.error_type = 'UNKNOWN_KEY' THEN 3
            WHEN l.error_type = 'EXISTS' THEN 4
            WHEN l.outcome = 'skipped' AND l.held IS NULL AND p.doubt > 2 THEN p.doubt
            ELSE 0 END, p.flagged
FROM "backfeed"."_plan_r" p JOIN "backfeed"."sync_log" l ON l.seq = p.seq AND l.run_id = 'r' AND l.checkpoint_no = 3 AND l.seq BETWEEN 10 AND 19 WHERE p.seq BETWEEN 10 AND 19 AND l.outcome <> 'failed' AND NOT (p.op = 'removed' AND (p.removal = 'DELETE'
     OR (p.doubt = 2 AND l.outcome <> 'updated')
     OR COALESCE(l.error_type, '') IN ('UNKNOWN_KEY', 'SUPERSEDED')))

-- notes of answered rows
DELETE FROM "backfeed"."row_notes" WHERE sync_id = 's1' AND reason <> 'REJECTED' AND record_key IN (SELECT p.record_key FROM "backfeed"."_plan_r" p JOIN "backfeed"."sync_log" l ON l.seq = p.seq AND l.run_id = 'r' AND l.checkpoint_no = 3 AND l.seq BETWEEN 10 AND 19 WHERE p.seq BETWEEN 10 AND 19)

-- notes of failed rows
INSERT INTO "backfeed"."row_notes"
SELECT 's1', p.record_key, p.op, 'FAILED', ("p"."op" || ':' || CAST(hash_record_extended(ROW("p"."f1", CASE WHEN ABS("p"."f2") < 1e300 THEN "p"."f2" * 32769 - ("p"."f2" * 32769 - "p"."f2") ELSE "p"."f2" END), 7) AS VARCHAR)), NULL, l.attempts,
       COALESCE(p.noted_at, l.occurred_at),
       CASE WHEN l.attempts < 5 THEN (l.occurred_at + (LEAST(60.0 * power(4.0, l.attempts - 1), 21600.0) * (0.8 + 0.4 * random())) * INTERVAL '1 second') END, COALESCE(p.noted_by, l.run_id),
       l.error_type, l.error_code, l.error_message
FROM "backfeed"."_plan_r" p JOIN "backfeed"."sync_log" l ON l.seq = p.seq AND l.run_id = 'r' AND l.checkpoint_no = 3 AND l.seq BETWEEN 10 AND 19 WHERE p.seq BETWEEN 10 AND 19 AND l.outcome = 'failed'

-- notes of rows without an answer
INSERT INTO "backfeed"."row_notes"
SELECT 's1', p.record_key, p.op, 'DEFERRED', ("p"."op" || ':' || CAST(hash_record_extended(ROW("p"."f1", CASE WHEN ABS("p"."f2") < 1e300 THEN "p"."f2" * 32769 - ("p"."f2" * 32769 - "p"."f2") ELSE "p"."f2" END), 7) AS VARCHAR)), NULL, p.attempts,
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
     WHEN 'TOO_LONG' THEN MAX(p.detail)
     WHEN 'NOT_ALLOWED' THEN MAX(p.detail)
     WHEN 'CONSTRAINT' THEN 'constraint ' || MAX(p.detail) || ' does not hold'
     ELSE 'given up after ' || CAST(MAX(p.attempts) AS VARCHAR) || ' answers' END,
       CAST(MAX(p.attempts) AS BIGINT), CAST('2026-01-02T03:04:05Z' AS TIMESTAMPTZ), 0, 0, NULL
FROM "backfeed"."_plan_r" p
WHERE p.action = 'reject' AND NOT EXISTS (SELECT 1 FROM "backfeed"."row_notes" n WHERE n.sync_id = 's1' AND n.record_key = p.record_key AND (n.reason = 'REJECTED' AND n.error_type = p.reason OR p.reason = 'GIVEN_UP' AND n.reason = 'FAILED' AND n.op = 'none'))
GROUP BY p.record_key, p.reason

-- candidates to append
WITH model AS (SELECT CAST("q"."id" AS text) COLLATE "C" AS "k1", CAST("q"."score" AS numeric) AS "f1", CAST("q"."ratio" AS double precision) AS "f2", "q"."mrr" AS "o1" FROM (
SELECT * FROM customers
) AS q),
m AS (SELECT model.*, 1 AS in_m, hash_record_extended(ROW("model"."f1", CASE WHEN ABS("model"."f2") < 1e300 THEN "model"."f2" * 32769 - ("model"."f2" * 32769 - "model"."f2") ELSE "model"."f2" END), 7) AS m_hash FROM model),
s AS (SELECT "state"."k1" AS "s_k1", hash_record_extended(ROW("state"."f1", CASE WHEN ABS("state"."f2") < 1e300 THEN "state"."f2" * 32769 - ("state"."f2" * 32769 - "state"."f2") ELSE "state"."f2" END), 7) AS s_hash, 1 AS in_s, state._removed_at IS NOT NULL AS gone, state._doubt AS doubt
      FROM "backfeed"."_state_s1" AS state),
j AS (SELECT CASE WHEN in_m IS NULL THEN 'gone'
     WHEN "m"."k1" IS NULL THEN 'null key'
     WHEN in_s IS NULL THEN 'added'
     WHEN doubt = 2 THEN 'unanswered'
     WHEN doubt > 2 THEN 'unanswered'
     WHEN gone THEN 'returned'
     WHEN TRUE THEN 'same'
     ELSE 'differs' END AS op, COALESCE("m"."k1", "s"."s_k1") AS "k1", "m"."f1", "m"."f2", "m"."o1" FROM m FULL JOIN s ON "m"."k1" = "s"."s_k1" OFFSET 0)
SELECT op, CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "k1" END AS "k1", CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "f1" END AS "f1", CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "f2" END AS "f2", CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "o1" END AS "o1", CAST(COUNT(*) AS BIGINT) AS n FROM j GROUP BY 1, 2, 3, 4, 5

-- versions to append
WITH model AS (SELECT CAST("q"."id" AS text) COLLATE "C" AS "k1", CAST("q"."score" AS numeric) AS "f1", CAST("q"."ratio" AS double precision) AS "f2", "q"."mrr" AS "o1", "q"."event" AS "o2" FROM (
SELECT * FROM customers
) AS q),
m AS (SELECT model.*, 1 AS in_m, hash_record_extended(ROW("model"."f1", CASE WHEN ABS("model"."f2") < 1e300 THEN "model"."f2" * 32769 - ("model"."f2" * 32769 - "model"."f2") ELSE "model"."f2" END), 7) AS m_hash FROM model),
s AS (SELECT "state"."k1" AS "s_k1", hash_record_extended(ROW("state"."f1", CASE WHEN ABS("state"."f2") < 1e300 THEN "state"."f2" * 32769 - ("state"."f2" * 32769 - "state"."f2") ELSE "state"."f2" END), 7) AS s_hash, 1 AS in_s, state._removed_at IS NOT NULL AS gone, state._doubt AS doubt
      FROM "backfeed"."_state_s1" AS state),
j AS (SELECT CASE WHEN in_m IS NULL THEN 'gone'
     WHEN "m"."k1" IS NULL THEN 'null key'
     WHEN in_s IS NULL THEN 'added'
     WHEN doubt = 2 THEN 'unanswered'
     WHEN doubt > 2 THEN 'unanswered'
     WHEN gone THEN 'returned'
     WHEN m_hash = s_hash AND doubt = 0 THEN 'same'
     ELSE 'differs' END AS op, COALESCE("m"."k1", "s"."s_k1") AS "k1", "m"."f1", "m"."f2", "m"."o1", "m"."o2" FROM m FULL JOIN s ON "m"."k1" = "s"."s_k1" OFFSET 0)
SELECT op, CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "k1" END AS "k1", CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "f1" END AS "f1", CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "f2" END AS "f2", CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "o1" END AS "o1", CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "o2" END AS "o2", CAST(COUNT(*) AS BIGINT) AS n FROM j GROUP BY 1, 2, 3, 4, 5, 6

-- plan of an append
WITH d AS MATERIALIZED (SELECT c.op AS candidate, c.n, "c"."k1", CASE WHEN c.op IN ('removed') OR (c.op IN ('differs', 'returned', 'same') AND NOT ("c"."f1" IS DISTINCT FROM "s"."f1")) THEN "s"."f1" ELSE "c"."f1" END AS "f1", CASE WHEN c.op IN ('removed') OR (c.op IN ('differs', 'returned', 'same') AND NOT (("c"."f2" IS DISTINCT FROM "s"."f2" AND NOT COALESCE(ABS("c"."f2" - "s"."f2") < 1e-11 * GREATEST(ABS("c"."f2"), ABS("s"."f2")), FALSE)))) THEN "s"."f2" ELSE "c"."f2" END AS "f2", "c"."o1",
       CASE WHEN c.op IN ('differs', 'returned', 'same') THEN CASE WHEN "c"."f1" IS DISTINCT FROM "s"."f1" THEN '1' ELSE '0' END || CASE WHEN ("c"."f2" IS DISTINCT FROM "s"."f2" AND NOT COALESCE(ABS("c"."f2" - "s"."f2") < 1e-11 * GREATEST(ABS("c"."f2"), ABS("s"."f2")), FALSE)) THEN '1' ELSE '0' END END AS changed,
       CASE WHEN c.op IN ('differs', 'returned', 'same', 'removed') THEN CAST(array_to_json(CAST(ARRAY[CAST("s"."f1" AS TEXT), CAST("s"."f2" AS TEXT)] AS TEXT[])) AS TEXT) END AS old,
       s._destination_id AS destination_id, COALESCE(s._doubt, 0) AS doubt, CASE WHEN c.op = 'removed' THEN 'KEEP' END AS removal, FALSE AS flagged, c.op = 'returned' AS back
FROM "candidates" AS c LEFT JOIN "backfeed"."_state_s1" AS s ON "c"."k1" = "s"."k1"
WHERE c.op NOT IN ('gone', 'same'))
SELECT row_number() OVER (ORDER BY CASE WHEN p.action = 'send' THEN 0 ELSE 1 END, CASE WHEN p.op = 'removed' THEN 1 ELSE 0 END, "p"."o1" DESC NULLS LAST, CASE WHEN "p"."owed" THEN 0 ELSE 1 END, "p"."k1") AS seq, p.*
FROM (SELECT r.*, CASE WHEN r.reason IS NULL THEN 'send'
                       WHEN r.op = 'returned' THEN 'return'
                       WHEN r.reason IN ('NULL_KEY', 'REPEATED_KEY', 'NOT_FINITE', 'TOO_LONG', 'NOT_ALLOWED', 'CONSTRAINT')
                         OR (r.reason = 'GIVEN_UP' AND r.op <> 'removed') THEN 'reject'
                       ELSE 'hold' END AS action
      FROM (SELECT e.*, CASE WHEN e.op = 'null_key' THEN 'NULL_KEY' WHEN e.op = 'repeated_key' THEN 'REPEATED_KEY'
     WHEN e.op = 'returned' THEN 'RETURNED'
     WHEN NOT (e.op = 'removed') AND COALESCE(COALESCE("e"."f1" IN ('NaN', 'Infinity', '-Infinity'), FALSE) OR COALESCE("e"."f2" IN ('NaN', 'Infinity', '-Infinity'), FALSE), FALSE) THEN 'NOT_FINITE'
WHEN note.reason = 'FAILED' AND note.payload_hash = ("e"."op" || ':' || CAST(hash_record_extended(ROW("e"."f1", CASE WHEN ABS("e"."f2") < 1e300 THEN "e"."f2" * 32769 - ("e"."f2" * 32769 - "e"."f2") ELSE "e"."f2" END), 7) AS VARCHAR)) AND note.attempts >= 5
  THEN 'GIVEN_UP'
WHEN note.reason = 'FAILED' AND note.payload_hash = ("e"."op" || ':' || CAST(hash_record_extended(ROW("e"."f1", CASE WHEN ABS("e"."f2") < 1e300 THEN "e"."f2" * 32769 - ("e"."f2" * 32769 - "e"."f2") ELSE "e"."f2" END), 7) AS VARCHAR))
  AND note.next_attempt_at > CAST('2026-01-02T03:04:05Z' AS TIMESTAMPTZ) THEN 'BACK_OFF'
      END AS reason, CAST(NULL AS VARCHAR) AS detail, CASE WHEN note.reason = 'FAILED' AND (note.payload_hash <> ("e"."op" || ':' || CAST(hash_record_extended(ROW("e"."f1", CASE WHEN ABS("e"."f2") < 1e300 THEN "e"."f2" * 32769 - ("e"."f2" * 32769 - "e"."f2") ELSE "e"."f2" END), 7) AS VARCHAR))) THEN CAST(0 AS BIGINT) ELSE COALESCE(note.attempts, 0) END AS attempts, note.record_key IS NOT NULL OR e.doubt = 2 AS owed, note.first_at AS noted_at, note.run_id AS noted_by, note.intent AS intent, COALESCE(note.intent, CAST(NULL AS VARCHAR), md5('s1' || CAST(array_to_json(CAST(ARRAY[e.record_key, CAST("e"."f1" AS TEXT), CAST("e"."f2" AS TEXT)] AS TEXT[])) AS TEXT))) AS idempotency_key
            FROM (SELECT d.*, CASE WHEN "d"."candidate" = 'null key' THEN '' ELSE CAST("d"."k1" AS TEXT) END AS record_key, CASE d.candidate
     WHEN 'added' THEN 'added' WHEN 'unanswered' THEN 'added' WHEN 'removed' THEN 'removed'
     WHEN 'null key' THEN 'null_key' WHEN 'repeated' THEN 'repeated_key'
     ELSE CASE WHEN d.changed LIKE '%1%' THEN 'changed' WHEN d.doubt > 0 THEN 'resent' WHEN d.candidate = 'returned' THEN 'returned' ELSE 'same' END END AS op FROM d) e LEFT JOIN (SELECT record_key, reason, payload_hash, attempts, next_attempt_at, first_at, run_id, intent FROM "backfeed"."row_notes" WHERE sync_id = 's1' AND reason IN ('FAILED', 'DEFERRED', 'IN_DOUBT')) note ON note.record_key = e.record_key
            WHERE e.op <> 'same') r) p

-- plan of versions, named
WITH d AS MATERIALIZED (SELECT c.op AS candidate, c.n, "c"."k1", CASE WHEN c.op IN ('removed') OR (c.op IN ('differs', 'returned', 'same') AND NOT ("c"."f1" IS DISTINCT FROM "s"."f1")) THEN "s"."f1" ELSE "c"."f1" END AS "f1", CASE WHEN c.op IN ('removed') OR (c.op IN ('differs', 'returned', 'same') AND NOT (("c"."f2" IS DISTINCT FROM "s"."f2" AND NOT COALESCE(ABS("c"."f2" - "s"."f2") < 1e-11 * GREATEST(ABS("c"."f2"), ABS("s"."f2")), FALSE)))) THEN "s"."f2" ELSE "c"."f2" END AS "f2", "c"."o1", "c"."o2",
       CASE WHEN c.op IN ('differs', 'returned', 'same') THEN CASE WHEN "c"."f1" IS DISTINCT FROM "s"."f1" THEN '1' ELSE '0' END || CASE WHEN ("c"."f2" IS DISTINCT FROM "s"."f2" AND NOT COALESCE(ABS("c"."f2" - "s"."f2") < 1e-11 * GREATEST(ABS("c"."f2"), ABS("s"."f2")), FALSE)) THEN '1' ELSE '0' END END AS changed,
       CASE WHEN c.op IN ('differs', 'returned', 'same', 'removed') THEN CAST(array_to_json(CAST(ARRAY[CAST("s"."f1" AS TEXT), CAST("s"."f2" AS TEXT)] AS TEXT[])) AS TEXT) END AS old,
       s._destination_id AS destination_id, COALESCE(s._doubt, 0) AS doubt, CASE WHEN c.op = 'removed' THEN 'KEEP' END AS removal, FALSE AS flagged, c.op = 'returned' AS back
FROM "candidates" AS c LEFT JOIN "backfeed"."_state_s1" AS s ON "c"."k1" = "s"."k1"
WHERE c.op NOT IN ('gone', 'same'))
SELECT row_number() OVER (ORDER BY CASE WHEN p.action = 'send' THEN 0 ELSE 1 END, CASE WHEN p.op = 'removed' THEN 1 ELSE 0 END, "p"."o1" DESC NULLS LAST, CASE WHEN "p"."owed" THEN 0 ELSE 1 END, "p"."k1") AS seq, p.*
FROM (SELECT r.*, CASE WHEN r.reason IS NULL THEN 'send'
                       WHEN r.op = 'returned' THEN 'return'
                       WHEN r.reason IN ('NULL_KEY', 'REPEATED_KEY', 'NOT_FINITE', 'TOO_LONG', 'NOT_ALLOWED', 'CONSTRAINT')
                         OR (r.reason = 'GIVEN_UP' AND r.op <> 'removed') THEN 'reject'
                       ELSE 'hold' END AS action
      FROM (SELECT e.*, CASE WHEN e.op = 'null_key' THEN 'NULL_KEY' WHEN e.op = 'repeated_key' THEN 'REPEATED_KEY'
     WHEN e.op = 'returned' THEN 'RETURNED'
     WHEN NOT (e.op = 'removed') AND COALESCE(COALESCE("e"."f1" IN ('NaN', 'Infinity', '-Infinity'), FALSE) OR COALESCE("e"."f2" IN ('NaN', 'Infinity', '-Infinity'), FALSE), FALSE) THEN 'NOT_FINITE'
WHEN note.reason = 'FAILED' AND note.payload_hash = ("e"."op" || ':' || CAST(hash_record_extended(ROW("e"."f1", CASE WHEN ABS("e"."f2") < 1e300 THEN "e"."f2" * 32769 - ("e"."f2" * 32769 - "e"."f2") ELSE "e"."f2" END), 7) AS VARCHAR)) AND note.attempts >= 5
  THEN 'GIVEN_UP'
WHEN note.reason = 'FAILED' AND note.payload_hash = ("e"."op" || ':' || CAST(hash_record_extended(ROW("e"."f1", CASE WHEN ABS("e"."f2") < 1e300 THEN "e"."f2" * 32769 - ("e"."f2" * 32769 - "e"."f2") ELSE "e"."f2" END), 7) AS VARCHAR))
  AND note.next_attempt_at > CAST('2026-01-02T03:04:05Z' AS TIMESTAMPTZ) THEN 'BACK_OFF'
      END AS reason, CAST(NULL AS VARCHAR) AS detail, CASE WHEN note.reason = 'FAILED' AND (note.payload_hash <> ("e"."op" || ':' || CAST(hash_record_extended(ROW("e"."f1", CASE WHEN ABS("e"."f2") < 1e300 THEN "e"."f2" * 32769 - ("e"."f2" * 32769 - "e"."f2") ELSE "e"."f2" END), 7) AS VARCHAR))) THEN CAST(0 AS BIGINT) ELSE COALESCE(note.attempts, 0) END AS attempts, note.record_key IS NOT NULL OR e.doubt = 2 AS owed, note.first_at AS noted_at, note.run_id AS noted_by, CASE WHEN note.payload_hash = ("e"."op" || ':' || CAST(hash_record_extended(ROW("e"."f1", CASE WHEN ABS("e"."f2") < 1e300 THEN "e"."f2" * 32769 - ("e"."f2" * 32769 - "e"."f2") ELSE "e"."f2" END), 7) AS VARCHAR)) THEN note.intent END AS intent, COALESCE(CASE WHEN note.payload_hash = ("e"."op" || ':' || CAST(hash_record_extended(ROW("e"."f1", CASE WHEN ABS("e"."f2") < 1e300 THEN "e"."f2" * 32769 - ("e"."f2" * 32769 - "e"."f2") ELSE "e"."f2" END), 7) AS VARCHAR)) THEN note.intent END, CAST("e"."o2" AS TEXT), md5('s1' || CAST(array_to_json(CAST(ARRAY[e.record_key, CAST("e"."f1" AS TEXT), CAST("e"."f2" AS TEXT)] AS TEXT[])) AS TEXT))) AS idempotency_key
            FROM (SELECT d.*, CASE WHEN "d"."candidate" = 'null key' THEN '' ELSE CAST("d"."k1" AS TEXT) END AS record_key, CASE d.candidate
     WHEN 'added' THEN 'added' WHEN 'unanswered' THEN 'added' WHEN 'removed' THEN 'removed'
     WHEN 'null key' THEN 'null_key' WHEN 'repeated' THEN 'repeated_key'
     ELSE CASE WHEN d.changed LIKE '%1%' THEN 'changed' WHEN d.doubt > 0 THEN 'resent' WHEN d.candidate = 'returned' THEN 'returned' ELSE 'same' END END AS op FROM d) e LEFT JOIN (SELECT record_key, reason, payload_hash, attempts, next_attempt_at, first_at, run_id, intent FROM "backfeed"."row_notes" WHERE sync_id = 's1' AND reason IN ('FAILED', 'DEFERRED', 'IN_DOUBT')) note ON note.record_key = e.record_key
            WHERE e.op <> 'same') r) p

-- plan with MATCH and LOOKUP
WITH d AS MATERIALIZED (SELECT c.op AS candidate, c.n, "c"."k1", CASE WHEN c.op IN ('removed') OR (c.op IN ('differs', 'returned', 'same') AND NOT ("c"."f1" IS DISTINCT FROM "s"."f1")) THEN "s"."f1" ELSE "c"."f1" END AS "f1", CASE WHEN c.op IN ('removed') OR (c.op IN ('differs', 'returned', 'same') AND NOT (("c"."f2" IS DISTINCT FROM "s"."f2" AND NOT COALESCE(ABS("c"."f2" - "s"."f2") < 1e-11 * GREATEST(ABS("c"."f2"), ABS("s"."f2")), FALSE)))) THEN "s"."f2" ELSE "c"."f2" END AS "f2", "c"."o1", "c"."o2",
       CASE WHEN c.op IN ('differs', 'returned', 'same') THEN CASE WHEN "c"."f1" IS DISTINCT FROM "s"."f1" THEN '1' ELSE '0' END || CASE WHEN ("c"."f2" IS DISTINCT FROM "s"."f2" AND NOT COALESCE(ABS("c"."f2" - "s"."f2") < 1e-11 * GREATEST(ABS("c"."f2"), ABS("s"."f2")), FALSE)) THEN '1' ELSE '0' END END AS changed,
       CASE WHEN c.op IN ('differs', 'returned', 'same', 'removed') THEN CAST(array_to_json(CAST(ARRAY[CAST("s"."f1" AS TEXT), CAST("s"."f2" AS TEXT)] AS TEXT[])) AS TEXT) END AS old,
       s._destination_id AS destination_id, COALESCE(s._doubt, 0) AS doubt, CASE WHEN c.op = 'removed' THEN 'KEEP' END AS removal, FALSE AS flagged, c.op = 'returned' AS back, "l1"."id" AS "f1__id"
FROM "candidates" AS c LEFT JOIN "backfeed"."_state_s1" AS s ON "c"."k1" = "s"."k1" LEFT JOIN (SELECT record_key, MIN(id) AS id FROM (SELECT CAST("k1" AS TEXT) COLLATE "C" AS record_key, _destination_id AS id FROM "backfeed"."_state_s2" WHERE _removed_at IS NULL AND _doubt < 2 AND _destination_id IS NOT NULL UNION ALL SELECT CAST("k1" AS TEXT) COLLATE "C" AS record_key, _destination_id AS id FROM "backfeed"."_state_s2" WHERE _removed_at IS NULL AND _doubt < 2 AND _destination_id IS NOT NULL) known GROUP BY record_key HAVING MIN(id) = MAX(id)) "l1" ON "l1"."record_key" = CAST(trim_scale(CASE WHEN c.op IN ('removed') OR (c.op IN ('differs', 'returned', 'same') AND NOT ("c"."f1" IS DISTINCT FROM "s"."f1")) THEN "s"."f1" ELSE "c"."f1" END) AS TEXT) COLLATE "C"
WHERE c.op NOT IN ('gone', 'same'))
SELECT row_number() OVER (ORDER BY CASE WHEN p.action = 'send' THEN 0 ELSE 1 END, CASE WHEN p.op = 'removed' THEN 1 ELSE 0 END, "p"."o1" DESC NULLS LAST, CASE WHEN "p"."owed" THEN 0 ELSE 1 END, "p"."k1") AS seq, p.*
FROM (SELECT r.*, CASE WHEN r.reason IS NULL AND NOT r.orphaned AND r.op = 'added' AND row_number() OVER (PARTITION BY r.reason IS NULL AND NOT r.orphaned AND r.op = 'added' ORDER BY "r"."o1" DESC NULLS LAST, CASE WHEN "r"."owed" THEN 0 ELSE 1 END, "r"."k1") > 100 THEN 'wait' WHEN r.reason IS NULL THEN 'send'
                       WHEN r.op = 'returned' THEN 'return'
                       WHEN r.reason IN ('NULL_KEY', 'REPEATED_KEY', 'NOT_FINITE', 'TOO_LONG', 'NOT_ALLOWED', 'CONSTRAINT')
                         OR (r.reason = 'GIVEN_UP' AND r.op <> 'removed') THEN 'reject'
                       ELSE 'hold' END AS action
      FROM (SELECT e.*, CASE WHEN e.op = 'null_key' THEN 'NULL_KEY' WHEN e.op = 'repeated_key' THEN 'REPEATED_KEY'
     WHEN e.op = 'returned' THEN 'RETURNED'
     WHEN NOT (e.op = 'removed') AND COALESCE(COALESCE("e"."f1" IN ('NaN', 'Infinity', '-Infinity'), FALSE) OR COALESCE("e"."f2" IN ('NaN', 'Infinity', '-Infinity'), FALSE), FALSE) THEN 'NOT_FINITE'
WHEN note.reason = 'FAILED' AND note.payload_hash = ("e"."op" || ':' || CAST(hash_record_extended(ROW("e"."f1", CASE WHEN ABS("e"."f2") < 1e300 THEN "e"."f2" * 32769 - ("e"."f2" * 32769 - "e"."f2") ELSE "e"."f2" END), 7) AS VARCHAR)) AND note.attempts >= 5
  THEN 'GIVEN_UP'
WHEN note.reason = 'FAILED' AND note.payload_hash = ("e"."op" || ':' || CAST(hash_record_extended(ROW("e"."f1", CASE WHEN ABS("e"."f2") < 1e300 THEN "e"."f2" * 32769 - ("e"."f2" * 32769 - "e"."f2") ELSE "e"."f2" END), 7) AS VARCHAR))
  AND note.next_attempt_at > CAST('2026-01-02T03:04:05Z' AS TIMESTAMPTZ) THEN 'BACK_OFF'
      END AS reason, CAST(NULL AS VARCHAR) AS detail, CASE WHEN note.reason = 'FAILED' AND (note.payload_hash <> ("e"."op" || ':' || CAST(hash_record_extended(ROW("e"."f1", CASE WHEN ABS("e"."f2") < 1e300 THEN "e"."f2" * 32769 - ("e"."f2" * 32769 - "e"."f2") ELSE "e"."f2" END), 7) AS VARCHAR))) THEN CAST(0 AS BIGINT) ELSE COALESCE(note.attempts, 0) END AS attempts, note.record_key IS NOT NULL OR e.doubt = 2 AS owed, note.first_at AS noted_at, note.run_id AS noted_by, COALESCE(note.reason = 'DEFERRED' AND note.error_type = 'PARENT_MISSING', FALSE) AS orphaned
            FROM (SELECT d.*, CASE WHEN "d"."candidate" = 'null key' THEN '' ELSE CAST("d"."k1" AS TEXT) END AS record_key, CASE d.candidate
     WHEN 'added' THEN 'added' WHEN 'unanswered' THEN 'added' WHEN 'removed' THEN 'removed'
     WHEN 'null key' THEN 'null_key' WHEN 'repeated' THEN 'repeated_key'
     ELSE CASE WHEN d.changed LIKE '%1%' THEN 'changed' WHEN d.doubt > 0 THEN 'resent' WHEN d.candidate = 'returned' THEN 'returned' ELSE 'same' END END AS op FROM d) e LEFT JOIN (SELECT record_key, reason, payload_hash, attempts, next_attempt_at, first_at, run_id, intent, error_type FROM "backfeed"."row_notes" WHERE sync_id = 's1' AND reason IN ('FAILED', 'DEFERRED', 'IN_DOUBT')) note ON note.record_key = e.record_key
            WHERE e.op <> 'same' AND NOT (e.op = 'removed' AND (lower(CAST("e"."k1" AS VARCHAR))) IN (SELECT lower(CAST("d"."k1" AS VARCHAR)) FROM d WHERE d.candidate IN ('added', 'unanswered', 'differs', 'returned') AND COALESCE(COALESCE("d"."f1" IN ('NaN', 'Infinity', '-Infinity'), FALSE) OR COALESCE("d"."f2" IN ('NaN', 'Infinity', '-Infinity'), FALSE), FALSE) OR d.candidate LIKE 'violates%'))) r) p

-- notes of rows without a parent
INSERT INTO "backfeed"."row_notes"
SELECT 's1', p.record_key, p.op, 'DEFERRED', ("p"."op" || ':' || CAST(hash_record_extended(ROW("p"."f1", CASE WHEN ABS("p"."f2") < 1e300 THEN "p"."f2" * 32769 - ("p"."f2" * 32769 - "p"."f2") ELSE "p"."f2" END), 7) AS VARCHAR)), NULL, p.attempts,
       COALESCE(p.noted_at, CAST('2026-01-02T03:04:05Z' AS TIMESTAMPTZ)), NULL, COALESCE(p.noted_by, 'r'), 'PARENT_MISSING', NULL, NULL
FROM "backfeed"."_plan_r" p
WHERE p.action = 'send'
  AND NOT EXISTS (SELECT 1 FROM "backfeed"."sync_log" l WHERE l.run_id = 'r' AND l.seq = p.seq)
  AND NOT EXISTS (SELECT 1 FROM "backfeed"."row_notes" n
                  WHERE n.sync_id = 's1' AND n.record_key = p.record_key)
  AND p.seq IN (SELECT CAST(o.seq AS BIGINT) FROM (SELECT r ->> 'seq' AS "seq" FROM jsonb_array_elements(CAST(? AS JSONB)) AS r) o)

-- candidates by a watermark
WITH model AS MATERIALIZED (SELECT model.* FROM (SELECT CAST("q"."id" AS text) COLLATE "C" AS "k1", CAST("q"."score" AS numeric) AS "f1", CAST("q"."ratio" AS double precision) AS "f2", "q"."mrr" AS "o1", CAST("q"."scored" AS numeric) AS w FROM (
SELECT * FROM customers
) AS q) AS model WHERE model.w >= CAST('0.5' AS numeric) OR model.w IS NULL OR "model"."w" IN ('NaN', 'Infinity', '-Infinity') OR CASE WHEN "model"."k1" IS NULL THEN '' ELSE CAST("model"."k1" AS TEXT) END IN (SELECT record_key FROM "backfeed"."row_notes" WHERE sync_id = 's1') OR ("model"."k1") IN (SELECT "k1" FROM "backfeed"."_state_s1" WHERE _doubt IN (1, 2, 3))),
rep AS MATERIALIZED (SELECT lower(CAST("k1" AS VARCHAR)) AS "r1" FROM model WHERE NOT ("model"."k1" IS NULL) GROUP BY 1 HAVING COUNT(*) > 1),
m AS (SELECT model.*, 1 AS in_m, hash_record_extended(ROW("model"."f1", CASE WHEN ABS("model"."f2") < 1e300 THEN "model"."f2" * 32769 - ("model"."f2" * 32769 - "model"."f2") ELSE "model"."f2" END), 7) AS m_hash, rep.r1 IS NOT NULL AS repeated FROM model LEFT JOIN rep ON "rep"."r1" = lower(CAST("model"."k1" AS VARCHAR))),
s AS (SELECT "state"."k1" AS "s_k1", hash_record_extended(ROW("state"."f1", CASE WHEN ABS("state"."f2") < 1e300 THEN "state"."f2" * 32769 - ("state"."f2" * 32769 - "state"."f2") ELSE "state"."f2" END), 7) AS s_hash, 1 AS in_s, state._removed_at IS NOT NULL AS gone, state._doubt AS doubt, rep.r1 IS NOT NULL AS frozen
      FROM "backfeed"."_state_s1" AS state LEFT JOIN rep ON "rep"."r1" = lower(CAST("state"."k1" AS VARCHAR)) WHERE ("state"."k1") IN (SELECT "k1" FROM model) OR CAST("state"."k1" AS TEXT) IN (SELECT record_key FROM "backfeed"."row_notes" WHERE sync_id = 's1' AND op = 'removed')),
j AS (SELECT CASE WHEN in_m IS NULL AND (gone OR frozen OR doubt > 2) THEN 'gone'
     WHEN in_m IS NULL THEN 'removed'
     WHEN "m"."k1" IS NULL THEN 'null key'
     WHEN repeated THEN 'repeated'
             WHEN in_s IS NULL THEN 'added'
     WHEN doubt = 2 THEN 'unanswered'
     WHEN doubt > 2 THEN 'unanswered'
     WHEN gone THEN 'returned'
     WHEN m_hash = s_hash AND doubt = 0 THEN 'same'
     ELSE 'differs' END AS op, COALESCE("m"."k1", "s"."s_k1") AS "k1", "m"."f1", "m"."f2", "m"."o1", "m"."w" FROM m FULL JOIN s ON "m"."k1" = "s"."s_k1" OFFSET 0)
SELECT op, CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "k1" END AS "k1", CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "f1" END AS "f1", CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "f2" END AS "f2", CASE WHEN op IN ('same', 'gone', 'null key') THEN NULL ELSE "o1" END AS "o1", CAST(COUNT(*) AS BIGINT) AS n, MAX(CASE WHEN NOT w IN ('NaN', 'Infinity', '-Infinity') THEN w END) AS w FROM j GROUP BY 1, 2, 3, 4, 5

-- the watermark
SELECT CAST(GREATEST(MAX(w), CAST('0.5' AS numeric)) AS VARCHAR) FROM "candidates"

-- backlog
CREATE TABLE "backfeed"."_backlog_s1" ("k1" text COLLATE "C", "f1" numeric, "f2" double precision, "o1" numeric, "seq" numeric, op VARCHAR, batch BIGINT NOT NULL, line BIGINT NOT NULL)

-- a feed into the backlog
INSERT INTO "backfeed"."_backlog_s1" ("k1", "f1", "f2", "o1", "seq", op, batch, line) SELECT CAST("q"."id" AS text) COLLATE "C" AS "k1", CAST("q"."score" AS numeric) AS "f1", CAST("q"."ratio" AS double precision) AS "f2", CAST("q"."mrr" AS numeric) AS "o1", CAST("q"."lsn" AS numeric) AS "seq", CAST("q"."op" AS VARCHAR) AS op, CAST(7 AS BIGINT) AS batch, row_number() OVER () AS line FROM (
SELECT * FROM customers
) AS q

-- operations that are none
SELECT COALESCE(CAST(op AS VARCHAR), 'null') FROM "backfeed"."_backlog_s1" WHERE lower(CAST(op AS VARCHAR)) IN ('upsert', 'insert', 'update', 'delete') IS NOT TRUE LIMIT 1

-- superseded rows out of the backlog
DELETE FROM "backfeed"."_backlog_s1" USING (SELECT b.*, row_number() OVER (PARTITION BY "b"."k1" ORDER BY b.seq DESC NULLS LAST, b.batch DESC, CASE WHEN lower(b.op) = 'delete' THEN 1 ELSE 0 END, b.line) AS nth, rank() OVER (PARTITION BY "b"."k1" ORDER BY b.seq DESC NULLS LAST) AS place,
       FIRST_VALUE(lower(b.op)) OVER (PARTITION BY "b"."k1" ORDER BY b.seq DESC NULLS LAST, b.batch DESC, CASE WHEN lower(b.op) = 'delete' THEN 1 ELSE 0 END, b.line) AS latest_op, b.h AS value, FIRST_VALUE(b.h) OVER (PARTITION BY "b"."k1" ORDER BY b.seq DESC NULLS LAST, b.batch DESC, CASE WHEN lower(b.op) = 'delete' THEN 1 ELSE 0 END, b.line) AS latest_value,
       row_number() OVER (PARTITION BY "b"."k1", b.seq, b.h, lower(b.op) = 'delete' ORDER BY b.batch DESC, b.line) AS copy
FROM (SELECT b.*, hash_record_extended(ROW("b"."f1", CASE WHEN ABS("b"."f2") < 1e300 THEN "b"."f2" * 32769 - ("b"."f2" * 32769 - "b"."f2") ELSE "b"."f2" END), 7) AS h FROM "backfeed"."_backlog_s1" AS b) AS b) x WHERE NOT ("x".nth = 1 OR "x".place = 1 AND lower("x".op) <> 'delete' AND "x".latest_op <> 'delete' AND "x".value <> "x".latest_value AND "x".copy = 1 OR "x"."k1" IS NULL) AND x.batch = "_backlog_s1".batch AND x.line = "_backlog_s1".line

-- candidates of a backlog
WITH model AS MATERIALIZED (SELECT COALESCE(spelled."k1", model."k1") AS "k1", "model"."f1", "model"."f2", "model"."o1", "model"."flagged" FROM (SELECT model.*, MIN(CASE WHEN flagged THEN 1 ELSE 0 END) OVER (PARTITION BY lower(CAST("model"."k1" AS VARCHAR))) AS deletion
                FROM (SELECT "b"."k1", "b"."f1", "b"."f2", "b"."o1", lower(b.op) = 'delete' AS flagged FROM "backfeed"."_backlog_s1" AS b) AS model) AS model
LEFT JOIN "backfeed"."_state_s1" AS known ON "known"."k1" = "model"."k1"
LEFT JOIN (SELECT "state"."k1", row_number() OVER (PARTITION BY lower(CAST("state"."k1" AS VARCHAR)) ORDER BY _removed_at IS NOT NULL, _doubt, "state"."k1") AS nth
           FROM "backfeed"."_state_s1" AS state) AS spelled ON spelled.nth = 1 AND model.deletion = 1 AND "known"."k1" IS NULL AND lower(CAST("spelled"."k1" AS VARCHAR)) = lower(CAST("model"."k1" AS VARCHAR))),
rep AS MATERIALIZED (SELECT lower(CAST("k1" AS VARCHAR)) AS "r1" FROM model WHERE NOT ("model"."k1" IS NULL) GROUP BY 1 HAVING COUNT(*) > 1 AND COUNT(CASE WHEN NOT flagged THEN 1 END) > 1),
m AS (SELECT model.*, 1 AS in_m, hash_record_extended(ROW("model"."f1", CASE WHEN ABS("model"."f2") < 1e300 THEN "model"."f2" * 32769 - ("model"."f2" * 32769 - "model"."f2") ELSE "model"."f2" END), 7) AS m_hash, rep.r1 IS NOT NULL AS repeated FROM model LEFT JOIN rep ON "rep"."r1" = lower(CAST("model"."k1" AS VARCHAR))),
s AS (SELECT "state"."k1" AS "s_k1", hash_record_extended(ROW("state"."f1", CASE WHEN ABS("state"."f2") < 1e300 THEN "state"."f2" * 32769 - ("state"."f2" * 32769 - "state"."f2") ELSE "state"."f2" END), 7) AS s_hash, 1 AS in_s, state._removed_at IS NOT NULL AS gone, state._doubt AS doubt, rep.r1 IS NOT NULL AS frozen
      FROM "backfeed"."_state_s1" AS state LEFT JOIN rep ON "rep"."r1" = lower(CAST("state"."k1" AS VARCHAR))),
j AS (SELECT CASE WHEN in_m IS NULL AND (gone OR frozen OR doubt > 2) THEN 'gone'
     WHEN in_m IS NULL THEN 'removed'
WHEN flagged AND NOT ("m"."k1" IS NULL) AND (in_s IS NULL OR repeated) THEN 'ignored'
WHEN flagged AND NOT ("m"."k1" IS NULL) AND (gone OR doubt > 2) THEN 'gone'
WHEN flagged AND NOT ("m"."k1" IS NULL) THEN 'removed'
     WHEN "m"."k1" IS NULL THEN 'null key'
     WHEN repeated THEN 'repeated'
             WHEN in_s IS NULL THEN 'added'
     WHEN doubt = 2 THEN 'unanswered'
     WHEN doubt > 2 THEN 'unanswered'
     WHEN gone THEN 'returned'
     WHEN m_hash = s_hash AND doubt = 0 THEN 'same'
     ELSE 'differs' END AS op, COALESCE("m"."k1", "s"."s_k1") AS "k1", "m"."f1", "m"."f2", "m"."o1" FROM m LEFT JOIN s ON "m"."k1" = "s"."s_k1" OFFSET 0)
SELECT op, CASE WHEN op IN ('same', 'gone', 'ignored', 'null key') THEN NULL ELSE "k1" END AS "k1", CASE WHEN op IN ('same', 'gone', 'ignored', 'null key') THEN NULL ELSE "f1" END AS "f1", CASE WHEN op IN ('same', 'gone', 'ignored', 'null key') THEN NULL ELSE "f2" END AS "f2", CASE WHEN op IN ('same', 'gone', 'ignored', 'null key') THEN NULL ELSE "o1" END AS "o1", CAST(COUNT(*) AS BIGINT) AS n FROM j GROUP BY 1, 2, 3, 4, 5

-- candidates of a backlog and a feed that is not taken
WITH model AS MATERIALIZED (SELECT COALESCE(spelled."k1", model."k1") AS "k1", "model"."f1", "model"."f2", "model"."o1", "model"."flagged" FROM (SELECT model.*, MIN(CASE WHEN flagged THEN 1 ELSE 0 END) OVER (PARTITION BY lower(CAST("model"."k1" AS VARCHAR))) AS deletion
                FROM (SELECT "b"."k1", "b"."f1", "b"."f2", "b"."o1", lower(b.op) = 'delete' AS flagged FROM (SELECT b.*, row_number() OVER (PARTITION BY "b"."k1" ORDER BY b.seq DESC NULLS LAST, b.batch DESC, CASE WHEN lower(b.op) = 'delete' THEN 1 ELSE 0 END, b.line) AS nth, rank() OVER (PARTITION BY "b"."k1" ORDER BY b.seq DESC NULLS LAST) AS place,
       FIRST_VALUE(lower(b.op)) OVER (PARTITION BY "b"."k1" ORDER BY b.seq DESC NULLS LAST, b.batch DESC, CASE WHEN lower(b.op) = 'delete' THEN 1 ELSE 0 END, b.line) AS latest_op, b.h AS value, FIRST_VALUE(b.h) OVER (PARTITION BY "b"."k1" ORDER BY b.seq DESC NULLS LAST, b.batch DESC, CASE WHEN lower(b.op) = 'delete' THEN 1 ELSE 0 END, b.line) AS latest_value,
       row_number() OVER (PARTITION BY "b"."k1", b.seq, b.h, lower(b.op) = 'delete' ORDER BY b.batch DESC, b.line) AS copy
FROM (SELECT b.*, hash_record_extended(ROW("b"."f1", CASE WHEN ABS("b"."f2") < 1e300 THEN "b"."f2" * 32769 - ("b"."f2" * 32769 - "b"."f2") ELSE "b"."f2" END), 7) AS h FROM (SELECT "k1", "f1", "f2", "o1", "seq", op, batch, line FROM "backfeed"."_backlog_s1" UNION ALL SELECT CAST("q"."id" AS text) COLLATE "C" AS "k1", CAST("q"."score" AS numeric) AS "f1", CAST("q"."ratio" AS double precision) AS "f2", CAST("q"."mrr" AS numeric) AS "o1", CAST("q"."lsn" AS numeric) AS "seq", CAST("q"."op" AS VARCHAR) AS op, CAST(9223372036854775807 AS BIGINT) AS batch, row_number() OVER () AS line FROM (
SELECT * FROM customers
) AS q) AS b) AS b) AS b WHERE "b".nth = 1 OR "b".place = 1 AND lower("b".op) <> 'delete' AND "b".latest_op <> 'delete' AND "b".value <> "b".latest_value AND "b".copy = 1 OR "b"."k1" IS NULL) AS model) AS model
LEFT JOIN "backfeed"."_state_s1" AS known ON "known"."k1" = "model"."k1"
LEFT JOIN (SELECT "state"."k1", row_number() OVER (PARTITION BY lower(CAST("state"."k1" AS VARCHAR)) ORDER BY _removed_at IS NOT NULL, _doubt, "state"."k1") AS nth
           FROM "backfeed"."_state_s1" AS state) AS spelled ON spelled.nth = 1 AND model.deletion = 1 AND "known"."k1" IS NULL AND lower(CAST("spelled"."k1" AS VARCHAR)) = lower(CAST("model"."k1" AS VARCHAR))),
rep AS MATERIALIZED (SELECT lower(CAST("k1" AS VARCHAR)) AS "r1" FROM model WHERE NOT ("model"."k1" IS NULL) GROUP BY 1 HAVING COUNT(*) > 1 AND COUNT(CASE WHEN NOT flagged THEN 1 END) > 1),
m AS (SELECT model.*, 1 AS in_m, hash_record_extended(ROW("model"."f1", CASE WHEN ABS("model"."f2") < 1e300 THEN "model"."f2" * 32769 - ("model"."f2" * 32769 - "model"."f2") ELSE "model"."f2" END), 7) AS m_hash, rep.r1 IS NOT NULL AS repeated FROM model LEFT JOIN rep ON "rep"."r1" = lower(CAST("model"."k1" AS VARCHAR))),
s AS (SELECT "state"."k1" AS "s_k1", hash_record_extended(ROW("state"."f1", CASE WHEN ABS("state"."f2") < 1e300 THEN "state"."f2" * 32769 - ("state"."f2" * 32769 - "state"."f2") ELSE "state"."f2" END), 7) AS s_hash, 1 AS in_s, state._removed_at IS NOT NULL AS gone, state._doubt AS doubt, rep.r1 IS NOT NULL AS frozen
      FROM "backfeed"."_state_s1" AS state LEFT JOIN rep ON "rep"."r1" = lower(CAST("state"."k1" AS VARCHAR))),
j AS (SELECT CASE WHEN in_m IS NULL AND (gone OR frozen OR doubt > 2) THEN 'gone'
     WHEN in_m IS NULL THEN 'removed'
WHEN flagged AND NOT ("m"."k1" IS NULL) AND (in_s IS NULL OR repeated) THEN 'ignored'
WHEN flagged AND NOT ("m"."k1" IS NULL) AND (gone OR doubt > 2) THEN 'gone'
WHEN flagged AND NOT ("m"."k1" IS NULL) THEN 'removed'
     WHEN "m"."k1" IS NULL THEN 'null key'
     WHEN repeated THEN 'repeated'
             WHEN in_s IS NULL THEN 'added'
     WHEN doubt = 2 THEN 'unanswered'
     WHEN doubt > 2 THEN 'unanswered'
     WHEN gone THEN 'returned'
     WHEN m_hash = s_hash AND doubt = 0 THEN 'same'
     ELSE 'differs' END AS op, COALESCE("m"."k1", "s"."s_k1") AS "k1", "m"."f1", "m"."f2", "m"."o1" FROM m LEFT JOIN s ON "m"."k1" = "s"."s_k1" OFFSET 0)
SELECT op, CASE WHEN op IN ('same', 'gone', 'ignored', 'null key') THEN NULL ELSE "k1" END AS "k1", CASE WHEN op IN ('same', 'gone', 'ignored', 'null key') THEN NULL ELSE "f1" END AS "f1", CASE WHEN op IN ('same', 'gone', 'ignored', 'null key') THEN NULL ELSE "f2" END AS "f2", CASE WHEN op IN ('same', 'gone', 'ignored', 'null key') THEN NULL ELSE "o1" END AS "o1", CAST(COUNT(*) AS BIGINT) AS n FROM j GROUP BY 1, 2, 3, 4, 5

-- settled rows out of the backlog
DELETE FROM "backfeed"."_backlog_s1" AS b WHERE NOT EXISTS (SELECT 1 FROM "backfeed"."_plan_r" p WHERE ("p"."k1" = "b"."k1" OR p.op = 'removed' AND lower(b.op) = 'delete' AND lower(CAST("p"."k1" AS VARCHAR)) = lower(CAST("b"."k1" AS VARCHAR)) AND NOT ("p"."k1" = "b"."k1")) AND p.action <> 'return')

-- answered rows out of the backlog
DELETE FROM "backfeed"."_backlog_s1" AS b WHERE EXISTS (
  SELECT 1 FROM "backfeed"."_plan_r" p JOIN "backfeed"."sync_log" l ON l.run_id = 'r' AND l.seq = p.seq
  WHERE l.outcome <> 'failed' AND ("p"."k1" = "b"."k1" OR p.op = 'removed' AND lower(b.op) = 'delete' AND lower(CAST("p"."k1" AS VARCHAR)) = lower(CAST("b"."k1" AS VARCHAR)) AND NOT ("p"."k1" = "b"."k1")))
