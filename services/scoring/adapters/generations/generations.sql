-- Named statements of rebuilding. {making}, {live}, {table} … are identifiers that the adapter puts in.

-- name: guard
-- One rebuild at a time: held by the connection that guides it.
SELECT pg_try_advisory_lock(hashtextextended('tongbao scoring rebuild', 0));

-- name: let_go
SELECT pg_advisory_unlock_all();

-- name: columns
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), coalesce(a.attnum = ANY (k.conkey), false)
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
WHERE c.relnamespace = to_regnamespace(%s) AND c.relname = ANY (%s)
ORDER BY c.relname, a.attnum;

-- name: begun
SELECT to_regclass(%s) IS NOT NULL;

-- name: drop
DROP SCHEMA IF EXISTS {schema} CASCADE;

-- name: own_tables
-- What a rebuild knows of itself. Its number tells it from all others, so that a worker left over from one that was
-- given up finds out.
CREATE SCHEMA {making};
CREATE TABLE {making}.generation AS SELECT nextval('{live}.generation_numbers') AS number;
CREATE TABLE {making}.round (number bigint NOT NULL);
INSERT INTO {making}.round VALUES (0);
CREATE TABLE {making}.targets (stream text PRIMARY KEY, version bigint NOT NULL);
CREATE TABLE {making}.bookmarks (partition integer PRIMARY KEY, next_offset bigint NOT NULL);

-- name: copy_table
CREATE TABLE {making}.{table} (LIKE {live}.{table} INCLUDING ALL EXCLUDING INDEXES);

-- name: storage_of
SELECT array_to_string(reloptions, ', ') FROM pg_class
WHERE relname = %s AND relnamespace = %s::regnamespace AND reloptions IS NOT NULL;

-- name: store_so
ALTER TABLE {making}.{table} SET ({options});

-- name: keys_of
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = %s::regclass AND contype IN ('p', 'u');

-- name: add_key
ALTER TABLE {making}.{table} ADD CONSTRAINT {name} {definition};

