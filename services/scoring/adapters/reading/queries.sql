-- Named queries of the read side. The present is asked for with as_of = 'infinity'; where the present is
-- kept ready (totals, the state of obligations) it has a query of its own.

-- name: revision
-- Sums over the organisation's streams (positions_pkey holds what is summed) and the directory's versions, and which
-- generation of the tables this is.
SELECT concat_ws('-',
    (SELECT number FROM generation),
    (SELECT coalesce(sum(version), 0) FROM positions WHERE stream ^@ (%(organisation)s || '/')),
    (SELECT coalesce(sum(parkings), 0) || '.' || count(parked_at) || '.' || count(resume_requested_at)
       FROM positions WHERE stream ^@ (%(organisation)s || '/')),
    (SELECT looks FROM joint_looks WHERE organisation = %(organisation)s),
    (SELECT coalesce(sum(version), 0) FROM directory_schemes WHERE organisation = %(organisation)s),
    (SELECT coalesce(sum(version), 0) FROM directory_organisations WHERE organisation = %(organisation)s));

-- name: versions
-- positions_pkey. At which version of its stream each department stands, in this generation of the tables.
SELECT split_part(stream, '/', 2), version, (SELECT number FROM generation)
FROM positions WHERE stream ^@ (%(organisation)s || '/');

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

-- name: named_periods
-- periods_pkey, once for each name.
SELECT n.period, d.first, d."end", d.scheme_version, d.opened_at
FROM unnest(%(names)s::text[]) WITH ORDINALITY AS n (period, place)
CROSS JOIN LATERAL (
    SELECT min(first) AS first, max("end") AS "end", max(scheme_version) AS scheme_version, min(opened_at) AS opened_at
    FROM periods p
    WHERE p.organisation = %(organisation)s AND p.scheme = %(scheme)s AND p.calendar = %(calendar)s
      AND p.period = n.period AND p.opened_at <= %(as_of)s::timestamptz
) d
WHERE d.opened_at IS NOT NULL
ORDER BY n.place
LIMIT %(at_most)s;

-- name: backdated
-- applied_schemes_pkey. All that departments were told of versions which were told of one of them more than once.
WITH told AS MATERIALIZED (
    SELECT department, stream_version, version, from_on, recorded_at
    FROM applied_schemes
    WHERE organisation = %(organisation)s AND scheme = %(scheme)s AND recorded_at <= %(as_of)s::timestamptz
)
SELECT department, version, from_on, recorded_at
FROM told
WHERE department IN (SELECT department FROM told GROUP BY department, version HAVING count(*) > 1)
ORDER BY department, stream_version;

-- name: names
-- department_facts_pkey.
SELECT department, array_remove(array_agg(DISTINCT group_name), NULL)
FROM department_facts
WHERE organisation = %(organisation)s
GROUP BY department
ORDER BY department COLLATE "C";

-- name: closings
-- calendar_closings_pkey. All departments are told of a closing alike; where one has not heard yet, the others count.
SELECT calendar, max(last_on)
FROM calendar_closings
WHERE organisation = %(organisation)s AND scheme = %(scheme)s AND recorded_at <= %(as_of)s::timestamptz
GROUP BY calendar;

