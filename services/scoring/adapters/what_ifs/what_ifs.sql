-- Named queries of what-ifs.

-- name: lock_organisation
-- Until the transaction ends nobody else asks in its name, so that what is counted stays so.
SELECT pg_advisory_xact_lock(hashtextextended('what-ifs of ' || %s, 0));

-- name: under_way
-- what_ifs_listed.
SELECT count(*) FROM what_ifs WHERE organisation = %s AND ended_at IS NULL;

-- name: add
INSERT INTO what_ifs (what_if, organisation, title, scheme, draft, version, from_on, first_on, last_on)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s);

-- name: forget_old
-- what_ifs_listed: all that have ended but the newest ones.
DELETE FROM what_ifs WHERE what_if IN (
    SELECT what_if FROM what_ifs WHERE organisation = %s AND ended_at IS NOT NULL
    ORDER BY requested_at DESC, what_if DESC
    OFFSET %s
);

-- name: one
SELECT what_if, organisation, title, scheme, draft, version, from_on, first_on, last_on, state, progress, requested_at,
    began_at, ended_at, told, changes, complete, left_out
FROM what_ifs
WHERE organisation = %s AND what_if = %s;

-- name: page
-- what_ifs_listed.
SELECT what_if, organisation, title, scheme, draft, version, from_on, first_on, last_on, state, progress, requested_at,
    began_at, ended_at, told, changes, complete, left_out
FROM what_ifs
WHERE organisation = %(organisation)s
  AND (%(at)s::timestamptz IS NULL OR (requested_at, what_if) < (%(at)s::timestamptz, %(id)s::uuid))
ORDER BY requested_at DESC, what_if DESC
LIMIT %(limit)s;

-- name: changes
-- what_if_changes_pkey.
SELECT place, body FROM what_if_changes
WHERE what_if = %(id)s AND place > %(after)s
  AND (%(calendar)s::text IS NULL OR calendar = %(calendar)s)
  AND (%(period)s::text IS NULL OR period = %(period)s)
  AND (%(department)s::text IS NULL OR department = %(department)s)
ORDER BY place
LIMIT %(limit)s;

-- name: cancel
UPDATE what_ifs SET state = 'cancelled', ended_at = clock_timestamp()
WHERE organisation = %s AND what_if = %s AND ended_at IS NULL;

-- name: delete
DELETE FROM what_ifs WHERE organisation = %s AND what_if = %s AND ended_at IS NOT NULL;

-- name: give_up
-- what_ifs_under_way: those whose workers went away time and again.
UPDATE what_ifs SET state = 'failed', ended_at = clock_timestamp(), told = %s
WHERE ended_at IS NULL AND attempts >= %s AND kept_at < clock_timestamp() - %s::interval;

-- name: claim
-- what_ifs_under_way: the longest waiting, or one whose worker has fallen silent.
UPDATE what_ifs
SET state = 'running', kept_at = clock_timestamp(), began_at = clock_timestamp(), attempts = attempts + 1, progress = 0
WHERE what_if = (
    SELECT what_if FROM what_ifs
    WHERE ended_at IS NULL AND (state = 'waiting' OR kept_at < clock_timestamp() - %s::interval)
    ORDER BY requested_at
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING what_if, organisation, title, scheme, draft, version, from_on, first_on, last_on, state, progress,
    requested_at, began_at, ended_at, told, changes, complete, left_out;

-- name: forget_changes
DELETE FROM what_if_changes WHERE what_if = %s;

-- name: keep
UPDATE what_ifs SET progress = %s, kept_at = clock_timestamp() WHERE what_if = %s AND state = 'running';

-- name: add_changes
INSERT INTO what_if_changes (what_if, place, calendar, period, department, body)
SELECT w.what_if, c.* FROM what_ifs w
CROSS JOIN unnest(%s::int[], %s::text[], %s::text[], %s::text[], %s::bytea[])
    AS c (place, calendar, period, department, body)
WHERE w.what_if = %s AND w.state = 'running';

-- name: finish
UPDATE what_ifs
SET state = 'done', progress = 1, ended_at = clock_timestamp(), changes = %s, complete = %s, left_out = %s
WHERE what_if = %s AND state = 'running';

-- name: fail
UPDATE what_ifs SET state = 'failed', ended_at = clock_timestamp(), told = %s WHERE what_if = %s AND state = 'running';

-- name: release
UPDATE what_ifs SET state = 'waiting', kept_at = NULL, began_at = NULL, progress = 0, attempts = attempts - 1
WHERE what_if = %s AND state = 'running';

-- name: positions
-- positions_pkey: how far each of the organisation's streams has been folded.
SELECT stream, version FROM positions WHERE stream ^@ %s AND version > 0;
