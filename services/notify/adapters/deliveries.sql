-- Subscriptions and deliveries. A subscription is locked before its deliveries.

-- name: enabled_locked
-- Index subscriptions_of_organisation. Who disables one waits, and then finds the deliveries that were written.
SELECT subscription, organisation, department, title, filter, address, secret, enabled, disabled_reason, failing_since,
       version, created_at, created_by, updated_at
FROM subscriptions
WHERE organisation = ANY (%s) AND enabled
ORDER BY subscription
FOR SHARE;

-- name: insert
INSERT INTO deliveries (delivery, organisation, subscription, alert, change, department, type, correlation_id, state,
                        due_at, created_at)
SELECT n.*, 'waiting', clock_timestamp(), clock_timestamp()
FROM unnest(%s::uuid[], %s::text[], %s::uuid[], %s::uuid[], %s::bigint[], %s::text[], %s::text[], %s::text[]) AS n;

-- name: insert_bulletins
INSERT INTO deliveries (type, delivery, organisation, subscription, correlation_id, message, state, due_at, created_at)
SELECT %s, n.*, 'waiting', clock_timestamp(), clock_timestamp()
FROM unnest(%s::uuid[], %s::text[], %s::uuid[], %s::text[], %s::bytea[]) AS n;

-- name: lock_organisation
-- Serialises what counts an organisation's subscriptions.
SELECT pg_advisory_xact_lock(hashtextextended('subscriptions of ' || %s, 0));

-- name: count_subscriptions
SELECT count(*) FROM subscriptions WHERE organisation = %s AND deleted_at IS NULL;

-- name: insert_subscription
INSERT INTO subscriptions (subscription, organisation, department, title, filter, address, secret, enabled,
                           disabled_reason, version, created_at, created_by, updated_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 1, clock_timestamp(), %s, clock_timestamp())
RETURNING subscription, organisation, department, title, filter, address, secret, enabled, disabled_reason,
          failing_since, version, created_at, created_by, updated_at;

-- name: subscription
SELECT subscription, organisation, department, title, filter, address, secret, enabled, disabled_reason, failing_since,
       version, created_at, created_by, updated_at
FROM subscriptions
WHERE organisation = %s AND subscription = %s AND deleted_at IS NULL;

-- name: subscription_locked
SELECT subscription, organisation, department, title, filter, address, secret, enabled, disabled_reason, failing_since,
       version, created_at, created_by, updated_at
FROM subscriptions
WHERE organisation = %s AND subscription = %s AND deleted_at IS NULL
FOR NO KEY UPDATE;

-- name: subscriptions
-- Index subscriptions_of_organisation.
SELECT subscription, organisation, department, title, filter, address, secret, enabled, disabled_reason, failing_since,
       version, created_at, created_by, updated_at
FROM subscriptions
WHERE organisation = %(organisation)s AND deleted_at IS NULL
  AND (%(department)s::text IS NULL OR department = %(department)s)
  AND (%(after)s::uuid IS NULL OR subscription > %(after)s)
ORDER BY subscription
LIMIT %(limit)s;

-- name: update_subscription
-- Enabling it gives its endpoint a fresh start.
UPDATE subscriptions
SET title = %(title)s, filter = %(filter)s, address = %(address)s, secret = %(secret)s, enabled = %(enabled)s,
    disabled_reason = %(disabled_reason)s,
    failing_since = CASE WHEN %(enabled)s AND enabled AND address = %(address)s THEN failing_since END,
    version = version + 1, updated_at = clock_timestamp()
WHERE subscription = %(subscription)s
RETURNING subscription, organisation, department, title, filter, address, secret, enabled, disabled_reason,
          failing_since, version, created_at, created_by, updated_at;

-- name: delete_subscription
UPDATE subscriptions
SET enabled = false, disabled_reason = 'deleted', secret = '', deleted_at = clock_timestamp(), version = version + 1
WHERE subscription = %s;

-- name: give_up_waiting
-- Index deliveries_waiting. What is being sent at this moment is left to its end.
UPDATE deliveries
SET state = 'failed', finished_at = clock_timestamp(), claimed_until = NULL, last_error = %s
WHERE subscription = ANY (%s) AND state = 'waiting' AND (claimed_until IS NULL OR claimed_until < clock_timestamp());

-- name: deliveries_of_subscription
-- Index deliveries_of_subscription.
SELECT delivery, organisation, subscription, alert, change, department, type, state, due_at, attempts, attempts_total,
       last_error, correlation_id, created_at, finished_at
FROM deliveries
WHERE subscription = %(subscription)s
  AND (%(states)s::text[] IS NULL OR state = ANY (%(states)s))
  AND (%(created_before)s::timestamptz IS NULL
       OR (created_at, delivery) < (%(created_before)s, %(delivery_before)s::uuid))
ORDER BY created_at DESC, delivery DESC
LIMIT %(limit)s;

-- name: deliveries_of_alert
-- Index deliveries_of_alert.
SELECT d.delivery, d.organisation, d.subscription, d.alert, d.change, d.department, d.type, d.state, d.due_at,
       d.attempts, d.attempts_total, d.last_error, d.correlation_id, d.created_at, d.finished_at
FROM deliveries d
JOIN subscriptions s USING (subscription)
WHERE d.alert = %(alert)s AND (%(department)s::text IS NULL OR s.department = %(department)s)
ORDER BY d.change, d.delivery
LIMIT %(limit)s;

-- name: delivery
SELECT d.delivery, d.organisation, d.subscription, d.alert, d.change, d.department, d.type, d.state, d.due_at,
       d.attempts, d.attempts_total, d.last_error, d.correlation_id, d.created_at, d.finished_at, s.department
FROM deliveries d
JOIN subscriptions s USING (subscription)
WHERE d.organisation = %s AND d.delivery = %s;

-- name: attempts
SELECT attempt, at, duration_ms, outcome, status, error FROM delivery_attempts WHERE delivery = %s ORDER BY attempt;

-- name: retry
-- Begins the schedule anew, at once. One that waits for its next attempt is only brought forward, and one that is being
-- sent at this moment is left to its end.
UPDATE deliveries
SET state = 'waiting',
    due_at = CASE WHEN claimed_until > clock_timestamp() THEN due_at ELSE clock_timestamp() END,
    attempts = CASE WHEN state = 'waiting' THEN attempts ELSE 0 END,
    finished_at = NULL
WHERE delivery = %s
RETURNING delivery, organisation, subscription, alert, change, department, type, state, due_at, attempts,
          attempts_total, last_error, correlation_id, created_at, finished_at;

-- name: insert_test
INSERT INTO deliveries (delivery, organisation, subscription, department, type, correlation_id, state, due_at,
                        created_at)
VALUES (%s, %s, %s, %s, %s, %s, 'waiting', clock_timestamp(), clock_timestamp())
RETURNING delivery, organisation, subscription, alert, change, department, type, state, due_at, attempts,
          attempts_total, last_error, correlation_id, created_at, finished_at;

-- name: lock_enabled
SELECT 1 FROM subscriptions WHERE subscription = %s AND enabled FOR SHARE;