-- name: members
-- periods_pkey. What changed after a period was final is looked for by ledger_dated (OFFSET 0 keeps the planner on it),
-- in the final periods of the calendar asked for alone. A row for all departments of whom a period says the same: most
-- departments open and close their periods together.
WITH member AS MATERIALIZED (
    SELECT w.calendar, w.period, w.first, w."end", p.department, p.first AS own_first, p."end" AS own_end,
        p.scheme_version, p.partial, p.opened_at,
        CASE WHEN p.closed_at <= %(as_of)s::timestamptz THEN p.closed_at END AS closed_at,
        CASE WHEN p.final_at <= %(as_of)s::timestamptz THEN p.final_at END AS final_at
    FROM unnest(%(calendars)s::text[], %(periods)s::text[], %(firsts)s::date[], %(ends)s::date[])
        AS w (calendar, period, first, "end")
    CROSS JOIN LATERAL (
        SELECT department, first, "end", scheme_version, partial, opened_at, closed_at, final_at
        FROM periods
        WHERE organisation = %(organisation)s AND scheme = %(scheme)s AND calendar = w.calendar AND period = w.period
          AND opened_at <= %(as_of)s::timestamptz
          AND (%(departments)s::text[] IS NULL OR department = ANY(%(departments)s))
        OFFSET 0
    ) p
), settled AS MATERIALIZED (
    SELECT calendar, period, first, "end", min(final_at) AS final_at
    FROM member WHERE final_at IS NOT NULL AND calendar = %(calendar)s
    GROUP BY calendar, period, first, "end"
), changed AS MATERIALIZED (
    SELECT s.calendar, s.period, l.department, l.recorded_at
    FROM settled s
    CROSS JOIN LATERAL (
        SELECT department, max(recorded_at) AS recorded_at
        FROM ledger
        WHERE organisation = %(organisation)s AND scheme = %(scheme)s AND dated >= s.first AND dated < s."end"
          AND recorded_at >= s.final_at AND recorded_at <= %(as_of)s::timestamptz
          AND (%(departments)s::text[] IS NULL OR department = ANY(%(departments)s))
        GROUP BY department
        OFFSET 0
    ) l
)
SELECT calendar, period, first, "end", own_first, own_end, scheme_version, partial, opened_at, closed_at, final_at,
    restated_at, array_agg(department)
FROM (
    SELECT m.*, CASE WHEN c.recorded_at >= m.final_at THEN c.recorded_at END AS restated_at
    FROM member m
    LEFT JOIN changed c ON c.calendar = m.calendar AND c.period = m.period AND c.department = m.department
) together
GROUP BY calendar, period, first, "end", own_first, own_end, scheme_version, partial, opened_at, closed_at, final_at,
    restated_at;

-- name: descriptions
-- department_facts_pkey. All that was known of the departments, in the order in which it holds.
SELECT department, from_on, title, group_name, tags, facts::text
FROM department_facts
WHERE organisation = %(organisation)s AND recorded_at <= %(as_of)s::timestamptz
  AND (%(departments)s::text[] IS NULL OR department = ANY(%(departments)s))
ORDER BY from_on, stream_version;

-- name: persons
-- persons_pkey. All that was known of the persons, in the order in which it holds.
SELECT department, person, from_on, last_on, title, roles, facts::text
FROM persons
WHERE organisation = %(organisation)s AND recorded_at <= %(as_of)s::timestamptz
  AND (%(departments)s::text[] IS NULL OR department = ANY(%(departments)s))
ORDER BY person COLLATE "C", from_on, stream_version;

-- name: amounts_from_totals
-- totals_pkey, once for each period (OFFSET 0 keeps the planner on it). A row a measure: thousands of amounts travel
-- faster in a few arrays.
SELECT w.calendar, w.period, t.measure, t.departments, t.persons, t.amounts
FROM unnest(%(calendars)s::text[], %(periods)s::text[], %(measures)s::text[]) AS w (calendar, period, measures)
CROSS JOIN LATERAL (
    SELECT measure, array_agg(department) AS departments, array_agg(person) AS persons, array_agg(amount) AS amounts
    FROM totals
    WHERE organisation = %(organisation)s AND scheme = %(scheme)s AND calendar = w.calendar AND period = w.period
      AND measure = ANY(string_to_array(w.measures, ' ')) AND (%(persons)s OR person = '')
      AND (%(departments)s::text[] IS NULL OR department = ANY(%(departments)s))
    GROUP BY measure
    OFFSET 0
) t;

-- name: amounts_from_ledger
-- ledger_dated. The periods of one calendar do not overlap: an entry is summed once for each.
SELECT calendar, period, measure, array_agg(department), array_agg(person), array_agg(amount)
FROM (
    SELECT w.calendar, w.period, l.measure, l.department, coalesce(l.person, '') AS person, sum(l.amount) AS amount
    FROM unnest(%(calendars)s::text[], %(periods)s::text[], %(firsts)s::date[], %(ends)s::date[], %(measures)s::text[])
        AS w (calendar, period, first, "end", measures)
    JOIN ledger l ON l.organisation = %(organisation)s AND l.scheme = %(scheme)s
        AND l.dated >= w.first AND l.dated < w."end" AND l.recorded_at <= %(as_of)s::timestamptz
        AND l.measure = ANY(string_to_array(w.measures, ' ')) AND (%(persons)s OR l.person IS NULL)
        AND (%(departments)s::text[] IS NULL OR l.department = ANY(%(departments)s))
    GROUP BY w.calendar, w.period, l.measure, l.department, coalesce(l.person, '')
) t
GROUP BY calendar, period, measure;

