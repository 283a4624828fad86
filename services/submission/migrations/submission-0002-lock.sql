-- depends: submission-0001-departments-and-items

-- Locks departments and the heads of their streams until the end of the transaction, in the order of their names, so
-- that two such calls cannot deadlock; then reads the clock. `now` is what may be recorded next in that stream.
CREATE FUNCTION submission_lock(p_streams text[])
RETURNS TABLE (
    stream text, organisation text, department text, live boolean, joined_on date, joins_at timestamptz,
    changed_from date, schemes integer, begins jsonb, reached timestamptz, next_milestone_at timestamptz,
    head_version bigint, last_recorded_at timestamptz, now timestamptz
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    clock timestamptz;
BEGIN
    PERFORM FROM departments d WHERE d.stream = ANY (p_streams) ORDER BY d.stream FOR UPDATE;
    PERFORM FROM streams s WHERE s.stream = ANY (p_streams) ORDER BY s.stream FOR UPDATE;
    clock := eventstore_now();
    RETURN QUERY
    SELECT d.stream, d.organisation, d.department, d.live, d.joined_on, d.joins_at, d.changed_from, d.schemes, d.begins,
           d.reached, d.next_milestone_at, s.head_version, s.last_recorded_at, greatest(clock, s.last_recorded_at)
    FROM departments d
    JOIN streams s USING (stream)
    WHERE d.stream = ANY (p_streams)
    ORDER BY d.stream;
END
$$;
