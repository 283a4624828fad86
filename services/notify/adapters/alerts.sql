-- Positions and alerts. Locks are taken in this order everywhere: positions, alerts, heads of streams, sequences,
-- subscriptions, deliveries; and within each by its key. So no two transactions can wait for one another in a circle.

-- name: positions
SELECT stream, version, last_event_id, recorded_at, parked_version, parked_reason, parked_partition, parked_offset,
       resume_requested_at IS NOT NULL
FROM positions
WHERE stream = ANY (%s)
ORDER BY stream
FOR UPDATE;

-- name: move_positions
WITH moves AS (
    SELECT *
    FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::uuid[], %s::timestamptz[],
                %s::bigint[], %s::text[], %s::integer[], %s::bigint[])
         AS m (stream, version_before, version, last_event_id, recorded_at,
               parked_version, parked_reason, parked_partition, parked_offset)
)
INSERT INTO positions AS p (stream, version, last_event_id, recorded_at, parked_version, parked_reason,
                            parked_partition, parked_offset, parked_at)
SELECT stream, version, last_event_id, recorded_at, parked_version, parked_reason, parked_partition, parked_offset,
       CASE WHEN parked_version IS NOT NULL THEN clock_timestamp() END
FROM moves
ORDER BY stream
ON CONFLICT (stream) DO UPDATE
SET version = excluded.version,
    last_event_id = excluded.last_event_id,
    recorded_at = excluded.recorded_at,
    parked_version = excluded.parked_version,
    parked_reason = excluded.parked_reason,
    parked_partition = excluded.parked_partition,
    parked_offset = excluded.parked_offset,
    parked_at = CASE WHEN excluded.parked_at IS NOT NULL THEN coalesce(p.parked_at, excluded.parked_at) END,
    resume_requested_at = NULL
WHERE p.version = (SELECT version_before FROM moves WHERE moves.stream = excluded.stream);

-- name: resumptions
-- Index positions_parked.
SELECT stream, parked_partition, parked_offset, resume_requested_at
FROM positions
WHERE parked_at IS NOT NULL AND resume_requested_at IS NOT NULL;

-- name: parked
-- Index positions_parked.
SELECT stream, parked_version, parked_reason, parked_at, resume_requested_at
FROM positions
WHERE parked_at IS NOT NULL
  AND split_part(stream, '/', 1) = %(organisation)s
  AND (%(department)s::text IS NULL OR split_part(stream, '/', 2) = %(department)s)
ORDER BY stream;

-- name: request_resumption
UPDATE positions
SET resume_requested_at = clock_timestamp()
WHERE stream = %s AND parked_at IS NOT NULL
RETURNING stream, parked_version, parked_reason, parked_at, resume_requested_at;

-- name: count_parked
SELECT count(*) FROM positions WHERE parked_at IS NOT NULL;

-- name: standings
-- Index alerts_unresolved.
SELECT a.organisation, a.department, a.scheme, a.quota, a.period, a.person, a.joint_group, a.subject, a.body
FROM alerts a
JOIN unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
     AS k (organisation, department, scheme, quota, period, person, joint_group)
     USING (organisation, department, scheme, quota, period, person, joint_group)
WHERE a.state <> 'resolved'
ORDER BY a.alert
FOR UPDATE OF a;

-- name: lock_alert
SELECT department, subject, state, historical, body, eventstore_now()
FROM alerts
WHERE organisation = %s AND alert = %s
FOR UPDATE;

-- name: resolve_alerts
UPDATE alerts a
SET state = 'resolved', resolution = r.resolution, resolved_at = r.resolved_at, body = r.body,
    correlation_id = r.correlation_id, change = r.change
FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[], %s::bytea[], %s::text[], %s::bigint[])
     AS r (alert, resolution, resolved_at, body, correlation_id, change)
WHERE a.alert = r.alert;

-- name: insert_alerts
INSERT INTO alerts (alert, organisation, department, scheme, quota, calendar, period, person, subject, joint_group,
                    condition, severity, state, historical, opened_at, resolved_at, resolution, body, correlation_id, opening, change)
SELECT *
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
            %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::boolean[], %s::timestamptz[], %s::timestamptz[], %s::text[],
            %s::bytea[], %s::text[], %s::bigint[], %s::bigint[]);

-- name: acknowledge_alert
UPDATE alerts
SET state = 'acknowledged', acknowledged_at = %s, acknowledged_by = %s, note = %s, correlation_id = %s, change = %s
WHERE alert = %s;

-- name: take_numbers
INSERT INTO alert_sequences AS s (organisation, last_change)
SELECT organisation, count FROM unnest(%s::text[], %s::bigint[]) AS t (organisation, count) ORDER BY organisation
ON CONFLICT (organisation) DO UPDATE SET last_change = s.last_change + excluded.last_change
RETURNING organisation, last_change;

-- name: insert_changes
INSERT INTO alert_changes (organisation, change, event, alert, department, type, message, correlation_id, recorded_at)
SELECT *
FROM unnest(%s::text[], %s::bigint[], %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::bytea[], %s::text[],
            %s::timestamptz[]);

-- name: alerts
-- Indexes alerts_listed, alerts_listed_department. Every filter is optional.
SELECT subject, state, historical, opened_at, acknowledged_at, acknowledged_by, note, resolved_at, resolution, body,
       correlation_id, opening, change
FROM alerts
WHERE organisation = %(organisation)s
  AND (%(department)s::text IS NULL OR department = %(department)s)
  AND (%(states)s::text[] IS NULL OR state = ANY (%(states)s))
  AND (%(condition)s::text IS NULL OR condition = %(condition)s)
  AND (%(severity)s::text IS NULL OR severity = %(severity)s)
  AND (%(scheme)s::text IS NULL OR scheme = %(scheme)s)
  AND (%(quota)s::text IS NULL OR quota = %(quota)s)
  AND (%(calendar)s::text IS NULL OR calendar = %(calendar)s)
  AND (%(period)s::text IS NULL OR period = %(period)s)
  AND (%(person)s::text IS NULL OR person = %(person)s)
  AND (%(subject)s::text IS NULL OR subject = %(subject)s)
  AND (%(before)s::bigint IS NULL OR opening < %(before)s)
ORDER BY opening DESC
LIMIT %(limit)s;

-- name: alert
SELECT subject, state, historical, opened_at, acknowledged_at, acknowledged_by, note, resolved_at, resolution, body,
       correlation_id, opening, change
FROM alerts
WHERE organisation = %s AND alert = %s;

-- name: changes_of_alert
SELECT change, event, type, department, message, recorded_at FROM alert_changes WHERE alert = %s ORDER BY change;

-- name: changes_after
SELECT change, event, type, department, message, recorded_at
FROM alert_changes
WHERE organisation = %s AND change > %s
ORDER BY change
LIMIT %s;

-- name: last_change
SELECT last_change FROM alert_sequences WHERE organisation = %s;

-- name: count_unresolved
SELECT count(*) FROM alerts WHERE state <> 'resolved';