-- name: obligations_now
-- obligations_ending. An obligation belongs to the windows that hold its last day.
SELECT w.calendar, w.period, o.department, o.person, o.scheme, o.quota, o.calendar, o.period, o.period_first,
    o.period_end, o.scheme_version, o.measure, trim_scale(o.target), trim_scale(o.actual), o.state, o.due_soon_since, o.due_at,
    o.due_passed_at IS NOT NULL, o.grace_ends_at, o.on_time, o.actual_when_due, o.waived_reason, o.decided_at,
    CASE WHEN o.grace_ends_at IS NULL THEN o.due_passed_at ELSE o.grace_passed_at END IS NOT NULL, o.part
FROM unnest(%(calendars)s::text[], %(periods)s::text[], %(firsts)s::date[], %(ends)s::date[])
    AS w (calendar, period, first, "end")
JOIN obligations o ON o.organisation = %(organisation)s AND o.scheme = %(scheme)s
    AND o.period_end > w.first AND o.period_end <= w."end"
    AND (%(quotas)s::text[] IS NULL OR o.quota = ANY(%(quotas)s))
    AND (%(departments)s::text[] IS NULL OR o.department = ANY(%(departments)s))
ORDER BY o.due_at, o.quota COLLATE "C";

-- name: obligations_then
-- As obligations_now, with the state that the last decision until as_of gave, and the sum of the entries until then. What
-- belongs to a period that was closed only later belongs to the windows that were open. For what is owed once (scheme,
-- version and quota), what is dated later counts too: it makes it good.
WITH while_open AS MATERIALIZED (
    SELECT department, quota, period, person, due_at, grace_ends_at
    FROM obligations_while_open
    WHERE organisation = %(organisation)s AND scheme = %(scheme)s AND closed_at > %(as_of)s::timestamptz
), owed AS MATERIALIZED (
    SELECT w.calendar AS of_calendar, w.period AS of_period, o.*, o.period_end AS end_then, o.due_at AS due_then,
        o.grace_ends_at AS grace_then
    FROM unnest(%(calendars)s::text[], %(periods)s::text[], %(firsts)s::date[], %(ends)s::date[])
        AS w (calendar, period, first, "end")
    JOIN obligations o ON o.organisation = %(organisation)s AND o.scheme = %(scheme)s
        AND o.period_end > w.first AND o.period_end <= w."end"
        AND o.opened_at <= %(as_of)s::timestamptz
        AND (%(quotas)s::text[] IS NULL OR o.quota = ANY(%(quotas)s))
        AND (%(departments)s::text[] IS NULL OR o.department = ANY(%(departments)s))
    WHERE NOT EXISTS (SELECT FROM while_open u WHERE u.department = o.department AND u.quota = o.quota
                      AND u.period = o.period AND u.person = o.person)
    UNION ALL
    SELECT w.calendar, w.period, o.*, w."end", u.due_at, u.grace_ends_at
    FROM unnest(%(calendars)s::text[], %(periods)s::text[], %(firsts)s::date[], %(ends)s::date[])
        AS w (calendar, period, first, "end")
    JOIN while_open u ON w."end" = %(open_end)s::date
    JOIN obligations o ON o.organisation = %(organisation)s AND o.scheme = %(scheme)s AND o.department = u.department
        AND o.quota = u.quota AND o.period = u.period AND o.person = u.person
    WHERE o.opened_at <= %(as_of)s::timestamptz
        AND (%(quotas)s::text[] IS NULL OR o.quota = ANY(%(quotas)s))
        AND (%(departments)s::text[] IS NULL OR o.department = ANY(%(departments)s))
), earned AS MATERIALIZED (
    SELECT o.department, o.person, o.quota, o.period, sum(l.amount) AS actual
    FROM (
        SELECT DISTINCT department, person, quota, period, measure, period_first, end_then,
            concat_ws(' ', scheme, scheme_version, quota) = ANY(%(once)s) AS once
        FROM owed
    ) o
    JOIN ledger l ON l.organisation = %(organisation)s AND l.scheme = %(scheme)s AND l.department = o.department
        AND l.measure = o.measure AND coalesce(l.person, '') = o.person
        AND l.dated >= o.period_first AND (l.dated < o.end_then OR o.once)
        AND l.recorded_at <= %(as_of)s::timestamptz
    GROUP BY o.department, o.person, o.quota, o.period
)
SELECT o.of_calendar, o.of_period, o.department, o.person, o.scheme, o.quota, o.calendar, o.period, o.period_first,
    o.end_then, o.scheme_version, o.measure, trim_scale(o.target), trim_scale(coalesce(e.actual, 0)),
    coalesce(d.outcome, CASE o.state WHEN 'part' THEN 'part' ELSE 'open' END),
    CASE WHEN o.due_soon_since <= %(as_of)s::timestamptz THEN o.due_soon_since END, o.due_then,
    coalesce(o.due_passed_at <= %(as_of)s::timestamptz, false), o.grace_then,
    CASE d.outcome WHEN 'met' THEN d.recorded_at < coalesce(o.due_passed_at, 'infinity') WHEN 'met_late' THEN false END,
    CASE WHEN o.due_passed_at <= %(as_of)s::timestamptz THEN o.actual_when_due END,
    CASE WHEN d.outcome = 'waived' THEN o.waived_reason END, d.recorded_at,
    coalesce(CASE WHEN o.grace_then IS NULL THEN o.due_passed_at ELSE o.grace_passed_at END
        <= %(as_of)s::timestamptz, false), o.part
