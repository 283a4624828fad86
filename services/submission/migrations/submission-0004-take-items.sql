-- depends: submission-0003-append

-- Many new items of one department, whose head and row the caller holds locked (submission_lock): their events and their
-- states, in their order, with one instant. An item's id is also that of its event. The lists come as lines, for encoded
-- JSON and names hold no line breaks, and lines cost neither side anything to take apart. Returns the first version.
CREATE FUNCTION submission_take_items(
    p_organisation text,
    p_department text,
    p_type text,
    p_items text,
    p_data text,
    p_schemes text,
    p_kinds text,
    p_states text,
    p_bodies text,
    p_correlation_id text,
    p_causation_id text,
    p_actor text,
    p_recorded_at timestamptz
) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    items CONSTANT uuid[] := string_to_array(p_items, E'\n')::uuid[];
    data CONSTANT bytea[] := ARRAY(SELECT convert_to(line, 'UTF8') FROM string_to_table(p_data, E'\n') AS line);
    receipt record;
BEGIN
    receipt := eventstore_append(p_organisation || '/' || p_department, 'department-events', items,
                                 array_fill(p_type, ARRAY[cardinality(items)]), data,
                                 p_correlation_id, p_causation_id, p_actor, NULL, p_recorded_at);

    INSERT INTO items (item, organisation, department, scheme, kind, state, submitted_at, changed_at, versions, body)
    SELECT i.item, p_organisation, p_department, i.scheme, i.kind, i.state, receipt.recorded_at, receipt.recorded_at,
           ARRAY[receipt.first_version + i.ordinal - 1], i.body
    FROM unnest(items, string_to_array(p_schemes, E'\n'), string_to_array(p_kinds, E'\n'),
                string_to_array(p_states, E'\n'), string_to_array(p_bodies, E'\n'))
         WITH ORDINALITY AS i (item, scheme, kind, state, body, ordinal);

    RETURN receipt.first_version;
END
$$;
