-- Who wants to hear of which alerts, and what became of every message to them.
-- depends: notify-0001-alerts

CREATE TABLE subscriptions (
    subscription uuid PRIMARY KEY,
    organisation text COLLATE "C" NOT NULL,
    -- The only department of which it hears; NULL: all.
    department text COLLATE "C",
    title text NOT NULL,
    -- The filters as the contract has them, in JSON.
    filter jsonb NOT NULL,
    address text NOT NULL,
    -- Signs the messages, so it is needed as it is.
    secret text NOT NULL,
    enabled boolean NOT NULL,
    disabled_reason text NOT NULL DEFAULT '',
    -- When the first of the attempts failed that have failed since the last success.
    failing_since timestamptz,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    updated_at timestamptz NOT NULL,
    -- A deleted subscription stays for the record of its deliveries.
    deleted_at timestamptz,
    CHECK (NOT (enabled AND deleted_at IS NOT NULL))
) WITH (fillfactor = 70);

CREATE INDEX subscriptions_of_organisation ON subscriptions (organisation, subscription) WHERE deleted_at IS NULL;

-- One message to one subscription. A waiting one is claimed when due_at has come; a claim moves due_at to the end of its
-- lease (claimed_until), so that the work of a dispatcher that was killed falls due again.
CREATE TABLE deliveries (
    delivery uuid PRIMARY KEY,
    organisation text COLLATE "C" NOT NULL,
    subscription uuid NOT NULL REFERENCES subscriptions,
    -- Of the test message there is no alert and no change.
    alert uuid REFERENCES alerts,
    change bigint,
    department text COLLATE "C",
    type text NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
    due_at timestamptz NOT NULL,
    claimed_until timestamptz,
    -- Of the present round of the schedule; retrying by hand begins another round.
    attempts integer NOT NULL DEFAULT 0,
    attempts_total integer NOT NULL DEFAULT 0,
    -- Fences the claims: only the latest claimant's outcome counts.
    claim bigint NOT NULL DEFAULT 0,
    last_error text NOT NULL DEFAULT '',
    correlation_id text NOT NULL,
    created_at timestamptz NOT NULL,
    finished_at timestamptz,
    CHECK ((alert IS NULL) = (change IS NULL)),
    CHECK ((state = 'waiting') = (finished_at IS NULL))
) WITH (fillfactor = 70);

-- What may be claimed, one subscription after the other.
CREATE INDEX deliveries_waiting ON deliveries (subscription, due_at) WHERE state = 'waiting';
-- Whether an earlier message of the same alert still waits.
CREATE INDEX deliveries_waiting_alert ON deliveries (subscription, alert, change) WHERE state = 'waiting';
-- Lists, latest first.
CREATE INDEX deliveries_of_subscription ON deliveries (subscription, created_at DESC, delivery DESC);
CREATE INDEX deliveries_of_alert ON deliveries (alert);

CREATE TABLE delivery_attempts (
    delivery uuid NOT NULL REFERENCES deliveries,
    attempt integer NOT NULL,
    at timestamptz NOT NULL,
    duration_ms integer NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('delivered', 'retry', 'failed', 'gone')),
    status integer,
    error text NOT NULL,
    PRIMARY KEY (delivery, attempt)
);
