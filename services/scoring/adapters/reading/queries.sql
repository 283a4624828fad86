-- Named queries of the read side. The present is asked for with as_of = 'infinity'; where the present is
-- kept ready (totals, the state of obligations) it has a query of its own.

-- name: revision
-- Sums over the organisation's streams (positions_pkey holds what is summed) and the directory's versions.
SELECT concat_ws('-',
    (SELECT coalesce(sum(version), 0) FROM positions WHERE stream ^@ (%(organisation)s || '/')),
    (SELECT coalesce(sum(parkings), 0) || '.' || count(parked_at) || '.' || count(resume_requested_at)
       FROM positions WHERE stream ^@ (%(organisation)s || '/')),
    (SELECT coalesce(sum(version), 0) FROM directory_schemes WHERE organisation = %(organisation)s),
    (SELECT coalesce(sum(version), 0) FROM directory_organisations WHERE organisation = %(organisation)s));

-- name: health
SELECT max(recorded_at), count(parked_at) FROM positions WHERE stream ^@ (%(organisation)s || '/');

-- name: periods
-- From one period to the one before it along periods_pkey: as many steps as periods, however many departments.
WITH RECURSIVE known AS (
    (SELECT period FROM periods
     WHERE organisation = %(organisation)s AND scheme = %(scheme)s AND calendar = %(calendar)s
       AND (%(up_to)s::text IS NULL OR period <= %(up_to)s)
     ORDER BY period DESC LIMIT 1)
    UNION ALL
    SELECT (SELECT p.period FROM periods p
            WHERE p.organisation = %(organisation)s AND p.scheme = %(scheme)s AND p.calendar = %(calendar)s
              AND p.period < known.period
            ORDER BY p.period DESC LIMIT 1)
    FROM known WHERE known.period IS NOT NULL
)
SELECT known.period, d.first, d."end", d.scheme_version, d.opened_at
FROM known
CROSS JOIN LATERAL (
    SELECT min(first) AS first, max("end") AS "end", max(scheme_version) AS scheme_version, min(opened_at) AS opened_at
    FROM periods p
    WHERE p.organisation = %(organisation)s AND p.scheme = %(scheme)s AND p.calendar = %(calendar)s
      AND p.period = known.period AND p.opened_at <= %(as_of)s::timestamptz
) d
WHERE d.opened_at IS NOT NULL
LIMIT %(at_most)s;

-- name: members
-- periods_pkey, and per department its descriptions by department_facts_pkey. Of the descriptions known at as_of the
-- latest that holds on the period's last day counts; before the first of them, the first. What changed after
-- the period was final is looked for in the ledger of final periods alone, by ledger_dated.
WITH member AS MATERIALIZED (
    SELECT period, department, scheme_version, partial, first, "end", opened_at,
        CASE WHEN closed_at <= %(as_of)s::timestamptz THEN closed_at END AS closed_at,
        CASE WHEN final_at <= %(as_of)s::timestamptz THEN final_at END AS final_at
    FROM periods
    WHERE organisation = %(organisation)s AND scheme = %(scheme)s AND calendar = %(calendar)s
      AND period = ANY(%(periods)s) AND opened_at <= %(as_of)s::timestamptz
      AND (%(department)s::text IS NULL OR department = %(department)s)
), settled AS MATERIALIZED (
    SELECT period, first, "end", min(final_at) AS final_at
    FROM member WHERE final_at IS NOT NULL
    GROUP BY period, first, "end"
), changed AS MATERIALIZED (
    SELECT s.period, l.department, max(l.recorded_at) AS recorded_at
    FROM settled s
    JOIN ledger l ON l.organisation = %(organisation)s AND l.scheme = %(scheme)s
        AND l.dated >= s.first AND l.dated < s."end"
        AND l.recorded_at >= s.final_at AND l.recorded_at <= %(as_of)s::timestamptz
        AND (%(department)s::text IS NULL OR l.department = %(department)s)
    GROUP BY s.period, l.department
)
SELECT m.period, m.department, f.title, f.group_name, f.tags, m.scheme_version, m.partial,
    m.opened_at, m.closed_at, m.final_at,
    CASE WHEN c.recorded_at >= m.final_at THEN c.recorded_at END
FROM member m
CROSS JOIN LATERAL (
    SELECT title, group_name, tags FROM department_facts f
    WHERE f.organisation = %(organisation)s AND f.department = m.department
      AND f.recorded_at <= %(as_of)s::timestamptz
    ORDER BY f.from_on < m."end" DESC,
        CASE WHEN f.from_on < m."end" THEN f.from_on END DESC, f.from_on, f.stream_version DESC
    LIMIT 1
) f
LEFT JOIN changed c ON c.period = m.period AND c.department = m.department
ORDER BY m.period, m.department;

