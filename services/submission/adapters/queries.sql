-- Indexes are the primary keys, unless another is named.

-- name: find_item
SELECT body, submitted_at, changed_at, versions[cardinality(versions)]
FROM items
WHERE item = %s AND organisation = %s;

-- name: append
SELECT version, recorded_at, submitted_at
FROM submission_append(%s, %s, %s, %s, %b, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s);

-- name: append_jointly
SELECT version, recorded_at, submitted_at
FROM submission_append_jointly(%s, %s, %s, %s, %b, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s);

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
SELECT stream, organisation, department, live, joined_on, joins_at, changed_from, last_on, edition, begins::text, reached,
       leaves_at, next_milestone_at, last_recorded_at, now
FROM submission_lock(%s);

-- name: claim_due
-- Index: departments_due. Several timekeepers pass one another by; submission_lock then finds the rows locked by itself.
SELECT stream
FROM departments
WHERE live AND next_milestone_at <= eventstore_now() AND stream <> ALL (%s::text[])
ORDER BY next_milestone_at
LIMIT %s
FOR UPDATE SKIP LOCKED;

-- name: next_due
-- Index: departments_due.
SELECT extract(epoch FROM min(next_milestone_at) - eventstore_now())
FROM departments
WHERE live AND stream <> ALL (%s::text[]);

-- name: departments_of
SELECT stream FROM departments WHERE %s::text IS NULL OR organisation = %s ORDER BY stream;

-- name: register
INSERT INTO departments (stream, organisation, department, live, joined_on, joins_at, changed_from, edition, begins, reached,
                         next_milestone_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s);

-- name: save
UPDATE departments d
SET live = s.live, changed_from = s.changed_from, last_on = s.last_on, edition = s.edition, begins = s.begins::jsonb,
    reached = s.reached, leaves_at = s.leaves_at, next_milestone_at = s.next_milestone_at
FROM unnest(%b::text[], %b::boolean[], %b::date[], %b::date[], %b::integer[], %b::text[], %b::timestamptz[],
            %b::timestamptz[], %b::timestamptz[])
     AS s (stream, live, changed_from, last_on, edition, begins, reached, leaves_at, next_milestone_at)
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

-- name: records
SELECT r.kind, r.name, r.department, r.body, r.version, r.recorded_at
FROM department_records r
JOIN unnest(%s::text[], %s::text[], %s::text[]) AS k (kind, name, department) USING (kind, name, department)
WHERE r.organisation = %s;

-- name: records_named
SELECT kind, name, department FROM department_records WHERE organisation = %s AND kind = %s AND name = ANY (%s);

-- name: page_of_records
-- Indexes: the primary key; department_records_of_department when a department is asked for.
SELECT kind, name, department, body, version, recorded_at
FROM department_records
WHERE organisation = %(organisation)s
  AND kind = %(kind)s
  AND (%(department)s::text IS NULL OR department = %(department)s)
  AND (%(after_name)s::text IS NULL OR (name, department) > (%(after_name)s, %(after_department)s))
ORDER BY name, department
LIMIT %(limit)s;

-- name: page_of_calls
-- Each once, whichever departments it was issued to.
SELECT DISTINCT ON (name) kind, name, department, body, version, recorded_at
FROM department_records
WHERE organisation = %(organisation)s
  AND kind = 'call'
  AND (%(after_name)s::text IS NULL OR name > %(after_name)s)
ORDER BY name, department
LIMIT %(limit)s;

-- name: save_records
INSERT INTO department_records (organisation, kind, name, department, body, version, recorded_at)
SELECT %s, r.kind, r.name, r.department, r.body, r.version, r.recorded_at
FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::bigint[], %b::timestamptz[])
     AS r (kind, name, department, body, version, recorded_at)
ON CONFLICT (organisation, kind, name, department) DO UPDATE
SET body = excluded.body, version = excluded.version, recorded_at = excluded.recorded_at;

-- name: closings
SELECT scheme, calendar, last_on FROM calendar_closings WHERE organisation = %s ORDER BY scheme, calendar;

-- name: save_closing
INSERT INTO calendar_closings (organisation, scheme, calendar, last_on) VALUES (%s, %s, %s, %s);

-- name: backdatings
SELECT scheme, scheme_version, from_on, reason FROM scheme_backdatings WHERE organisation = %s ORDER BY ordinal;

-- name: save_backdating
INSERT INTO scheme_backdatings (organisation, scheme, scheme_version, from_on, reason) VALUES (%s, %s, %s, %s, %s);

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
