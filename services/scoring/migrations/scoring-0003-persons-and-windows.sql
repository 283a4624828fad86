-- Persons, waivers, closed calendars, windows: what a scheme may need of a department beside its own figures.
-- depends: scoring-0002-scores

-- The person whose own figure it is; empty: the department itself. (In the ledger the department's own are NULL.)
ALTER TABLE totals ADD COLUMN person text NOT NULL DEFAULT '';
ALTER TABLE totals DROP CONSTRAINT totals_pkey;
ALTER TABLE totals ADD PRIMARY KEY (organisation, scheme, calendar, period, department, person, measure);

-- A quota of a group or of the whole organisation gives each member department a row in state 'part' with target 0: it is
-- never announced, and only keeps what the department added, also by the due instant.
ALTER TABLE obligations
    ADD COLUMN person text NOT NULL DEFAULT '',
    -- Missed only when this has passed, if the quota has a time of grace.
    ADD COLUMN grace_ends_at timestamptz,
    ADD COLUMN grace_passed_at timestamptz,
    -- NULL until the target is reached: whether it was before the due milestone.
    ADD COLUMN on_time boolean,
    -- NULL until the due milestone: what had been reached by then.
    ADD COLUMN actual_when_due numeric,
    ADD COLUMN waived_reason text,
    -- What the outcome itself counts for, as the fold keeps it: an item's body, or NULL where no measure counts outcomes.
    ADD COLUMN outcome bytea;
ALTER TABLE obligations DROP CONSTRAINT obligations_pkey;
ALTER TABLE obligations ADD PRIMARY KEY (organisation, department, scheme, quota, period, person);
ALTER TABLE obligations DROP CONSTRAINT obligations_state_check;
ALTER TABLE obligations ADD CONSTRAINT obligations_state_check
    CHECK (state IN ('open', 'met', 'missed', 'met_late', 'waived', 'part'));

-- The obligations that end in a period of a card, for all departments at once.
CREATE INDEX obligations_ending ON obligations (organisation, scheme, period_end);

ALTER TABLE decisions ADD COLUMN person text NOT NULL DEFAULT '';
ALTER TABLE decisions DROP CONSTRAINT decisions_pkey;
ALTER TABLE decisions ADD PRIMARY KEY (organisation, department, scheme, quota, period, person, ordinal);

-- Each description of one of the department's persons, from the day from_on on; of several for one day the latest
-- counts. last_on: the last day on which the person belongs to the department.
CREATE TABLE persons (
    organisation text NOT NULL,
    department text NOT NULL,
    person text NOT NULL,
    stream_version bigint NOT NULL,
    from_on date NOT NULL,
    last_on date,
    title text NOT NULL,
    roles text[] NOT NULL,
    facts jsonb NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (organisation, department, person, stream_version)
);

-- Who is exempted from which quota in which period, whether or not it has opened. person empty: the department.
CREATE TABLE waivers (
    organisation text NOT NULL,
    department text NOT NULL,
    scheme text NOT NULL,
    quota text NOT NULL,
    period text NOT NULL,
    person text NOT NULL,
    reason text NOT NULL,
    recorded_at timestamptz NOT NULL,
    stream_version bigint NOT NULL,
    PRIMARY KEY (organisation, department, scheme, quota, period, person)
);

CREATE TABLE calendar_closings (
    organisation text NOT NULL,
    department text NOT NULL,
    scheme text NOT NULL,
    calendar text NOT NULL,
    last_on date NOT NULL,
    stream_version bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (organisation, department, scheme, calendar)
);

-- Of a measure that counts the credits of each period together (per_period): those credits, and what each of them comes
-- to there, as the fold keeps them (services.scoring.domain.windows).
CREATE TABLE windows (
    organisation text NOT NULL,
    department text NOT NULL,
    scheme text NOT NULL,
    measure text NOT NULL,
    person text NOT NULL,
    calendar text NOT NULL,
    period text NOT NULL,
    period_end date NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (organisation, department, scheme, measure, person, calendar, period)
) WITH (fillfactor = 80);

-- The fold loads a department's recent ones.
CREATE INDEX windows_ending ON windows (organisation, department, period_end);