-- name: amounts_from_totals
-- totals_pkey.
SELECT period, department, measure, amount
FROM totals
WHERE organisation = %(organisation)s AND scheme = %(scheme)s AND calendar = %(calendar)s
  AND period = ANY(%(periods)s) AND (%(measures)s::text[] IS NULL OR measure = ANY(%(measures)s))
  AND (%(department)s::text IS NULL OR department = %(department)s);

-- name: amounts_from_ledger
-- ledger_dated. The periods of one calendar do not overlap: an entry is summed once.
SELECT w.period, l.department, l.measure, sum(l.amount)
FROM unnest(%(periods)s::text[], %(firsts)s::date[], %(ends)s::date[]) AS w (period, first, "end")
JOIN ledger l ON l.organisation = %(organisation)s AND l.scheme = %(scheme)s
    AND l.dated >= w.first AND l.dated < w."end" AND l.recorded_at <= %(as_of)s::timestamptz
    AND (%(measures)s::text[] IS NULL OR l.measure = ANY(%(measures)s)) AND l.person IS NULL
    AND (%(department)s::text IS NULL OR l.department = %(department)s)
GROUP BY w.period, l.department, l.measure;

-- name: obligations_now
-- An obligation belongs to the window that holds its last day, unless its own period is longer.
SELECT w.period, o.department, o.scheme, o.quota, o.calendar, o.period, o.period_first, o.period_end, o.scheme_version,
    o.measure, o.target, o.actual, o.state, o.due_soon_since, o.due_at, o.decided_at
FROM unnest(%(periods)s::text[], %(firsts)s::date[], %(ends)s::date[]) AS w (period, first, "end")
JOIN obligations o ON o.organisation = %(organisation)s AND o.scheme = %(scheme)s
    AND o.period_end > w.first AND o.period_end <= w."end"
    AND o.period_end - o.period_first <= w."end" - w.first
    AND (%(department)s::text IS NULL OR o.department = %(department)s)
ORDER BY o.due_at, o.quota, o.department;

-- name: obligations_then
-- As obligations_now, with the state that the last decision until as_of gave, and the sum of the entries until then.
SELECT w.period, o.department, o.scheme, o.quota, o.calendar, o.period, o.period_first, o.period_end, o.scheme_version,
    o.measure, o.target, coalesce(a.actual, 0), coalesce(d.outcome, 'open'),
    CASE WHEN o.due_soon_since <= %(as_of)s::timestamptz THEN o.due_soon_since END, o.due_at, d.recorded_at
FROM unnest(%(periods)s::text[], %(firsts)s::date[], %(ends)s::date[]) AS w (period, first, "end")
JOIN obligations o ON o.organisation = %(organisation)s AND o.scheme = %(scheme)s
    AND o.period_end > w.first AND o.period_end <= w."end"
    AND o.period_end - o.period_first <= w."end" - w.first
    AND o.opened_at <= %(as_of)s::timestamptz
    AND (%(department)s::text IS NULL OR o.department = %(department)s)
LEFT JOIN LATERAL (
    SELECT outcome, recorded_at FROM decisions d
    WHERE d.organisation = o.organisation AND d.department = o.department AND d.scheme = o.scheme
      AND d.quota = o.quota AND d.period = o.period AND d.recorded_at <= %(as_of)s::timestamptz
    ORDER BY d.ordinal DESC LIMIT 1
) d ON true
LEFT JOIN LATERAL (
    SELECT sum(l.amount) AS actual FROM ledger l
    WHERE l.organisation = o.organisation AND l.scheme = o.scheme AND l.department = o.department
      AND l.measure = o.measure AND l.dated >= o.period_first AND l.dated < o.period_end
      AND l.recorded_at <= %(as_of)s::timestamptz AND l.person IS NULL
) a ON true
ORDER BY o.due_at, o.quota, o.department;

-- name: entries
-- ledger_pkey gives the order; with a department it is read from there alone.
SELECT l.department, l.stream_version, l.entry, l.scheme, l.scheme_version, l.measure, l.item,
    coalesce(i.title, l.item), l.fact, l.amount, l.dated, l.recorded_at, l.cause, l.person
FROM ledger l
LEFT JOIN item_states i ON i.organisation = l.organisation AND i.department = l.department AND i.item = l.item
WHERE l.organisation = %(organisation)s
  AND (%(department)s::text IS NULL OR l.department = %(department)s)
  AND (%(scheme)s::text IS NULL OR l.scheme = %(scheme)s)
  AND (%(measure)s::text IS NULL OR l.measure = %(measure)s)
  AND (%(item)s::text IS NULL OR l.item = %(item)s)
  AND (%(first)s::date IS NULL OR l.dated >= %(first)s)
  AND (%(end)s::date IS NULL OR l.dated < %(end)s)
  AND l.recorded_at <= %(as_of)s::timestamptz
  AND (%(after_department)s::text IS NULL
       OR (l.department, l.stream_version, l.entry)
        > (%(after_department)s, %(after_version)s::bigint, %(after_entry)s::integer))
