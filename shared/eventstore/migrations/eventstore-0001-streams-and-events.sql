-- The event store: the head of every stream, and the events. Nothing is ever deleted or changed in `events`.

CREATE TABLE streams (
    stream           text COLLATE "C" PRIMARY KEY,
    topic            text NOT NULL,
    head_version     bigint NOT NULL DEFAULT 0,
    relayed_version  bigint NOT NULL DEFAULT 0,
    last_event_id    uuid,
    last_recorded_at timestamptz,
    -- Since when the stream has had events to relay, by the real clock: the relay serves the longest waiting first.
    -- It stays as it is while further events come, so that an append to a waiting stream touches no index (HOT).
    waiting_since    timestamptz,
    CHECK (relayed_version BETWEEN 0 AND head_version),
    CHECK ((waiting_since IS NULL) = (relayed_version = head_version))
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);

-- Holds only the streams that have events to relay, so it is nearly empty, and looking into it costs nearly nothing.
CREATE INDEX streams_waiting ON streams (waiting_since) WHERE waiting_since IS NOT NULL;

CREATE TABLE events (
    stream         text COLLATE "C" NOT NULL,
    version        bigint NOT NULL,
    id             uuid NOT NULL,
    previous_id    uuid,
    type           text NOT NULL,
    recorded_at    timestamptz NOT NULL,
    correlation_id text NOT NULL,
    causation_id   text,
    actor          text NOT NULL,
    data           bytea NOT NULL, -- JSON as it was encoded, never parsed on its way to the consumers
    PRIMARY KEY (stream, version),
    CONSTRAINT events_id_is_unique UNIQUE (id) -- a decision with a derived id cannot be appended a second time
);

CREATE VIEW readable_events AS
SELECT stream, version, id, previous_id, type, recorded_at, correlation_id, causation_id, actor,
       convert_from(data, 'UTF8')::json AS data
FROM events;
