-- depends: eventstore-0002-append

-- Appends to many streams in one statement. The arrays hold one element per event; p_append says by number (1, 2, 3 …,
-- ascending) which append an event belongs to, and the events of one append share stream, topic, trace, p_expected and
-- p_recorded_at. Heads are locked in the order of the streams' names, so that two such calls cannot deadlock. Several
-- appends to one stream follow one another. Raises TB001 and TB002 as eventstore_append does; then nothing is appended.
CREATE FUNCTION eventstore_append_many(
    p_append integer[],
    p_streams text[],
    p_topics text[],
    p_ids uuid[],
    p_types text[],
    p_data bytea[],
    p_correlation_ids text[],
    p_causation_ids text[],
    p_actors text[],
    p_expected bigint[],
    p_recorded_at timestamptz[]
) RETURNS TABLE (append integer, first_version bigint, last_version bigint, last_event_id uuid, recorded_at timestamptz)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    first_mistake record;
BEGIN
    INSERT INTO streams (stream, topic)
    SELECT DISTINCT ON (a.stream) a.stream, a.topic
    FROM unnest(p_streams, p_topics) AS a (stream, topic)
    WHERE NOT EXISTS (SELECT FROM streams s WHERE s.stream = a.stream)
    ORDER BY a.stream
    ON CONFLICT (stream) DO NOTHING;

    PERFORM FROM streams s
    WHERE s.stream = ANY (SELECT DISTINCT unnest(p_streams))
    ORDER BY s.stream
    FOR UPDATE;

    SELECT * INTO first_mistake FROM (
        SELECT a.stream, a.append, a.expected, a.given, s.last_recorded_at,
               s.head_version + row_number() OVER ahead - 1 AS actual,
               row_number() OVER (PARTITION BY a.append ORDER BY a.ordinal) AS place,
               max(a.given) OVER ahead AS latest_given
        FROM unnest(p_append, p_streams, p_expected, p_recorded_at)
             WITH ORDINALITY AS a (append, stream, expected, given, ordinal)
        JOIN streams s ON s.stream = a.stream
        WINDOW ahead AS (PARTITION BY a.stream ORDER BY a.ordinal)
    ) AS c
    WHERE c.place = 1 AND (c.actual <> c.expected OR c.given < greatest(c.last_recorded_at, c.latest_given))
    ORDER BY c.append
    LIMIT 1;
    IF FOUND AND first_mistake.actual <> first_mistake.expected THEN
        RAISE EXCEPTION 'stream % is at version %, expected %',
            first_mistake.stream, first_mistake.actual, first_mistake.expected
            USING ERRCODE = 'TB001', DETAIL = json_build_object('stream', first_mistake.stream,
                'expected', first_mistake.expected, 'actual', first_mistake.actual);
    ELSIF FOUND THEN
        RAISE EXCEPTION 'stream % was last recorded at %, after %', first_mistake.stream,
            greatest(first_mistake.last_recorded_at, first_mistake.latest_given), first_mistake.given
            USING ERRCODE = 'TB002', DETAIL = json_build_object('stream', first_mistake.stream,
                'given', first_mistake.given,
                'last', greatest(first_mistake.last_recorded_at, first_mistake.latest_given));
    END IF;

    RETURN QUERY
    WITH clock AS MATERIALIZED (
        SELECT eventstore_now() AS now
    ), placed AS (
        SELECT a.append, a.stream, a.id, a.type, a.data, a.correlation_id, a.causation_id, a.actor, a.ordinal,
               s.head_version + row_number() OVER ahead AS version,
               coalesce(lag(a.id) OVER ahead, s.last_event_id) AS previous_id,
               greatest(s.last_recorded_at, max(coalesce(a.given, clock.now)) OVER ahead) AS recorded_at
        FROM unnest(p_append, p_streams, p_ids, p_types, p_data, p_correlation_ids, p_causation_ids, p_actors,
                    p_recorded_at)
             WITH ORDINALITY AS a (append, stream, id, type, data, correlation_id, causation_id, actor, given, ordinal)
        JOIN streams s ON s.stream = a.stream
        CROSS JOIN clock
        WINDOW ahead AS (PARTITION BY a.stream ORDER BY a.ordinal)
    ), inserted AS (
        INSERT INTO events (stream, version, id, previous_id, type, recorded_at, correlation_id, causation_id, actor,
                            data)
        SELECT p.stream, p.version, p.id, p.previous_id, p.type, p.recorded_at, p.correlation_id, p.causation_id,
               p.actor, p.data
        FROM placed p
    ), moved AS (
        UPDATE streams s
        SET head_version = last.version,
            last_event_id = last.id,
            last_recorded_at = last.recorded_at,
            waiting_since = coalesce(s.waiting_since, clock_timestamp())
        FROM (SELECT DISTINCT ON (p.stream) p.stream, p.version, p.id, p.recorded_at
              FROM placed p ORDER BY p.stream, p.version DESC) AS last
        WHERE s.stream = last.stream
    )
    SELECT p.append, min(p.version), max(p.version), (array_agg(p.id ORDER BY p.version DESC))[1], max(p.recorded_at)
    FROM placed p
    GROUP BY p.append
    ORDER BY p.append;
END
$$;