FROM owed o
LEFT JOIN earned e ON e.department = o.department AND e.person = o.person AND e.quota = o.quota AND e.period = o.period
LEFT JOIN LATERAL (
    SELECT outcome, recorded_at FROM decisions d
    WHERE d.organisation = o.organisation AND d.department = o.department AND d.scheme = o.scheme
      AND d.quota = o.quota AND d.period = o.period AND d.person = o.person
      AND d.recorded_at <= %(as_of)s::timestamptz
    ORDER BY d.ordinal DESC LIMIT 1
) d ON true
ORDER BY o.due_then, o.quota COLLATE "C";

-- name: joint_now
-- joint_obligations_pkey. What groups and the organisation owe, in the columns of a department's obligation.
SELECT '', '', j.scheme, j.quota, j.calendar, j.period, j.period_first, j.period_end, j.scheme_version, j.measure,
    trim_scale(j.target), trim_scale(j.actual), j.state, j.due_soon_since, j.due_at, j.due_passed_at IS NOT NULL,
    j.grace_ends_at, j.on_time, trim_scale(j.actual_when_due), NULL, j.decided_at, j.too_late_at IS NOT NULL, NULL,
    j.subject, j.group_name, j.departments, j.waiting_for
FROM joint_obligations j
WHERE j.organisation = %(organisation)s
  AND (%(subject)s::text IS NULL OR j.subject = %(subject)s)
  AND (%(state)s::text IS NULL OR j.state = %(state)s)
  AND (%(scheme)s::text IS NULL OR j.scheme = %(scheme)s)
  AND (%(quota)s::text IS NULL OR j.quota = %(quota)s)
  AND (%(calendar)s::text IS NULL OR j.calendar = %(calendar)s)
  AND (%(period)s::text IS NULL OR j.period = %(period)s)
  AND (%(first)s::date IS NULL OR (j.period_end > %(first)s AND j.period_end <= %(end)s))
  AND (%(after_due_at)s::timestamptz IS NULL
       OR (j.due_at, '', j.scheme, j.quota, j.period, j.group_name)
        < (%(after_due_at)s, %(after_department)s, %(after_scheme)s, %(after_quota)s, %(after_period)s,
           %(after_person)s))
ORDER BY j.due_at DESC, j.scheme DESC, j.quota DESC, j.period DESC, j.group_name DESC
LIMIT %(limit)s;

