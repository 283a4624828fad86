-- Named queries of the fold's own store. Departments come as parallel arrays; LATERAL with OFFSET 0 keeps each look-up
-- on its index whatever the statistics say of a young table.

-- name: positions
-- positions_pkey.
SELECT p.stream, p.version, p.last_event_id, p.recorded_at, p.parkings, p.parked_version, p.parked_kind,
    p.parked_reason, p.parked_partition, p.parked_offset, p.parked_at
FROM positions p
WHERE p.stream = ANY(%b);

-- name: spans
-- department_spans_pkey.
SELECT s.organisation || '/' || s.department, s.joined_on, s.left_on, s.live, s.live_at
FROM unnest(%b::text[], %b::text[]) AS w (organisation, department)
JOIN department_spans s USING (organisation, department);

-- name: descriptions
-- department_facts_pkey.
SELECT f.organisation || '/' || f.department, f.from_on, f.stream_version, f.title, f.group_name, f.tags, f.facts
FROM unnest(%b::text[], %b::text[]) AS w (organisation, department)
JOIN department_facts f USING (organisation, department)
ORDER BY f.from_on, f.stream_version;

-- name: persons
-- persons_pkey.
SELECT p.organisation || '/' || p.department, p.person, p.from_on, p.stream_version, p.title, p.roles, p.facts, p.last_on
FROM unnest(%b::text[], %b::text[]) AS w (organisation, department)
JOIN persons p USING (organisation, department)
ORDER BY p.from_on, p.stream_version;

-- name: applied_schemes
-- applied_schemes_pkey.
SELECT a.organisation || '/' || a.department, a.scheme, a.version, a.from_on, a.stream_version
FROM unnest(%b::text[], %b::text[]) AS w (organisation, department)
JOIN applied_schemes a USING (organisation, department)
ORDER BY a.stream_version;

-- name: closings
-- calendar_closings_pkey.
SELECT c.organisation || '/' || c.department, c.scheme, c.calendar, c.last_on, c.stream_version
FROM unnest(%b::text[], %b::text[]) AS w (organisation, department)
JOIN calendar_closings c USING (organisation, department)
ORDER BY c.stream_version;

-- name: waivers
-- waivers_pkey.
SELECT v.organisation || '/' || v.department, v.scheme, v.quota, v.period, v.person, v.reason
FROM unnest(%b::text[], %b::text[]) AS w (organisation, department)
JOIN waivers v USING (organisation, department);

-- name: windows
-- windows_ending.
SELECT w.organisation || '/' || w.department, o.*
FROM unnest(%b::text[], %b::text[], %b::date[]) AS w (organisation, department, since)
CROSS JOIN LATERAL (
    SELECT scheme, measure, person, calendar, period, period_end, body
    FROM windows
    WHERE organisation = w.organisation AND department = w.department AND period_end > w.since
    OFFSET 0
) o;

-- name: obligations
-- obligations_pkey: those that are still to fall due, or in their time of grace, and the recent ones.
SELECT w.organisation || '/' || w.department, o.*
FROM unnest(%b::text[], %b::text[], %b::date[]) AS w (organisation, department, since)
CROSS JOIN LATERAL (
    SELECT scheme, quota, period, calendar, scheme_version, measure, period_first, period_end, target, actual, state,
        ordinal, opened_at, due_at, due_passed_at, due_soon_since, decided_at, person, grace_ends_at, grace_passed_at,
        on_time, actual_when_due, waived_reason, outcome, part
    FROM obligations
    WHERE organisation = w.organisation AND department = w.department
      AND (due_passed_at IS NULL OR (grace_ends_at IS NOT NULL AND grace_passed_at IS NULL) OR period_end > w.since)
    OFFSET 0
) o;

-- name: items
-- item_states_pkey.
SELECT w.organisation || '/' || w.department, i.*
FROM unnest(%b::text[], %b::text[], %b::text[]) AS w (organisation, department, item)
CROSS JOIN LATERAL (
    SELECT item, scheme, kind, title, state, body
    FROM item_states
    WHERE organisation = w.organisation AND department = w.department AND item = w.item
    OFFSET 0
) i;

-- name: every_item
-- item_states_pkey.
SELECT item, scheme, kind, title, state, body
FROM item_states
WHERE organisation = %b AND department = %b;

-- name: openings
-- periods_pkey.
SELECT w.organisation || '/' || w.department, p.*
FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::text[])
    AS w (organisation, department, scheme, calendar, period)
CROSS JOIN LATERAL (
    SELECT scheme, calendar, period, opened_at, scheme_version, partial
    FROM periods
    WHERE organisation = w.organisation AND scheme = w.scheme AND calendar = w.calendar AND period = w.period
      AND department = w.department
    OFFSET 0
) p;

-- name: period_totals
-- totals_pkey.
SELECT w.organisation || '/' || w.department, t.*
FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::text[])
    AS w (organisation, department, scheme, calendar, period)
CROSS JOIN LATERAL (
    SELECT scheme, calendar, period, measure, person, amount
    FROM totals
    WHERE organisation = w.organisation AND scheme = w.scheme AND calendar = w.calendar AND period = w.period
      AND department = w.department
    OFFSET 0
) t;

-- name: generation
SELECT number FROM generation;

-- name: write_lock
-- Before anything else in a transaction that writes: a new generation of these tables waits for it, or it for that one.
LOCK TABLE generation IN ROW SHARE MODE;

