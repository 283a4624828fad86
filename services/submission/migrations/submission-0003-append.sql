-- depends: submission-0001-departments-and-items web-0001-idempotency-keys directory-0002-token-in-force

-- One command on one item in one round trip: the event, the item's state and the idempotency record, or nothing.
--
-- eventstore_append locks the head and only then reads the clock; everything checked here is checked under that lock
-- and against that instant. What the caller assumed and does not hold (any more) is raised as TS001, with the reason as
-- message; the caller puts it right and decides again:
--   unknown_department, importing, not_joined   the department takes no such command (now)
--   schemes_changed   schemes were published that the decision did not know
--   milestones_due    the next milestones have passed and must stand before this event
--   another_day       it is not the day that the decision was made for; the detail is the instant
--   item_changed      the item has an event that the decision did not know
--   key_used          the idempotency key has an answer already
--   token_lapsed      the token is not in force any more, or not as it was last seen
CREATE FUNCTION submission_append(
    p_organisation text,
    p_department text,
    p_event_id uuid,
    p_type text,
    p_data bytea,
    p_correlation_id text,
    p_causation_id text,
    p_actor text,
    p_token text,          -- NULL: the token was confirmed before
    p_token_version bigint,
    p_schemes integer,
    p_day_begins timestamptz,
    p_day_ends timestamptz,
    p_item uuid,
    p_item_version bigint, -- NULL: the item is new
    p_scheme text,
    p_kind text,
    p_state text,
    p_body text,
    p_key_scope text,      -- NULL: the request has no idempotency key
    p_key text,
    p_fingerprint text,
    OUT version bigint,
    OUT recorded_at timestamptz,
    OUT submitted_at timestamptz
) LANGUAGE plpgsql AS $$
DECLARE
    its_stream CONSTANT text := p_organisation || '/' || p_department;
    place departments%ROWTYPE;
    receipt record;
BEGIN
    IF p_token IS NOT NULL AND NOT directory_token_in_force(p_token, p_token_version) THEN
        RAISE EXCEPTION 'token_lapsed' USING ERRCODE = 'TS001';
    END IF;

    receipt := eventstore_append(its_stream, 'department-events', ARRAY[p_event_id], ARRAY[p_type], ARRAY[p_data],
                                 p_correlation_id, p_causation_id, p_actor);
    version := receipt.last_version;
    recorded_at := receipt.recorded_at;

    SELECT d.* INTO place FROM departments d WHERE d.stream = its_stream;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'unknown_department' USING ERRCODE = 'TS001';
    ELSIF NOT place.live THEN
        RAISE EXCEPTION 'importing' USING ERRCODE = 'TS001';
    ELSIF recorded_at < place.joins_at THEN
        RAISE EXCEPTION 'not_joined' USING ERRCODE = 'TS001', DETAIL = place.joined_on;
    ELSIF place.schemes <> p_schemes THEN
        RAISE EXCEPTION 'schemes_changed' USING ERRCODE = 'TS001';
    ELSIF recorded_at >= place.next_milestone_at THEN
        RAISE EXCEPTION 'milestones_due' USING ERRCODE = 'TS001';
    ELSIF recorded_at < p_day_begins OR recorded_at >= p_day_ends THEN
        RAISE EXCEPTION 'another_day' USING ERRCODE = 'TS001', DETAIL = recorded_at;
    END IF;

    IF p_item_version IS NULL THEN
        submitted_at := recorded_at;
        INSERT INTO items (item, organisation, department, scheme, kind, state, submitted_at, changed_at, versions, body)
        VALUES (p_item, p_organisation, p_department, p_scheme, p_kind, p_state, submission_append.recorded_at,
                submission_append.recorded_at, ARRAY[submission_append.version], p_body);
    ELSE
        UPDATE items i
        SET state = p_state, changed_at = submission_append.recorded_at, versions = i.versions || submission_append.version,
            body = p_body
        WHERE i.item = p_item AND i.versions[cardinality(i.versions)] = p_item_version
        RETURNING i.submitted_at INTO submitted_at;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'item_changed' USING ERRCODE = 'TS001';
        END IF;
    END IF;

    -- Last, for it waits for another request with the same key: nothing is locked behind it. The answer is the item as it
    -- is now; version and instants, which only this function knows, go beside it.
    IF p_key IS NOT NULL THEN
        INSERT INTO idempotency_keys (scope, key, fingerprint, status, body, receipt)
        VALUES (p_key_scope, p_key, p_fingerprint, 201, p_body, jsonb_build_object(
                    'version', submission_append.version, 'changed_at', submission_append.recorded_at,
                    'submitted_at', submission_append.submitted_at))
        ON CONFLICT (scope, key) DO NOTHING;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'key_used' USING ERRCODE = 'TS001';
        END IF;
    END IF;
END
$$;