-- name: joint_then
-- As joint_now, with the state that the last decision until as_of gave, and the sum of the entries until then. It
-- was due when the first department's part was due, as the judge takes it.
SELECT * FROM (
    SELECT '', '', j.scheme, j.quota, j.calendar, j.period, j.period_first, t.period_end, j.scheme_version, j.measure,
        trim_scale(j.target),
        (SELECT trim_scale(coalesce(sum(l.amount), 0)) FROM ledger l
         WHERE l.organisation = j.organisation AND l.scheme = j.scheme AND l.department = ANY(j.departments)
           AND l.measure = j.measure AND l.dated >= j.period_first
           AND (l.dated < t.period_end OR concat_ws(' ', j.scheme, j.scheme_version, j.quota) = ANY(%(once)s))
           AND l.recorded_at <= %(as_of)s::timestamptz AND l.person IS NULL),
        coalesce(d.outcome, 'open') AS state,
        CASE WHEN j.due_soon_since <= %(as_of)s::timestamptz THEN j.due_soon_since END, t.due_at,
        coalesce(j.due_passed_at <= %(as_of)s::timestamptz, false), t.grace_ends_at,
        CASE d.outcome WHEN 'met' THEN d.recorded_at < coalesce(j.due_passed_at, 'infinity') WHEN 'met_late' THEN false END,
        CASE WHEN j.due_passed_at <= %(as_of)s::timestamptz THEN trim_scale(j.actual_when_due) END, NULL, d.recorded_at,
        coalesce(j.too_late_at <= %(as_of)s::timestamptz, false), NULL, j.subject, j.group_name, j.departments,
        ARRAY[]::text[]
    FROM joint_obligations j
    LEFT JOIN obligations_while_open u ON u.organisation = j.organisation AND u.department = j.departments[1]
        AND u.scheme = j.scheme AND u.quota = j.quota AND u.period = j.period AND u.person = ''
        AND u.closed_at > %(as_of)s::timestamptz
    CROSS JOIN LATERAL (
        SELECT CASE WHEN u.closed_at IS NULL THEN j.period_end ELSE %(open_end)s::date END AS period_end,
            CASE WHEN u.closed_at IS NULL THEN j.due_at ELSE u.due_at END AS due_at,
            CASE WHEN u.closed_at IS NULL THEN j.grace_ends_at ELSE u.grace_ends_at END AS grace_ends_at
    ) t
    LEFT JOIN LATERAL (
        SELECT outcome, recorded_at FROM joint_decisions d
        WHERE d.organisation = j.organisation AND d.scheme = j.scheme AND d.quota = j.quota AND d.period = j.period
          AND d.subject = j.subject AND d.group_name = j.group_name AND d.recorded_at <= %(as_of)s::timestamptz
        ORDER BY d.ordinal DESC LIMIT 1
    ) d ON true
    WHERE j.organisation = %(organisation)s AND j.opened_at <= %(as_of)s::timestamptz
      AND (%(subject)s::text IS NULL OR j.subject = %(subject)s)
      AND (%(scheme)s::text IS NULL OR j.scheme = %(scheme)s)
      AND (%(quota)s::text IS NULL OR j.quota = %(quota)s)
      AND (%(calendar)s::text IS NULL OR j.calendar = %(calendar)s)
      AND (%(period)s::text IS NULL OR j.period = %(period)s)
      AND (%(first)s::date IS NULL OR (t.period_end > %(first)s AND t.period_end <= %(end)s))
      AND (%(after_due_at)s::timestamptz IS NULL
           OR (t.due_at, '', j.scheme, j.quota, j.period, j.group_name)
            < (%(after_due_at)s, %(after_department)s, %(after_scheme)s, %(after_quota)s, %(after_period)s,
               %(after_person)s))
) j
WHERE %(state)s::text IS NULL OR j.state = %(state)s
ORDER BY j.due_at DESC, j.scheme DESC, j.quota DESC, j.period DESC, j.group_name DESC
LIMIT %(limit)s;

-- name: entries
-- ledger_pkey gives the order; with a department it is read from there alone.
SELECT l.department, l.stream_version, l.entry, l.scheme, l.scheme_version, l.measure, l.item,
    coalesce(i.title, l.item), l.fact, trim_scale(l.amount), l.dated, l.recorded_at, l.cause, l.person
FROM ledger l
LEFT JOIN item_states i ON i.organisation = l.organisation AND i.department = l.department AND i.item = l.item
WHERE l.organisation = %(organisation)s
  AND (%(department)s::text IS NULL OR l.department = %(department)s)
  AND (%(person)s::text IS NULL OR coalesce(l.person, '') = %(person)s)
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
  AND dated >= %(first)s AND dated < %(end)s AND recorded_at <= %(as_of)s::timestamptz
  AND (%(person)s::text IS NULL OR coalesce(person, '') = %(person)s)
GROUP BY measure;

