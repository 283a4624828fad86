-- Index used by all: the primary keys of streams and events; streams_waiting where it is named.

-- name: append
SELECT first_version, last_version, last_event_id, recorded_at
FROM eventstore_append(%s, %s, %b, %b, %b, %s, %s, %s, %s, %s);

-- name: append_one
-- The same for a single event: the driver writes plain values three times as fast as lists.
SELECT first_version, last_version, last_event_id, recorded_at
FROM eventstore_append(%s, %s, ARRAY[%b::uuid], ARRAY[%s::text], ARRAY[%b::bytea], %s, %s, %s, %s, %s);

-- name: append_many
SELECT first_version, last_version, last_event_id, recorded_at
FROM eventstore_append_many(%b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b)
ORDER BY append;

-- name: read
SELECT stream, version, id, previous_id, type, recorded_at, correlation_id, causation_id, actor, data
FROM events
WHERE stream = %s AND version > %s
ORDER BY version
LIMIT %s;

-- name: head_version
SELECT head_version FROM streams WHERE stream = %s;

-- name: republish_all
UPDATE streams SET relayed_version = 0, waiting_since = coalesce(waiting_since, clock_timestamp())
WHERE relayed_version > 0;

-- name: republish_topic
UPDATE streams SET relayed_version = 0, waiting_since = coalesce(waiting_since, clock_timestamp())
WHERE relayed_version > 0 AND topic = %s;
