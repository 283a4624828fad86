-- Named queries of the judge of joint obligations. Locks are taken in this order: one quota's period (without waiting),
-- generation, marks (skipping those that a consumer holds), the rows, the stream's head, the organisation's looks at the
-- end. So nobody waits in a circle.

-- name: changed
-- joint_marks_pkey.
SELECT DISTINCT organisation, scheme, quota, period FROM joint_marks ORDER BY 1, 2, 3, 4 LIMIT %s;

-- name: waiting
-- joint_obligations_waiting.
SELECT DISTINCT organisation, scheme, quota, period FROM joint_obligations WHERE waiting_for <> '{}' LIMIT %s;

-- name: revision
-- positions_pkey.
SELECT concat_ws('-', (SELECT number FROM generation), coalesce(sum(version), 0), count(*), count(parked_at),
    (SELECT count(*) FROM directory_departments WHERE organisation = %(organisation)s))
FROM positions WHERE stream ^@ (%(organisation)s || '/');

-- name: claim
SELECT pg_try_advisory_xact_lock(hashtextextended(concat_ws('/', 'joint', %s::text, %s::text, %s::text, %s::text), 0));

-- name: one_generation
-- Before the tables of a generation are read: nobody exchanges them until the end of the transaction.
LOCK TABLE generation IN ACCESS SHARE MODE;

-- name: take_marks
-- joint_marks_pkey. A consumer that changes one of these parts waits from here on; what it wrote before is read below.
SELECT department FROM joint_marks
WHERE organisation = %(organisation)s AND scheme = %(scheme)s AND quota = %(quota)s AND period = %(period)s
ORDER BY department
FOR UPDATE SKIP LOCKED;

-- name: drop_marks
-- joint_marks_pkey.
DELETE FROM joint_marks
WHERE organisation = %(organisation)s AND scheme = %(scheme)s AND quota = %(quota)s AND period = %(period)s
  AND department = ANY(%(departments)s);

-- name: parts
-- obligations_parts.
SELECT department, scheme_version, measure, calendar, period_first, period_end, opened_at, due_at, grace_ends_at,
    due_soon_since, due_passed_at, grace_passed_at, trim_scale(actual), trim_scale(actual_when_due), part
FROM obligations
WHERE organisation = %(organisation)s AND scheme = %(scheme)s AND quota = %(quota)s AND period = %(period)s
  AND state = 'part' AND part IS NOT NULL
ORDER BY department COLLATE "C";

-- name: members
-- positions_pkey, periods_pkey.
SELECT d.department, s.recorded_at, n.joined_on, n.left_on, CASE WHEN n.live THEN n.live_at END, p.opened_at IS NOT NULL
FROM (
    SELECT split_part(stream, '/', 2) COLLATE "C" AS department FROM positions WHERE stream ^@ (%(organisation)s || '/')
    UNION
    SELECT department COLLATE "C" FROM directory_departments WHERE organisation = %(organisation)s
) d
LEFT JOIN positions s ON s.stream = %(organisation)s || '/' || d.department
LEFT JOIN department_spans n ON n.organisation = %(organisation)s AND n.department = d.department
LEFT JOIN periods p ON p.organisation = %(organisation)s AND p.scheme = %(scheme)s AND p.calendar = %(calendar)s
    AND p.period = %(period)s AND p.department = d.department
ORDER BY d.department;

-- name: known
-- joint_obligations_pkey.
SELECT subject, group_name, calendar, scheme_version, measure, period_first, period_end, trim_scale(target), departments,
    opened_at, due_at, grace_ends_at, trim_scale(actual), state, ordinal, due_soon_since, due_passed_at, too_late_at,
    decided_at, on_time, trim_scale(actual_when_due), waiting_for
FROM joint_obligations
WHERE organisation = %(organisation)s AND scheme = %(scheme)s AND quota = %(quota)s AND period = %(period)s
FOR UPDATE;

-- name: turned_at
-- ledger_dated. The sum of all departments, entry after entry: when it came to this side of the target for the last time.
WITH running AS (
    SELECT recorded_at, sum(sum(amount)) OVER (ORDER BY recorded_at) AS came
    FROM ledger
    WHERE organisation = %(organisation)s AND scheme = %(scheme)s AND measure = %(measure)s AND person IS NULL
      AND department = ANY(%(departments)s) AND dated >= %(first)s
      AND (%(end)s::date IS NULL OR dated < %(end)s)
      AND (%(until)s::timestamptz IS NULL OR recorded_at < %(until)s)
    GROUP BY recorded_at
)
SELECT min(recorded_at) FROM running
WHERE recorded_at > coalesce(
    (SELECT max(recorded_at) FROM running WHERE (came >= %(target)s) IS DISTINCT FROM %(reached)s), '-infinity');

-- name: keep
-- joint_obligations_pkey.
INSERT INTO joint_obligations AS known (organisation, scheme, quota, period, subject, group_name, calendar, scheme_version,
    measure, period_first, period_end, target, departments, opened_at, due_at, grace_ends_at, actual, state, ordinal,
    due_soon_since, due_passed_at, too_late_at, decided_at, on_time, actual_when_due, waiting_for)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (organisation, scheme, quota, period, subject, group_name)
DO UPDATE SET
    period_end = excluded.period_end, departments = excluded.departments, due_at = excluded.due_at,
    grace_ends_at = excluded.grace_ends_at, actual = excluded.actual, state = excluded.state, ordinal = excluded.ordinal,
    due_soon_since = excluded.due_soon_since, due_passed_at = excluded.due_passed_at, too_late_at = excluded.too_late_at,
    decided_at = excluded.decided_at, on_time = excluded.on_time, actual_when_due = excluded.actual_when_due,
    waiting_for = excluded.waiting_for;

-- name: note
-- joint_looks_pkey.
INSERT INTO joint_looks AS known (organisation, looks) VALUES (%s, 1)
ON CONFLICT (organisation) DO UPDATE SET looks = known.looks + 1;

-- name: decide
INSERT INTO joint_decisions (organisation, scheme, quota, period, subject, group_name, ordinal, event_type, outcome, target,
    actual, recorded_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s);
