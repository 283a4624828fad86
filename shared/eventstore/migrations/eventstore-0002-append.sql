-- depends: eventstore-0001-streams-and-events

-- The clock of the event store. Sessions may shift it (tongbao.clock_shift: an interval as
-- Postgres reads it, such as P-1Y or -3600 for seconds) to rehearse a past year.
CREATE FUNCTION eventstore_now() RETURNS timestamptz
LANGUAGE sql VOLATILE PARALLEL SAFE
RETURN clock_timestamp() + coalesce(nullif(current_setting('tongbao.clock_shift', true), ''), '0')::interval;

-- Locks the head of a stream until the end of the transaction and tells how it stands. `now` is read under the lock
-- and never lies before the stream's last recorded instant: what is decided by it is decided in the stream's order.
-- A stream that has no events yet has head version 0 and cannot be locked; whoever appends first creates it.
CREATE FUNCTION eventstore_lock(
    p_stream text,
    OUT head_version bigint,
    OUT last_event_id uuid,
    OUT last_recorded_at timestamptz,
    OUT now timestamptz
) LANGUAGE plpgsql AS $$
BEGIN
    SELECT s.head_version, s.last_event_id, s.last_recorded_at
    INTO head_version, last_event_id, last_recorded_at
    FROM streams s WHERE s.stream = p_stream FOR UPDATE;
    head_version := coalesce(head_version, 0);
    now := greatest(eventstore_now(), last_recorded_at);
END
$$;

-- Appends the events of one command to one stream.
-- Raises TB001 when the stream is not at p_expected_version (0: it must be new), and TB002 when p_recorded_at is
-- given and lies before the stream's last recorded instant.
CREATE FUNCTION eventstore_append(
    p_stream text,
    p_topic text,
    p_ids uuid[],
    p_types text[],
    p_data bytea[],
    p_correlation_id text,
    p_causation_id text,
    p_actor text,
    p_expected_version bigint DEFAULT NULL,
    p_recorded_at timestamptz DEFAULT NULL,
    OUT first_version bigint,
    OUT last_version bigint,
    OUT last_event_id uuid,
    OUT recorded_at timestamptz
) LANGUAGE plpgsql AS $$
DECLARE
    head streams%ROWTYPE;
    count CONSTANT integer := cardinality(p_ids);
BEGIN
    SELECT s.* INTO head FROM streams s WHERE s.stream = p_stream FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO streams (stream, topic) VALUES (p_stream, p_topic) ON CONFLICT (stream) DO NOTHING;
        SELECT s.* INTO STRICT head FROM streams s WHERE s.stream = p_stream FOR UPDATE;
    END IF;
    IF head.head_version <> p_expected_version THEN
        RAISE EXCEPTION 'stream % is at version %, expected %', p_stream, head.head_version, p_expected_version
            USING ERRCODE = 'TB001', DETAIL = json_build_object(
                'stream', p_stream, 'expected', p_expected_version, 'actual', head.head_version);
    END IF;
    IF p_recorded_at < head.last_recorded_at THEN
        RAISE EXCEPTION 'stream % was last recorded at %, after %', p_stream, head.last_recorded_at, p_recorded_at
            USING ERRCODE = 'TB002', DETAIL = json_build_object(
                'stream', p_stream, 'given', p_recorded_at, 'last', head.last_recorded_at);
    END IF;

    first_version := head.head_version + 1;
    last_version := head.head_version + count;
    last_event_id := p_ids[count];
    recorded_at := coalesce(p_recorded_at, greatest(eventstore_now(), head.last_recorded_at));

    IF count = 1 THEN -- most commands: without unnest a third faster
        INSERT INTO events (stream, version, id, previous_id, type, recorded_at, correlation_id, causation_id, actor,
                            data)
        VALUES (p_stream, last_version, last_event_id, head.last_event_id, p_types[1], recorded_at, p_correlation_id,
                p_causation_id, p_actor, p_data[1]);
    ELSE
        INSERT INTO events (stream, version, id, previous_id, type, recorded_at, correlation_id, causation_id, actor,
                            data)
        SELECT p_stream, head.head_version + e.ordinal, e.id, coalesce(p_ids[e.ordinal - 1], head.last_event_id),
               e.type, eventstore_append.recorded_at, p_correlation_id, p_causation_id, p_actor, e.data
        FROM unnest(p_ids, p_types, p_data) WITH ORDINALITY AS e (id, type, data, ordinal);
    END IF;

    UPDATE streams s
    SET head_version = eventstore_append.last_version,
        last_event_id = eventstore_append.last_event_id,
        last_recorded_at = eventstore_append.recorded_at,
        waiting_since = coalesce(s.waiting_since, clock_timestamp())
    WHERE s.stream = p_stream;
END
$$;
