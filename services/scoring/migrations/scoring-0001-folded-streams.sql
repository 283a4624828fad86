-- What has been folded of every department's stream, and what the fold must remember of it.
-- depends:

CREATE TABLE positions (
    stream text PRIMARY KEY,
    version bigint NOT NULL CHECK (version >= 0),
    last_event_id uuid,
    recorded_at timestamptz,
    -- Parked: the version that could not be folded, why, and where its record lies in department-events.
    parked_version bigint,
    parked_kind text CHECK (parked_kind IN ('gap', 'fork', 'undecodable', 'broken')),
    parked_reason text,
    parked_at timestamptz,
    parked_partition integer,
    parked_offset bigint,
    -- How often this stream has been parked: makes the ids of the announcements differ.
    parkings integer NOT NULL DEFAULT 0,
    resume_requested_at timestamptz,
    CHECK ((parked_at IS NULL) = (parked_version IS NULL)),
    CHECK ((parked_at IS NULL) = (parked_kind IS NULL)),
    CHECK ((parked_at IS NULL) = (parked_reason IS NULL)),
    CHECK (parked_at IS NOT NULL OR resume_requested_at IS NULL)
) WITH (fillfactor = 50);

CREATE INDEX positions_parked ON positions (parked_at) WHERE parked_at IS NOT NULL;

-- When the department's own time began, and whether its past is complete.
CREATE TABLE department_spans (
    organisation text NOT NULL,
    department text NOT NULL,
    joined_on date NOT NULL,
    left_on date,
    live boolean NOT NULL,
    live_at timestamptz,
    PRIMARY KEY (organisation, department)
);

-- Each description of the department, from the day from_on on; of several for one day the latest counts.
CREATE TABLE department_facts (
    organisation text NOT NULL,
    department text NOT NULL,
    stream_version bigint NOT NULL,
    from_on date NOT NULL,
    title text NOT NULL,
    group_name text,
    tags text[] NOT NULL,
    facts jsonb NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (organisation, department, stream_version)
);

CREATE TABLE applied_schemes (
    organisation text NOT NULL,
    department text NOT NULL,
    stream_version bigint NOT NULL,
    scheme text NOT NULL,
    version integer NOT NULL,
    from_on date NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (organisation, department, stream_version)
);

-- body: the item's facts and what they are credited with, as the fold keeps them (services.scoring.domain.items).
CREATE TABLE item_states (
    organisation text NOT NULL,
    department text NOT NULL,
    item text NOT NULL,
    scheme text NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    state text NOT NULL CHECK (state IN ('submitted', 'accepted', 'returned', 'rejected', 'withdrawn')),
    body bytea NOT NULL,
    PRIMARY KEY (organisation, department, item)
) WITH (fillfactor = 80);
