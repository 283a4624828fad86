-- What has been folded of scoring-events, and the alerts that came of it.
-- depends:

CREATE TABLE positions (
    stream text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL CHECK (version >= 0),
    last_event_id uuid,
    recorded_at timestamptz,
    -- Parked: the version that could not be folded, why, and where its record lies in scoring-events.
    parked_version bigint,
    parked_reason text,
    parked_at timestamptz,
    parked_partition integer,
    parked_offset bigint,
    resume_requested_at timestamptz,
    CHECK ((parked_at IS NULL) = (parked_version IS NULL)),
    CHECK ((parked_at IS NULL) = (parked_reason IS NULL)),
    CHECK (parked_at IS NOT NULL OR resume_requested_at IS NULL)
) WITH (fillfactor = 50);

CREATE INDEX positions_parked ON positions (stream) WHERE parked_at IS NOT NULL;

CREATE TABLE alerts (
    alert uuid PRIMARY KEY,
    organisation text COLLATE "C" NOT NULL,
    department text COLLATE "C" NOT NULL,
    scheme text COLLATE "C" NOT NULL,
    quota text COLLATE "C" NOT NULL,
    calendar text COLLATE "C" NOT NULL,
    period text COLLATE "C" NOT NULL,
    condition text NOT NULL CHECK (condition IN ('due_soon', 'missed')),
    severity text NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'acknowledged', 'resolved')),
    -- Opened by a decision on the imported past.
    historical boolean NOT NULL,
    opened_at timestamptz NOT NULL,
    acknowledged_at timestamptz,
    acknowledged_by text,
    note text,
    resolved_at timestamptz,
    resolution text,
    -- The alert as the contract alert-events has it, in JSON: the obligation as it stood at the latest change.
    body bytea NOT NULL,
    -- The request that brought the latest change about.
    correlation_id text NOT NULL,
    -- The places of the opening and of the latest change in the organisation's sequence.
    opening bigint NOT NULL,
    change bigint NOT NULL,
    CHECK ((state = 'resolved') = (resolved_at IS NOT NULL)),
    CHECK ((resolution IS NULL) = (resolved_at IS NULL))
) WITH (fillfactor = 70);

-- One unresolved alert an obligation and condition: the rule itself, and how the fold finds it.
CREATE UNIQUE INDEX alerts_unresolved ON alerts (organisation, department, scheme, quota, period, condition)
    WHERE state <> 'resolved';
-- Lists, latest opened first; those of one department.
CREATE INDEX alerts_listed ON alerts (organisation, opening DESC);
CREATE INDEX alerts_listed_department ON alerts (organisation, department, opening DESC);

-- How many changes an organisation's alerts have seen. Its row is locked until the writing transaction ends: changes
-- become visible in the order of their numbers, without gaps, and a reader may go on after the last one it saw.
CREATE TABLE alert_sequences (
    organisation text COLLATE "C" PRIMARY KEY,
    last_change bigint NOT NULL
) WITH (fillfactor = 50);

-- Every change of every alert: the alert's history, and what the stream of changes sends.
CREATE TABLE alert_changes (
    organisation text COLLATE "C" NOT NULL,
    change bigint NOT NULL,
    event uuid NOT NULL,
    alert uuid NOT NULL REFERENCES alerts,
    department text COLLATE "C" NOT NULL,
    type text NOT NULL,
    -- What subscribers are sent, in JSON.
    message bytea NOT NULL,
    correlation_id text NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (organisation, change)
);

CREATE INDEX alert_changes_of_alert ON alert_changes (alert, change);
