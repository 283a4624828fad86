-- name: take_shard
SELECT pg_try_advisory_lock(%s, %s);

-- name: read_waiting
-- Index: streams_waiting finds the streams, the primary key of events their events. A stream's events come in order.
SELECT waiting.stream, waiting.topic, waiting.relayed_version,
       e.version, e.id::text, e.previous_id::text, e.type, e.recorded_at, e.correlation_id, e.causation_id, e.actor,
       e.data
FROM (
    SELECT s.stream, s.topic, s.relayed_version, s.head_version, s.waiting_since
    FROM streams s
    WHERE s.waiting_since IS NOT NULL
      AND (%(shards)s = 1 OR (hashtextextended(s.stream, 0) & 2147483647) %% %(shards)s = %(shard)s)
      AND s.stream <> ALL (%(held_back)b::text[])
    ORDER BY s.waiting_since
    LIMIT %(streams_max)s
) AS waiting
CROSS JOIN LATERAL (
    SELECT * FROM events
    WHERE events.stream = waiting.stream
      AND events.version > waiting.relayed_version AND events.version <= waiting.head_version
    ORDER BY events.version
    LIMIT %(events_per_stream_max)s
) AS e
ORDER BY waiting.waiting_since, waiting.stream, e.version
LIMIT %(events_max)s;

-- name: advance
-- Heads are locked in the order of their names, as appends to several streams do. A stream whose relayed version was
-- put back meanwhile (to publish everything again) stays where it was put.
UPDATE streams s
SET relayed_version = greatest(s.relayed_version, published.up_to),
    waiting_since = CASE
        WHEN s.head_version > greatest(s.relayed_version, published.up_to) THEN clock_timestamp()
    END
FROM (
    SELECT s.stream, p.up_to
    FROM unnest(%b::text[], %b::bigint[], %b::bigint[]) AS p (stream, read_from, up_to)
    JOIN streams s ON s.stream = p.stream AND s.relayed_version >= p.read_from
    ORDER BY s.stream
    FOR UPDATE OF s
) AS published
WHERE s.stream = published.stream;

-- name: backlog
SELECT coalesce(sum(head_version - relayed_version), 0)::bigint,
       coalesce(extract(epoch FROM clock_timestamp() - min(waiting_since)), 0)::double precision
FROM streams
WHERE waiting_since IS NOT NULL;
