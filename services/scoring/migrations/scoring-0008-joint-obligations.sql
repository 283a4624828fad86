-- What groups and the organisation owe: their departments together, each with its part.
-- depends: scoring-0007-reasons

-- Of a row in state 'part': what was frozen of the department when the period opened, and what it had added when the time of
-- grace ended, as the fold keeps it (services.scoring.domain.obligations).
ALTER TABLE obligations ADD COLUMN part bytea;

-- The parts in what is owed for one period.
CREATE INDEX obligations_parts ON obligations (organisation, scheme, quota, period) WHERE state = 'part';

-- What has been decided on the whole, which follows from all departments' parts. Decisions were announced: no rebuild takes
-- them away, and none of these tables belongs to a generation.
CREATE TABLE joint_obligations (
    organisation text NOT NULL,
    scheme text NOT NULL,
    quota text NOT NULL,
    period text NOT NULL,
    subject text NOT NULL CHECK (subject IN ('group', 'organisation')),
    -- Empty: the organisation.
    group_name text NOT NULL,
    calendar text NOT NULL,
    scheme_version integer NOT NULL,
    measure text NOT NULL,
    period_first date NOT NULL,
    period_end date NOT NULL,
    -- Frozen when the period has opened for all who may take part.
    target numeric NOT NULL,
    -- Who takes part.
    departments text[] NOT NULL,
    opened_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    grace_ends_at timestamptz,
    -- From here on, what was known when it was looked at last.
    actual numeric NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'met', 'missed', 'met_late')),
    -- How many decisions have been made on it.
    ordinal integer NOT NULL,
    due_soon_since timestamptz,
    -- Set when it has passed for every department.
    due_passed_at timestamptz,
    too_late_at timestamptz,
    decided_at timestamptz,
    on_time boolean,
    actual_when_due numeric,
    -- Departments without which it cannot be judged, though it has fallen due for others.
    waiting_for text[] NOT NULL,
    PRIMARY KEY (organisation, scheme, quota, period, subject, group_name)
) WITH (fillfactor = 70);

-- Those that end in a period of a card.
CREATE INDEX joint_obligations_ending ON joint_obligations (organisation, scheme, period_end);

CREATE TABLE joint_decisions (
    organisation text NOT NULL,
    scheme text NOT NULL,
    quota text NOT NULL,
    period text NOT NULL,
    subject text NOT NULL,
    group_name text NOT NULL,
    ordinal integer NOT NULL,
    event_type text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('open', 'met', 'missed', 'met_late')),
    target numeric NOT NULL,
    actual numeric NOT NULL,
    -- Since when it is so: an instant of the departments' streams, whenever it was decided.
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (organisation, scheme, quota, period, subject, group_name, ordinal)
);

-- Which parts have changed since the judge looked at the whole last. A consumer writes the rows of its own departments, so
-- that none waits for another; the judge takes them away.
CREATE TABLE joint_marks (
    organisation text NOT NULL,
    scheme text NOT NULL,
    quota text NOT NULL,
    period text NOT NULL,
    department text NOT NULL,
    PRIMARY KEY (organisation, scheme, quota, period, department)
);

-- How often something has changed in an organisation's rows above: readers know by it whether an answer still holds.
CREATE TABLE joint_looks (
    organisation text PRIMARY KEY,
    looks bigint NOT NULL
) WITH (fillfactor = 50);
