-- depends: submission-0004-take-items eventstore-0003-append-many

-- Beside its items: persons, calls, adjustments and waivers of a department, each as it stands now; calendars that were
-- closed; versions that hold from an earlier day on; departments that are no more; items of several departments.
-- Items now know the stages of their review: those that were waiting for one get them by `rebuild-items --repair`.

-- Counts the versions of schemes and the closings of calendars that were applied to it.
ALTER TABLE departments RENAME COLUMN schemes TO edition;
ALTER TABLE departments
    ADD COLUMN last_on   date,        -- of a department that is no more
    ADD COLUMN leaves_at timestamptz; -- the end of last_on in the organisation's zone

-- A line of an import may be about something else than an item.
ALTER TABLE imported_lines ALTER COLUMN item DROP NOT NULL;

CREATE TABLE department_records (
    organisation text COLLATE "C" NOT NULL,
    kind         text COLLATE "C" NOT NULL,      -- person, call, adjustment, waiver
    name         text COLLATE "C" NOT NULL,      -- of the person; the id of the call or adjustment; what is waived
    department   text COLLATE "C" NOT NULL,
    body         text NOT NULL,                  -- its present state as JSON, never searched in
    version      bigint NOT NULL,                -- of its last event in the department's stream
    recorded_at  timestamptz NOT NULL,           -- the instant of that event
    PRIMARY KEY (organisation, kind, name, department)
);

CREATE INDEX department_records_of_department ON department_records (organisation, department, kind, name);

-- What every department of the organisation was told, and one that registers later is told at its beginning.
CREATE TABLE calendar_closings (
    organisation text COLLATE "C" NOT NULL,
    scheme       text COLLATE "C" NOT NULL,
    calendar     text COLLATE "C" NOT NULL,
    last_on      date NOT NULL,
    PRIMARY KEY (organisation, scheme, calendar)
);

CREATE TABLE scheme_backdatings (
    organisation   text COLLATE "C" NOT NULL,
    ordinal        bigint GENERATED ALWAYS AS IDENTITY,
    scheme         text COLLATE "C" NOT NULL,
    scheme_version integer NOT NULL,
    from_on        date NOT NULL,
    reason         text NOT NULL,
    PRIMARY KEY (organisation, ordinal)
);

DROP FUNCTION submission_lock(text[]);

-- Locks departments and the heads of their streams until the end of the transaction, in the order of their names, so
-- that two such calls cannot deadlock; then reads the clock. `now` is what may be recorded next in that stream.
CREATE FUNCTION submission_lock(p_streams text[])
RETURNS TABLE (
    stream text, organisation text, department text, live boolean, joined_on date, joins_at timestamptz,
    changed_from date, last_on date, edition integer, begins jsonb, reached timestamptz, leaves_at timestamptz,
    next_milestone_at timestamptz, head_version bigint, last_recorded_at timestamptz, now timestamptz
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    clock timestamptz;
BEGIN
    PERFORM FROM departments d WHERE d.stream = ANY (p_streams) ORDER BY d.stream FOR UPDATE;
    PERFORM FROM streams s WHERE s.stream = ANY (p_streams) ORDER BY s.stream FOR UPDATE;
    clock := eventstore_now();
    RETURN QUERY
    SELECT d.stream, d.organisation, d.department, d.live, d.joined_on, d.joins_at, d.changed_from, d.last_on, d.edition,
           d.begins, d.reached, d.leaves_at, d.next_milestone_at, s.head_version, s.last_recorded_at,
           greatest(clock, s.last_recorded_at)
    FROM departments d
    JOIN streams s USING (stream)
    WHERE d.stream = ANY (p_streams)
    ORDER BY d.stream;
END
$$;

DROP FUNCTION submission_append;

-- Whether a department takes what is recorded at an instant, and by which rules it was decided: for a caller that holds
-- the head of its stream locked. What does not hold (any more) is raised as TS001, with the reason as message and, as its
-- detail, JSON that names the department; the caller puts it right and decides again:
--   unknown_department, importing, not_joined, left   the department takes no such command (now)
--   rulebook_changed   schemes were published or calendars closed that the decision did not know
--   milestones_due     the next milestones have passed and must stand before this event
--   another_day        it is not the day that the decision was made for; the detail tells the instant
CREATE FUNCTION submission_check(
    p_organisation text,
    p_department text,
    p_recorded_at timestamptz,
    p_is_new boolean,      -- what is decided on did not exist before
    p_edition integer,
    p_day_begins timestamptz,
    p_day_ends timestamptz
) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    place departments%ROWTYPE;
    reason text;
BEGIN
    SELECT d.* INTO place FROM departments d WHERE d.stream = p_organisation || '/' || p_department;
    IF NOT FOUND THEN
        reason := 'unknown_department';
    ELSIF NOT place.live THEN
        reason := 'importing';
    ELSIF p_recorded_at < place.joins_at THEN
        reason := 'not_joined';
    ELSIF p_is_new AND p_recorded_at >= place.leaves_at THEN
        reason := 'left';
    ELSIF place.edition <> p_edition THEN
        reason := 'rulebook_changed';
    ELSIF p_recorded_at >= place.next_milestone_at THEN
        reason := 'milestones_due';
    ELSIF p_recorded_at < p_day_begins OR p_recorded_at >= p_day_ends THEN
        reason := 'another_day';
    ELSE
        RETURN;
    END IF;
    RAISE EXCEPTION '%', reason USING ERRCODE = 'TS001', DETAIL = json_build_object(
        'department', p_department, 'at', p_recorded_at, 'joined_on', place.joined_on, 'last_on', place.last_on);
END
$$;

-- One command on one item in one round trip: the event, the item's state and the idempotency record, or nothing.
--
-- eventstore_append locks the head and only then reads the clock; everything checked here is checked under that lock
-- and against that instant. Beside what submission_check raises, TS001 is
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
    p_edition integer,
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
    p_recorded_at timestamptz DEFAULT NULL, -- of a joint item: the instant for all its departments
    OUT version bigint,
    OUT recorded_at timestamptz,
    OUT submitted_at timestamptz
) LANGUAGE plpgsql AS $$
DECLARE
    receipt record;
