-- What a dispatcher does: claim what is due, record how it went. A subscription is locked before its deliveries.

-- name: claim
-- Indexes deliveries_waiting (also walked from subscription to subscription) and deliveries_waiting_alert. A message is not
-- claimed while an earlier one of the same alert to the same subscription waits.
WITH RECURSIVE lanes AS (
    (SELECT subscription FROM deliveries WHERE state = 'waiting' ORDER BY subscription LIMIT 1)
    UNION ALL
    SELECT (SELECT d.subscription
            FROM deliveries d
            WHERE d.state = 'waiting' AND d.subscription > l.subscription
            ORDER BY d.subscription
            LIMIT 1)
    FROM lanes l
    WHERE l.subscription IS NOT NULL
), due AS (
    SELECT d.delivery
    FROM lanes l
    JOIN subscriptions s ON s.subscription = l.subscription AND s.enabled
    CROSS JOIN LATERAL (
        SELECT w.delivery
        FROM deliveries w
        WHERE w.subscription = s.subscription AND w.state = 'waiting' AND w.due_at <= now()
          AND NOT EXISTS (
              SELECT FROM deliveries e
              WHERE e.subscription = w.subscription AND e.alert = w.alert AND e.change < w.change
                AND e.state = 'waiting')
        ORDER BY w.due_at
        LIMIT %(per_subscription)s
        FOR UPDATE SKIP LOCKED
    ) AS d
    WHERE s.subscription <> ALL (%(busy)s::uuid[])
    LIMIT %(limit)s
), claimed AS (
    UPDATE deliveries d
    SET claim = d.claim + 1, due_at = now() + %(lease)s, claimed_until = now() + %(lease)s
    FROM due
    WHERE d.delivery = due.delivery
    RETURNING d.*
)
SELECT c.delivery, c.claim, c.attempts, c.organisation, c.department, c.subscription, c.alert, c.type,
       c.correlation_id, c.created_at, s.title, s.address, s.secret, coalesce(m.message, c.message)
FROM claimed c
JOIN subscriptions s ON s.subscription = c.subscription
LEFT JOIN alert_changes m ON m.organisation = c.organisation AND m.change = c.change
ORDER BY c.created_at, c.change, c.delivery;

-- name: release
UPDATE deliveries d
SET due_at = now(), claimed_until = NULL
FROM unnest(%s::uuid[], %s::bigint[]) AS r (delivery, claim)
WHERE d.delivery = r.delivery AND d.claim = r.claim AND d.state = 'waiting';

-- name: lock_subscriptions
SELECT subscription, enabled, failing_since
FROM subscriptions
WHERE subscription = ANY (%s)
ORDER BY subscription
FOR NO KEY UPDATE;

-- name: record
-- Only the latest claimant's outcome counts. A retry of what goes to a subscription that was disabled meanwhile is none.
WITH outcomes AS (
    SELECT *
    FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::timestamptz[], %s::integer[], %s::integer[], %s::text[],
                %s::timestamptz[])
         AS o (delivery, claim, outcome, at, duration_ms, status, error, due_at)
), moved AS (
    UPDATE deliveries d
    SET state = CASE
            WHEN o.outcome = 'delivered' THEN 'delivered'
            WHEN o.outcome = 'retry' AND s.enabled THEN 'waiting'
            ELSE 'failed'
        END,
        finished_at = CASE WHEN o.outcome = 'retry' AND s.enabled THEN NULL ELSE o.at END,
        due_at = coalesce(o.due_at, d.due_at),
        claimed_until = NULL,
        attempts = d.attempts + 1,
        attempts_total = d.attempts_total + 1,
        last_error = o.error
    FROM outcomes o, subscriptions s
    WHERE d.delivery = o.delivery AND d.claim = o.claim AND d.state = 'waiting' AND s.subscription = d.subscription
    RETURNING d.delivery, d.attempts_total, o.at, o.duration_ms, o.outcome, o.status, o.error
)
INSERT INTO delivery_attempts (delivery, attempt, at, duration_ms, outcome, status, error)
SELECT delivery, attempts_total, at, duration_ms, outcome, status, error FROM moved
RETURNING delivery;

-- name: move_followers
-- Index deliveries_waiting_alert. Later messages of the same alert fall due with, or right after, the one they wait for.
UPDATE deliveries f
SET due_at = CASE
        WHEN p.state = 'waiting' THEN greatest(f.due_at, p.due_at)
        WHEN f.attempts = 0 THEN now()
        ELSE f.due_at
    END
FROM deliveries p
WHERE p.delivery = ANY (%s) AND f.subscription = p.subscription AND f.alert = p.alert AND f.change > p.change
  AND f.state = 'waiting' AND f.claimed_until IS NULL;

-- name: set_failing_since
UPDATE subscriptions s
SET failing_since = h.failing_since
FROM unnest(%s::uuid[], %s::timestamptz[]) AS h (subscription, failing_since)
WHERE s.subscription = h.subscription;

-- name: disable
UPDATE subscriptions
SET enabled = false, disabled_reason = %s, version = version + 1, updated_at = clock_timestamp()
WHERE subscription = %s AND enabled;

-- name: give_up_orphans
-- Claimed by a dispatcher that was killed, for a subscription that was disabled meanwhile.
UPDATE deliveries d
SET state = 'failed', finished_at = clock_timestamp(), claimed_until = NULL, last_error = s.disabled_reason
FROM subscriptions s
WHERE s.subscription = d.subscription AND NOT s.enabled AND d.state = 'waiting' AND d.due_at <= now();

-- name: backlog
-- Index deliveries_waiting.
SELECT count(*) FILTER (WHERE due_at <= now() OR claimed_until IS NOT NULL),
       coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8
FROM deliveries
WHERE state = 'waiting';