-- name: move_positions
-- The compare-and-set: counts the positions that stood where the fold began, in the tables that it began with.
-- positions_pkey.
WITH folded AS (
    SELECT * FROM unnest(%b::text[], %b::bigint[], %b::bigint[], %b::uuid[], %b::timestamptz[])
        AS f (stream, version_before, version, last_event_id, recorded_at)
    WHERE coalesce((SELECT number FROM generation) = %b::bigint, true)
), moved AS (
    UPDATE positions p
    SET version = f.version, last_event_id = f.last_event_id, recorded_at = f.recorded_at
    FROM folded f
    WHERE p.stream = f.stream AND p.version = f.version_before
    RETURNING 1
), begun AS (
    INSERT INTO positions (stream, version, last_event_id, recorded_at)
    SELECT f.stream, f.version, f.last_event_id, f.recorded_at
    FROM folded f
    WHERE f.version_before = 0 AND NOT EXISTS (SELECT FROM positions p WHERE p.stream = f.stream)
    ON CONFLICT (stream) DO NOTHING
    RETURNING 1
)
SELECT (SELECT count(*) FROM moved) + (SELECT count(*) FROM begun);

-- name: park
UPDATE positions
SET parked_version = %b, parked_kind = %b, parked_reason = %b, parked_partition = %b, parked_offset = %b,
    parked_at = %b, parkings = %b, resume_requested_at = NULL
WHERE stream = %b;

-- name: unpark
UPDATE positions
SET parked_version = NULL, parked_kind = NULL, parked_reason = NULL, parked_partition = NULL, parked_offset = NULL,
    parked_at = NULL, resume_requested_at = NULL
WHERE stream = %b;

-- name: resume_requests
-- positions_parked.
SELECT stream, parked_partition, parked_offset
FROM positions
WHERE parked_at IS NOT NULL AND resume_requested_at IS NOT NULL;

-- name: parked_count
-- positions_parked.
SELECT count(*) FROM positions WHERE parked_at IS NOT NULL;

-- name: request_resumption
-- positions_parked: one stream, or all where it is NULL.
UPDATE positions
SET resume_requested_at = clock_timestamp()
WHERE parked_at IS NOT NULL AND stream = coalesce(%b, stream)
RETURNING stream;

-- name: staging
-- One connection writes all batches; what it stages is gone with each transaction.
CREATE TEMP TABLE staged_items (LIKE item_states) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE staged_totals (LIKE totals) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE staged_periods (LIKE periods) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE staged_obligations (LIKE obligations) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE staged_windows (LIKE windows) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE staged_spans (LIKE department_spans) ON COMMIT DELETE ROWS;

-- name: merge_items
-- item_states_pkey.
INSERT INTO item_states SELECT * FROM staged_items
ON CONFLICT (organisation, department, item)
DO UPDATE SET title = excluded.title, state = excluded.state, body = excluded.body;

-- name: merge_totals
-- totals_pkey.
INSERT INTO totals SELECT * FROM staged_totals
ON CONFLICT (organisation, scheme, calendar, period, department, person, measure)
DO UPDATE SET amount = totals.amount + excluded.amount, entries = totals.entries + excluded.entries;

-- name: merge_periods
-- periods_pkey.
INSERT INTO periods SELECT * FROM staged_periods
ON CONFLICT (organisation, scheme, calendar, period, department)
DO UPDATE SET
    "end" = excluded."end",
    partial = periods.partial OR excluded.partial,
    opened_at = coalesce(periods.opened_at, excluded.opened_at),
    closed_at = coalesce(excluded.closed_at, periods.closed_at),
    final_at = coalesce(excluded.final_at, periods.final_at);

-- name: merge_obligations
-- obligations_pkey.
INSERT INTO obligations SELECT * FROM staged_obligations
ON CONFLICT (organisation, department, scheme, quota, period, person)
DO UPDATE SET
    actual = excluded.actual, state = excluded.state, ordinal = excluded.ordinal,
    period_end = excluded.period_end, due_at = excluded.due_at, grace_ends_at = excluded.grace_ends_at,
    due_passed_at = excluded.due_passed_at, due_soon_since = excluded.due_soon_since, decided_at = excluded.decided_at,
    grace_passed_at = excluded.grace_passed_at, on_time = excluded.on_time,
    actual_when_due = excluded.actual_when_due, waived_reason = excluded.waived_reason, outcome = excluded.outcome,
    part = excluded.part;

-- name: mark_parts
-- joint_marks_pkey. A mark that the judge is just taking away is waited for, and set again.
INSERT INTO joint_marks (organisation, scheme, quota, period, department)
SELECT * FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::text[]) ORDER BY 1, 2, 3, 4, 5
ON CONFLICT (organisation, scheme, quota, period, department) DO UPDATE SET department = excluded.department;

-- name: merge_windows
-- windows_pkey.
INSERT INTO windows SELECT * FROM staged_windows
ON CONFLICT (organisation, department, scheme, measure, person, calendar, period)
DO UPDATE SET period_end = excluded.period_end, body = excluded.body;

-- name: merge_spans
-- department_spans_pkey.
INSERT INTO department_spans SELECT * FROM staged_spans
ON CONFLICT (organisation, department) DO UPDATE SET left_on = excluded.left_on, live = excluded.live, live_at = excluded.live_at;
