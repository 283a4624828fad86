-- Indexes are the primary keys, unless another is named.

-- name: find_item
SELECT body, submitted_at, changed_at, versions[cardinality(versions)]
FROM items
WHERE item = %s AND organisation = %s;

-- name: append
SELECT version, recorded_at, submitted_at
FROM submission_append(%s, %s, %s, %s, %b, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s);

-- name: answered
SELECT fingerprint, body, receipt ->> 'submitted_at', receipt ->> 'changed_at', (receipt ->> 'version')::bigint
FROM idempotency_keys
WHERE scope = %s AND key = %s;

-- name: events_of_item
SELECT e.stream, e.version, e.id, e.previous_id, e.type, e.recorded_at, e.correlation_id, e.causation_id, e.actor, e.data
FROM items i
JOIN events e ON e.stream = i.organisation || '/' || i.department AND e.version = ANY (i.versions)
WHERE i.item = %s AND i.organisation = %s
ORDER BY e.version;

-- name: list_items
-- Indexes: items_of_organisation; items_of_department when a department is asked for.
SELECT item, body, submitted_at, changed_at, versions[cardinality(versions)]
FROM items
WHERE organisation = %(organisation)s
  AND (%(department)s::text IS NULL OR department = %(department)s)
  AND (%(kind)s::text IS NULL OR kind = %(kind)s)
  AND (%(state)s::text IS NULL OR state = %(state)s)
  AND (%(scheme)s::text IS NULL OR scheme = %(scheme)s)
  AND (%(submitted_from)s::timestamptz IS NULL OR submitted_at >= %(submitted_from)s)
  AND (%(submitted_to)s::timestamptz IS NULL OR submitted_at < %(submitted_to)s)
  AND (%(before_at)s::timestamptz IS NULL OR (submitted_at, item) < (%(before_at)s, %(before_item)s::uuid))
ORDER BY submitted_at DESC, item DESC
LIMIT %(limit)s;

-- name: now
SELECT eventstore_now();

-- name: lock_organisation
SELECT FROM streams WHERE stream = %s FOR UPDATE;

-- name: lock
SELECT stream, organisation, department, live, joined_on, joins_at, changed_from, schemes, begins::text, reached,
       next_milestone_at, last_recorded_at, now
FROM submission_lock(%s);

-- name: claim_due
-- Index: departments_due. Several timekeepers pass one another by; submission_lock then finds the rows locked by itself.
SELECT stream
FROM departments
WHERE live AND next_milestone_at <= eventstore_now()
ORDER BY next_milestone_at
LIMIT %s
FOR UPDATE SKIP LOCKED;

-- name: next_due
-- Index: departments_due.
SELECT extract(epoch FROM min(next_milestone_at) - eventstore_now()) FROM departments WHERE live;

-- name: departments_of
SELECT stream FROM departments WHERE %s::text IS NULL OR organisation = %s ORDER BY stream;

-- name: register
INSERT INTO departments (stream, organisation, department, live, joined_on, joins_at, changed_from, schemes, begins, reached,
                         next_milestone_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s);

-- name: save
UPDATE departments d
SET live = s.live, changed_from = s.changed_from, schemes = s.schemes, begins = s.begins::jsonb, reached = s.reached,
    next_milestone_at = s.next_milestone_at
FROM unnest(%b::text[], %b::boolean[], %b::date[], %b::integer[], %b::text[], %b::timestamptz[], %b::timestamptz[])
     AS s (stream, live, changed_from, schemes, begins, reached, next_milestone_at)
WHERE d.stream = s.stream;

-- name: items
SELECT item, body, submitted_at, changed_at, versions[cardinality(versions)]
FROM items
WHERE item = ANY (%s) AND organisation = %s;

-- name: take_items
SELECT submission_take_items(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s);

-- name: save_items
INSERT INTO items AS i (item, organisation, department, scheme, kind, state, submitted_at, changed_at, versions, body)
SELECT s.item, s.organisation, s.department, s.scheme, s.kind, s.state, s.submitted_at, s.changed_at, s.versions::bigint[],
       s.body
FROM unnest(%b::uuid[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::timestamptz[], %b::timestamptz[],
            %b::text[], %b::text[])
     AS s (item, organisation, department, scheme, kind, state, submitted_at, changed_at, versions, body)
ON CONFLICT (item) DO UPDATE
SET state = excluded.state, changed_at = excluded.changed_at, versions = i.versions || excluded.versions,
    body = excluded.body;

-- name: imported
SELECT key, digest, item FROM imported_lines WHERE organisation = %s AND key = ANY (%s);

-- name: save_imported
INSERT INTO imported_lines (organisation, key, digest, item)
SELECT %s, s.key, s.digest, s.item FROM unnest(%b::text[], %b::bytea[], %b::uuid[]) AS s (key, digest, item);

-- name: standings
SELECT outlet, from_on, title, tier, medium
FROM directory_outlet_standings
WHERE organisation = %s AND outlet = ANY (%s)
ORDER BY outlet, from_on;

-- name: items_of
-- Index: items_of_department.
SELECT organisation, body, submitted_at, changed_at, versions
FROM items
WHERE organisation = %s AND department = %s;

-- name: remove_items
DELETE FROM items WHERE item = ANY (%s);