ORDER BY l.department, l.stream_version, l.entry
LIMIT %(limit)s;

-- name: count_entries
-- ledger_dated.
SELECT measure, count(*)
FROM ledger
WHERE organisation = %(organisation)s AND scheme = %(scheme)s AND department = %(department)s
  AND dated >= %(first)s AND dated < %(end)s AND recorded_at <= %(as_of)s::timestamptz AND person IS NULL
GROUP BY measure;

-- name: list_obligations_now
-- obligations_state when a state is asked for.
SELECT o.department, o.scheme, o.quota, o.calendar, o.period, o.period_first, o.period_end, o.scheme_version,
    o.measure, o.target, o.actual, o.state, o.due_soon_since, o.due_at, o.decided_at
FROM obligations o
WHERE o.organisation = %(organisation)s
  AND (%(state)s::text IS NULL OR o.state = %(state)s)
  AND (%(department)s::text IS NULL OR o.department = %(department)s)
  AND (%(scheme)s::text IS NULL OR o.scheme = %(scheme)s)
  AND (%(quota)s::text IS NULL OR o.quota = %(quota)s)
  AND (%(calendar)s::text IS NULL OR o.calendar = %(calendar)s)
  AND (%(period)s::text IS NULL OR o.period = %(period)s)
  AND (%(after_due_at)s::timestamptz IS NULL
       OR (o.due_at, o.department, o.scheme, o.quota, o.period)
        < (%(after_due_at)s, %(after_department)s, %(after_scheme)s, %(after_quota)s, %(after_period)s))
ORDER BY o.due_at DESC, o.department DESC, o.scheme DESC, o.quota DESC, o.period DESC
LIMIT %(limit)s;

-- name: list_obligations_then
SELECT * FROM (
    SELECT o.department, o.scheme, o.quota, o.calendar, o.period, o.period_first, o.period_end, o.scheme_version,
        o.measure, o.target,
        (SELECT coalesce(sum(l.amount), 0) FROM ledger l
         WHERE l.organisation = o.organisation AND l.scheme = o.scheme AND l.department = o.department
           AND l.measure = o.measure AND l.dated >= o.period_first AND l.dated < o.period_end
           AND l.recorded_at <= %(as_of)s::timestamptz AND l.person IS NULL),
        coalesce(d.outcome, 'open') AS state,
        CASE WHEN o.due_soon_since <= %(as_of)s::timestamptz THEN o.due_soon_since END, o.due_at, d.recorded_at
    FROM obligations o
    LEFT JOIN LATERAL (
        SELECT outcome, recorded_at FROM decisions d
        WHERE d.organisation = o.organisation AND d.department = o.department AND d.scheme = o.scheme
          AND d.quota = o.quota AND d.period = o.period AND d.recorded_at <= %(as_of)s::timestamptz
        ORDER BY d.ordinal DESC LIMIT 1
    ) d ON true
    WHERE o.organisation = %(organisation)s AND o.opened_at <= %(as_of)s::timestamptz
      AND (%(department)s::text IS NULL OR o.department = %(department)s)
      AND (%(scheme)s::text IS NULL OR o.scheme = %(scheme)s)
      AND (%(quota)s::text IS NULL OR o.quota = %(quota)s)
      AND (%(calendar)s::text IS NULL OR o.calendar = %(calendar)s)
      AND (%(period)s::text IS NULL OR o.period = %(period)s)
      AND (%(after_due_at)s::timestamptz IS NULL
           OR (o.due_at, o.department, o.scheme, o.quota, o.period)
            < (%(after_due_at)s, %(after_department)s, %(after_scheme)s, %(after_quota)s, %(after_period)s))
) o
WHERE %(state)s::text IS NULL OR o.state = %(state)s
ORDER BY o.due_at DESC, o.department DESC, o.scheme DESC, o.quota DESC, o.period DESC
LIMIT %(limit)s;

-- name: item
SELECT department, item, scheme, kind, title, state
FROM item_states
WHERE organisation = %(organisation)s AND department = %(department)s AND item = %(item)s;

-- name: parked
-- The title is that of the directory, where the stream could not even be begun.
SELECT split_part(p.stream, '/', 2), coalesce(d.title, split_part(p.stream, '/', 2)), p.parked_version, p.parked_kind,
    p.parked_reason, p.parked_at, p.resume_requested_at
FROM positions p
LEFT JOIN directory_departments d
    ON d.organisation = %(organisation)s AND d.department = split_part(p.stream, '/', 2)
WHERE p.parked_at IS NOT NULL AND p.stream ^@ (%(organisation)s || '/')
  AND (%(department)s::text IS NULL OR p.stream = %(organisation)s || '/' || %(department)s)
ORDER BY p.stream;

-- name: request_resumption
UPDATE positions SET resume_requested_at = coalesce(resume_requested_at, clock_timestamp())
WHERE stream = %(stream)s AND parked_at IS NOT NULL;