-- name: list_obligations_now
-- obligations_state when a state is asked for.
SELECT o.department, o.person, o.scheme, o.quota, o.calendar, o.period, o.period_first, o.period_end, o.scheme_version,
    o.measure, trim_scale(o.target), trim_scale(o.actual), o.state, o.due_soon_since, o.due_at, o.due_passed_at IS NOT NULL, o.grace_ends_at,
    o.on_time, o.actual_when_due, o.waived_reason, o.decided_at
FROM obligations o
WHERE o.organisation = %(organisation)s AND o.state <> 'part'
  AND (%(state)s::text IS NULL OR o.state = %(state)s)
  AND (%(department)s::text IS NULL OR o.department = %(department)s)
  AND (%(person)s::text IS NULL OR o.person = %(person)s)
  AND (%(subject)s::text IS NULL OR (%(subject)s = 'person') = (o.person <> ''))
  AND (%(scheme)s::text IS NULL OR o.scheme = %(scheme)s)
  AND (%(quota)s::text IS NULL OR o.quota = %(quota)s)
  AND (%(calendar)s::text IS NULL OR o.calendar = %(calendar)s)
  AND (%(period)s::text IS NULL OR o.period = %(period)s)
  AND (%(after_due_at)s::timestamptz IS NULL
       OR (o.due_at, o.department, o.scheme, o.quota, o.period, o.person)
        < (%(after_due_at)s, %(after_department)s, %(after_scheme)s, %(after_quota)s, %(after_period)s,
           %(after_person)s))
ORDER BY o.due_at DESC, o.department DESC, o.scheme DESC, o.quota DESC, o.period DESC, o.person DESC
LIMIT %(limit)s;

-- name: list_obligations_then
-- As obligations_then; obligations_while_open_pkey.
SELECT * FROM (
    SELECT o.department, o.person, o.scheme, o.quota, o.calendar, o.period, o.period_first, t.period_end,
        o.scheme_version, o.measure, trim_scale(o.target),
        (SELECT trim_scale(coalesce(sum(l.amount), 0)) FROM ledger l
         WHERE l.organisation = o.organisation AND l.scheme = o.scheme AND l.department = o.department
           AND l.measure = o.measure AND l.dated >= o.period_first
           AND (l.dated < t.period_end OR concat_ws(' ', o.scheme, o.scheme_version, o.quota) = ANY(%(once)s))
           AND l.recorded_at <= %(as_of)s::timestamptz AND coalesce(l.person, '') = o.person),
        coalesce(d.outcome, 'open') AS state,
        CASE WHEN o.due_soon_since <= %(as_of)s::timestamptz THEN o.due_soon_since END, t.due_at,
        coalesce(o.due_passed_at <= %(as_of)s::timestamptz, false), t.grace_ends_at,
        CASE d.outcome WHEN 'met' THEN d.recorded_at < coalesce(o.due_passed_at, 'infinity') WHEN 'met_late' THEN false END,
        CASE WHEN o.due_passed_at <= %(as_of)s::timestamptz THEN o.actual_when_due END,
        CASE WHEN d.outcome = 'waived' THEN o.waived_reason END, d.recorded_at
    FROM obligations o
    LEFT JOIN obligations_while_open u ON u.organisation = o.organisation AND u.department = o.department
        AND u.scheme = o.scheme AND u.quota = o.quota AND u.period = o.period AND u.person = o.person
        AND u.closed_at > %(as_of)s::timestamptz
    CROSS JOIN LATERAL (
        SELECT CASE WHEN u.closed_at IS NULL THEN o.period_end ELSE %(open_end)s::date END AS period_end,
            CASE WHEN u.closed_at IS NULL THEN o.due_at ELSE u.due_at END AS due_at,
            CASE WHEN u.closed_at IS NULL THEN o.grace_ends_at ELSE u.grace_ends_at END AS grace_ends_at
    ) t
    LEFT JOIN LATERAL (
        SELECT outcome, recorded_at FROM decisions d
        WHERE d.organisation = o.organisation AND d.department = o.department AND d.scheme = o.scheme
          AND d.quota = o.quota AND d.period = o.period AND d.person = o.person
          AND d.recorded_at <= %(as_of)s::timestamptz
        ORDER BY d.ordinal DESC LIMIT 1
    ) d ON true
    WHERE o.organisation = %(organisation)s AND o.opened_at <= %(as_of)s::timestamptz AND o.state <> 'part'
      AND (%(department)s::text IS NULL OR o.department = %(department)s)
      AND (%(person)s::text IS NULL OR o.person = %(person)s)
      AND (%(subject)s::text IS NULL OR (%(subject)s = 'person') = (o.person <> ''))
      AND (%(scheme)s::text IS NULL OR o.scheme = %(scheme)s)
      AND (%(quota)s::text IS NULL OR o.quota = %(quota)s)
      AND (%(calendar)s::text IS NULL OR o.calendar = %(calendar)s)
      AND (%(period)s::text IS NULL OR o.period = %(period)s)
      AND (%(after_due_at)s::timestamptz IS NULL
           OR (t.due_at, o.department, o.scheme, o.quota, o.period, o.person)
            < (%(after_due_at)s, %(after_department)s, %(after_scheme)s, %(after_quota)s, %(after_period)s,
               %(after_person)s))
) o
WHERE %(state)s::text IS NULL OR o.state = %(state)s
ORDER BY o.due_at DESC, o.department DESC, o.scheme DESC, o.quota DESC, o.period DESC, o.person DESC
LIMIT %(limit)s;