-- name: indexes_of
-- Those that no constraint brings with it.
SELECT c.relname, pg_get_indexdef(i.indexrelid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = %s::regclass
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u'));

-- name: relation_exists
SELECT EXISTS (SELECT FROM pg_class WHERE relname = %s AND relnamespace = %s::regnamespace);

-- name: analyze
ANALYZE {making}.{table};

-- name: round
SELECT number FROM {making}.round;

-- name: targets
SELECT stream, version FROM {making}.targets WHERE version > 0;

-- name: offsets
SELECT partition, next_offset FROM {making}.bookmarks;

-- name: save_offsets
INSERT INTO {making}.bookmarks SELECT * FROM unnest(%s::int[], %s::bigint[])
ON CONFLICT (partition) DO UPDATE SET next_offset = excluded.next_offset;

-- name: aim
WITH aimed AS (
    INSERT INTO {making}.targets SELECT stream, version FROM {live}.positions
    ON CONFLICT (stream) DO UPDATE SET version = excluded.version
)
UPDATE {making}.round SET number = number + 1;

-- name: standing
SELECT coalesce(sum(least(p.version, t.version)), 0)::bigint, coalesce(sum(t.version), 0)::bigint,
    count(*) FILTER (WHERE p.lacking > 0 AND NOT p.stuck),
    coalesce(sum(p.lacking) FILTER (WHERE NOT p.stuck), 0)::bigint,
    count(*) FILTER (WHERE p.lacking > 0 AND p.stuck)
FROM {making}.targets t
LEFT JOIN {making}.positions o USING (stream)
CROSS JOIN LATERAL (
    SELECT coalesce(o.version, 0) AS version, t.version - coalesce(o.version, 0) AS lacking,
        coalesce(o.parked_kind <> 'gap', false) AS stuck
) p;

-- name: stuck
SELECT stream, parked_version, parked_reason
FROM {making}.positions JOIN {making}.targets t USING (stream)
WHERE parked_version <= t.version AND parked_kind <> 'gap'
ORDER BY stream;

-- name: lacking
SELECT t.stream || ' is at ' || coalesce(o.version, 0) || ' of ' || t.version
FROM {making}.targets t LEFT JOIN {making}.positions o USING (stream)
WHERE coalesce(o.version, 0) < t.version AND coalesce(o.parked_kind, 'gap') = 'gap'
ORDER BY t.stream
LIMIT %s;

-- name: snapshot
-- The lock comes before the snapshot, so that no generation takes over between them.
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;
LOCK TABLE {live}.generation IN ACCESS SHARE MODE;

-- name: unwritten
SELECT unwritten FROM {live}.generation;

-- name: live_positions
SELECT stream, version FROM {live}.positions;

-- name: aim_at
WITH aimed AS (
    INSERT INTO {making}.targets SELECT * FROM unnest(%s::text[], %s::bigint[])
    ON CONFLICT (stream) DO UPDATE SET version = excluded.version
)
UPDATE {making}.round SET number = number + 1;

-- name: checksums
-- Numbers are the same whatever their trailing zeros, and rows in whatever order.
SELECT {stream}, count(*), bit_xor(hash_record_extended({columns}, 0))
FROM {schema}.{table}
GROUP BY {grouping};

-- name: checksums_of_rows
SELECT ({key})::text, hash_record_extended({columns}, 0)
FROM {schema}.{table}
WHERE {stream} = %s;

-- name: writers_out
LOCK TABLE {live}.generation IN EXCLUSIVE MODE;

-- name: same_positions
SELECT NOT EXISTS (
    SELECT FROM {live}.positions l FULL JOIN {making}.positions o USING (stream)
    WHERE coalesce(l.version, 0) <> coalesce(o.version, 0)
);

-- name: take_parkings
-- Whether a department stands still, and how often it did, is not said by the events but by what was announced.
INSERT INTO {making}.positions SELECT * FROM {live}.positions
ON CONFLICT (stream) DO UPDATE SET
    parked_version = excluded.parked_version, parked_kind = excluded.parked_kind,
    parked_reason = excluded.parked_reason, parked_at = excluded.parked_at,
    parked_partition = excluded.parked_partition, parked_offset = excluded.parked_offset,
    resume_requested_at = excluded.resume_requested_at, parkings = positions.parkings + excluded.parkings;

-- name: take_ordinals
-- Decisions are announced by their ordinals: the next one must have a number that was not announced yet.
UPDATE {making}.obligations o SET ordinal = l.ordinal
FROM {live}.obligations l
WHERE (l.organisation, l.department, l.scheme, l.quota, l.period, l.person)
    = (o.organisation, o.department, o.scheme, o.quota, o.period, o.person) AND l.ordinal > o.ordinal;

-- name: readers_out
LOCK TABLE {live}.generation IN ACCESS EXCLUSIVE MODE;

-- name: move_table
ALTER TABLE {schema}.{table} SET SCHEMA {to};

-- name: mark_parts
-- What is owed together is judged once more where the parts are not what they were.
INSERT INTO {live}.joint_marks (organisation, scheme, quota, period, department)
SELECT organisation, scheme, quota, period, department FROM (
    (SELECT * FROM {live}.obligations WHERE state = 'part' EXCEPT SELECT * FROM {making}.obligations WHERE state = 'part')
    UNION ALL
    (SELECT * FROM {making}.obligations WHERE state = 'part' EXCEPT SELECT * FROM {live}.obligations WHERE state = 'part')
) changed
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
ON CONFLICT (organisation, scheme, quota, period, department) DO NOTHING;

-- name: make_room
CREATE SCHEMA {replaced};

-- name: count_up
UPDATE {live}.generation
SET number = (SELECT number FROM {making}.generation), taken_over_at = clock_timestamp(), unwritten = '{{}}';
