-- name: begin
SELECT outcome, status, body FROM idempotency_begin(%s, %s, %s);

-- name: record
SELECT idempotency_record(%s, %s, %s, %s, %s, NULL);

-- name: sweep
-- Index: idempotency_keys_by_age. A bounded piece at a time, so that no request waits for it.
DELETE FROM idempotency_keys
WHERE (scope, key) IN (
    SELECT scope, key FROM idempotency_keys
    WHERE created_at < clock_timestamp() - %s::interval
    ORDER BY created_at
    LIMIT %s
    FOR UPDATE SKIP LOCKED
);