-- name: adoptions
-- ledger_dated finds the period's items. An item that is credited to several departments counts for each of them. The
-- rows without a measure are of all of these measures together, each item once.
WITH counted AS MATERIALIZED (
    SELECT department, item, measure
    FROM ledger
    WHERE organisation = %(organisation)s AND scheme = %(scheme)s AND dated >= %(first)s AND dated < %(end)s
      AND recorded_at <= %(as_of)s::timestamptz AND measure = ANY(%(counting)s) AND person IS NULL
    GROUP BY department, item, measure
    HAVING sum(amount) > 0
), adopted AS MATERIALIZED (
    SELECT department, item
    FROM ledger
    WHERE organisation = %(organisation)s AND scheme = %(scheme)s AND recorded_at <= %(as_of)s::timestamptz
      AND measure = ANY(%(adopting)s) AND person IS NULL
    GROUP BY department, item
    HAVING sum(amount) > 0
)
SELECT c.department, c.measure, count(DISTINCT c.item), count(DISTINCT a.item)
FROM counted c
LEFT JOIN adopted a ON a.department = c.department AND a.item = c.item
GROUP BY GROUPING SETS ((c.department, c.measure), (c.department));

-- name: by_month
-- ledger_dated.
SELECT department, extract(month FROM dated)::integer, trim_scale(sum(amount))
FROM ledger
WHERE organisation = %(organisation)s AND scheme = %(scheme)s AND measure = %(measure)s
  AND dated >= %(first)s AND dated < %(end)s AND recorded_at <= %(as_of)s::timestamptz AND person IS NULL
  AND (%(department)s::text IS NULL OR department = %(department)s)
GROUP BY 1, 2;