BEGIN
    IF p_token IS NOT NULL AND NOT directory_token_in_force(p_token, p_token_version) THEN
        RAISE EXCEPTION 'token_lapsed' USING ERRCODE = 'TS001';
    END IF;

    receipt := eventstore_append(p_organisation || '/' || p_department, 'department-events', ARRAY[p_event_id],
                                 ARRAY[p_type], ARRAY[p_data], p_correlation_id, p_causation_id, p_actor, NULL,
                                 p_recorded_at);
    version := receipt.last_version;
    recorded_at := receipt.recorded_at;
    PERFORM submission_check(p_organisation, p_department, recorded_at, p_item_version IS NULL, p_edition, p_day_begins,
                             p_day_ends);

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

-- One command on an item of several departments: its event into the streams of all of them, at one instant, or nothing.
-- The heads are locked in the order of their names. The departments stand with the submitting one first, and the event's
-- ids beside them; all else is as for submission_append, which keeps the item with the submitting department.
CREATE FUNCTION submission_append_jointly(
    p_organisation text,
    p_departments text[],
    p_event_ids uuid[],
    p_type text,
    p_data bytea,
    p_correlation_id text,
    p_causation_id text,
    p_actor text,
    p_token text,
    p_token_version bigint,
    p_edition integer,
    p_day_begins timestamptz,
    p_day_ends timestamptz,
    p_item uuid,
    p_item_version bigint,
    p_scheme text,
    p_kind text,
    p_state text,
    p_body text,
    p_key_scope text,
    p_key text,
    p_fingerprint text,
    OUT version bigint,
    OUT recorded_at timestamptz,
    OUT submitted_at timestamptz
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    its_streams CONSTANT text[] := ARRAY(SELECT p_organisation || '/' || d FROM unnest(p_departments) AS d);
    instant timestamptz;
    kept record;
BEGIN
    PERFORM FROM streams s WHERE s.stream = ANY (its_streams) ORDER BY s.stream FOR UPDATE;
    SELECT greatest(eventstore_now(), max(s.last_recorded_at)) INTO instant
    FROM streams s WHERE s.stream = ANY (its_streams);

    FOR other IN 2 .. cardinality(p_departments) LOOP
        PERFORM eventstore_append(its_streams[other], 'department-events', ARRAY[p_event_ids[other]], ARRAY[p_type],
                                  ARRAY[p_data], p_correlation_id, p_causation_id, p_actor, NULL, instant);
        PERFORM submission_check(p_organisation, p_departments[other], instant, p_item_version IS NULL, p_edition,
                                 p_day_begins, p_day_ends);
    END LOOP;

    SELECT a.version, a.recorded_at, a.submitted_at INTO kept
    FROM submission_append(p_organisation, p_departments[1], p_event_ids[1], p_type, p_data, p_correlation_id,
                           p_causation_id, p_actor, p_token, p_token_version, p_edition, p_day_begins, p_day_ends, p_item,
                           p_item_version, p_scheme, p_kind, p_state, p_body, p_key_scope, p_key, p_fingerprint,
                           instant) AS a;
    version := kept.version;
    recorded_at := kept.recorded_at;
    submitted_at := kept.submitted_at;
END
$$;
