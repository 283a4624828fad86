-- Named queries of bulletins. A look's own (organisations, folded, progress) belong to its snapshot; the others to the
-- transaction in which an issue is made, or are asked alone.

-- name: organisations
SELECT organisation FROM directory_organisations ORDER BY organisation;

-- name: folded
-- positions_pkey.
SELECT split_part(stream, '/', 2), version FROM positions WHERE stream ^@ (%(organisation)s || '/') ORDER BY 1;

-- name: progress
-- periods_pkey, and obligations_ending for what the periods' quotas still wait for.
WITH member AS MATERIALIZED (
    SELECT period, department, first, "end", closed_at, final_at
    FROM periods
    WHERE organisation = %(organisation)s AND scheme = %(scheme)s AND calendar = %(calendar)s
      AND period = ANY(%(periods)s) AND opened_at IS NOT NULL
), undecided AS MATERIALIZED (
    SELECT w.period, o.department, min(CASE WHEN o.due_passed_at IS NULL THEN o.due_at ELSE o.grace_ends_at END) AS since
    FROM (SELECT DISTINCT period, first, "end" FROM member) w
    JOIN obligations o ON o.organisation = %(organisation)s AND o.scheme = %(scheme)s
        AND o.period_end > w.first AND o.period_end <= w."end"
    WHERE o.due_passed_at IS NULL OR (o.grace_ends_at IS NOT NULL AND o.grace_passed_at IS NULL)
    GROUP BY w.period, o.department
)
SELECT m.period, m.department, s.recorded_at, CASE WHEN d.live THEN d.live_at END, coalesce(s.parked_at IS NOT NULL, false),
    m.closed_at IS NOT NULL, m.final_at IS NOT NULL, u.since
FROM member m
LEFT JOIN positions s ON s.stream = %(organisation)s || '/' || m.department
LEFT JOIN department_spans d ON d.organisation = %(organisation)s AND d.department = m.department
LEFT JOIN undecided u ON u.period = m.period AND u.department = m.department
ORDER BY m.period, m.department COLLATE "C";

-- name: begin
SELECT pg_advisory_xact_lock(hashtextextended('bulletins of ' || %s, 0));

-- name: now
SELECT eventstore_now();

-- name: put
INSERT INTO bulletins (issue, organisation, scheme, bulletin, number, title, calendar, period, period_end, issued_at,
    automatic, document, digest)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s);

-- name: of_period
-- bulletins_period_issued_once.
SELECT issue, organisation, scheme, bulletin, number, title, calendar, period, issued_at, automatic, digest
FROM bulletins
WHERE organisation = %s AND scheme = %s AND bulletin = %s AND period = %s;

-- name: latest
-- bulletins_numbered.
SELECT document
FROM bulletins
WHERE organisation = %s AND scheme = %s AND bulletin = %s
ORDER BY number DESC
LIMIT %s;

-- name: periods_issued
-- bulletins_period_issued_once.
SELECT period FROM bulletins WHERE organisation = %s AND scheme = %s AND bulletin = %s;

-- name: one
SELECT issue, organisation, scheme, bulletin, number, title, calendar, period, issued_at, automatic, digest, document
FROM bulletins
WHERE organisation = %s AND issue = %s;

-- name: page
-- bulletins_listed.
SELECT issue, organisation, scheme, bulletin, number, title, calendar, period, issued_at, automatic, digest
FROM bulletins
WHERE organisation = %(organisation)s
  AND (%(scheme)s::text IS NULL OR scheme = %(scheme)s)
  AND (%(bulletin)s::text IS NULL OR bulletin = %(bulletin)s)
  AND (%(calendar)s::text IS NULL OR calendar = %(calendar)s)
  AND (%(period)s::text IS NULL OR period = %(period)s)
  AND (%(before)s::timestamptz IS NULL OR (issued_at, issue) < (%(before)s, %(before_issue)s::uuid))
ORDER BY issued_at DESC, issue DESC
LIMIT %(limit)s;