-- name: changes
-- All of one department's tables by their primary keys. number and key tell what came with one event apart.
WITH decided AS (
    SELECT d.*, lag(d.outcome, 1, 'open') OVER (PARTITION BY d.quota, d.period, d.person ORDER BY d.ordinal) AS before
    FROM decisions d
    WHERE d.organisation = %(organisation)s AND d.department = %(department)s AND d.scheme = %(scheme)s
), described AS (
    SELECT f.*, lag(f.title) OVER w AS title_before, lag(f.group_name) OVER w AS group_before
    FROM department_facts f
    WHERE f.organisation = %(organisation)s AND f.department = %(department)s
    WINDOW w AS (ORDER BY f.stream_version)
), told AS (
    SELECT a.*, min(a.from_on) OVER (PARTITION BY a.version ORDER BY a.stream_version
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS from_before
    FROM applied_schemes a
    WHERE a.organisation = %(organisation)s AND a.department = %(department)s AND a.scheme = %(scheme)s
), backdated AS (
    -- Those that came to hold on days on which a lower version had held.
    SELECT t.* FROM told t
    WHERE t.from_before IS NOT NULL AND (%(end)s::date IS NULL OR t.from_on < %(end)s) AND NOT EXISTS (
        SELECT FROM told b
        WHERE b.stream_version < t.stream_version AND b.version >= t.version
          AND b.from_on <= greatest(t.from_on, %(first)s::date))
), change AS (
    SELECT 'entry' AS kind, l.recorded_at, l.stream_version, l.entry AS number, '' AS key, l.cause, r.reason,
        jsonb_build_object('measure', l.measure, 'item', l.item, 'item_title', coalesce(i.title, l.item),
            'amount', trim_scale(l.amount)::text, 'dated', l.dated, 'person', l.person) AS changed
    FROM ledger l
    LEFT JOIN item_states i ON i.organisation = l.organisation AND i.department = l.department AND i.item = l.item
    LEFT JOIN reasons r ON r.organisation = l.organisation AND r.department = l.department
        AND r.stream_version = l.stream_version
    WHERE l.organisation = %(organisation)s AND l.department = %(department)s AND l.scheme = %(scheme)s
      AND (%(first)s::date IS NULL OR l.dated >= %(first)s) AND (%(end)s::date IS NULL OR l.dated < %(end)s)
    UNION ALL
    SELECT 'decision', d.recorded_at, d.stream_version, d.ordinal, concat_ws('/', d.quota, d.period, d.person),
        d.event_type, CASE d.outcome WHEN 'waived' THEN o.waived_reason ELSE r.reason END,
        jsonb_build_object('quota', d.quota, 'period', d.period, 'person', nullif(d.person, ''),
            'outcome', d.outcome, 'outcome_before', d.before,
            'target', trim_scale(d.target)::text, 'actual', trim_scale(d.actual)::text)
    FROM decided d
    JOIN obligations o USING (organisation, department, scheme, quota, period, person)
    LEFT JOIN reasons r USING (organisation, department, stream_version)
    WHERE (%(first)s::date IS NULL OR o.period_end > %(first)s) AND (%(end)s::date IS NULL OR o.period_end <= %(end)s)
    UNION ALL
    SELECT 'waiver', w.recorded_at, w.stream_version, 0, concat_ws('/', w.quota, w.period, w.person),
        'tongbao.obligation.waived.v1', w.reason,
        jsonb_build_object('quota', w.quota, 'period', w.period, 'person', nullif(w.person, ''))
    FROM waivers w
    LEFT JOIN obligations o USING (organisation, department, scheme, quota, period, person)
    WHERE w.organisation = %(organisation)s AND w.department = %(department)s AND w.scheme = %(scheme)s
      AND (%(first)s::date IS NULL OR o.period_end > %(first)s) AND (%(end)s::date IS NULL OR o.period_end <= %(end)s)
    UNION ALL
    SELECT 'backdating', b.recorded_at, b.stream_version, 0, '', 'tongbao.scheme.backdated.v1', r.reason,
        jsonb_build_object('scheme_version', b.version, 'from', b.from_on, 'from_before', b.from_before)
    FROM backdated b
    LEFT JOIN reasons r USING (organisation, department, stream_version)
    UNION ALL
    SELECT 'description', f.recorded_at, f.stream_version, 0, '',
        CASE WHEN f.title_before IS NULL THEN 'tongbao.department.registered.v1' ELSE 'tongbao.department.changed.v1' END,
        NULL,
        jsonb_build_object('title', f.title, 'title_before', f.title_before, 'group', f.group_name,
            'group_before', f.group_before, 'tags', f.tags, 'facts', f.facts, 'from', f.from_on)
    FROM described f
    WHERE %(end)s::date IS NULL OR f.from_on < %(end)s
    UNION ALL
    SELECT 'person', p.recorded_at, p.stream_version, 0, p.person, 'tongbao.person.described.v1', NULL,
        jsonb_build_object('person', p.person, 'title', p.title, 'roles', p.roles, 'facts', p.facts, 'from', p.from_on,
            'last', p.last_on)
    FROM persons p
    WHERE p.organisation = %(organisation)s AND p.department = %(department)s
      AND (%(end)s::date IS NULL OR p.from_on < %(end)s)
)
SELECT kind, recorded_at, stream_version, number, key, cause, reason, changed
FROM change
WHERE recorded_at > %(since)s::timestamptz AND recorded_at <= %(as_of)s::timestamptz
  AND (%(after_version)s::bigint IS NULL
       OR (stream_version, kind, number, key)
        > (%(after_version)s, %(after_kind)s, %(after_number)s::integer, %(after_key)s))
ORDER BY stream_version, kind, number, key
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
