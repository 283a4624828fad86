-- What the departments have earned and owe: the ledger, its sums, the periods, the quotas and what was decided.
-- depends: scoring-0001-folded-streams

-- Append-only; a correction is a further entry. cause is the type of the event that brought the entry about.
-- person stays empty where the department itself is credited.
CREATE TABLE ledger (
    organisation text NOT NULL,
    department text NOT NULL,
    stream_version bigint NOT NULL,
    entry integer NOT NULL,
    scheme text NOT NULL,
    scheme_version integer NOT NULL,
    measure text NOT NULL,
    item text NOT NULL,
    fact text NOT NULL,
    amount numeric NOT NULL,
    dated date NOT NULL,
    cause text NOT NULL,
    recorded_at timestamptz NOT NULL,
    person text,
    PRIMARY KEY (organisation, department, stream_version, entry)
);

-- Entries come in nearly in the order of their dates and instants: a BRIN index finds those of a period, or those that
-- came after it was final, at next to no cost for the writer. One department's entries are found by the primary key.
CREATE INDEX ledger_dated ON ledger USING brin (dated, recorded_at) WITH (pages_per_range = 32, autosummarize = on);

-- The ledger's sums. entries counts the ledger entries behind the amount.
CREATE TABLE totals (
    organisation text NOT NULL,
    scheme text NOT NULL,
    calendar text NOT NULL,
    period text NOT NULL,
    department text NOT NULL,
    measure text NOT NULL,
    amount numeric NOT NULL,
    entries bigint NOT NULL,
    PRIMARY KEY (organisation, scheme, calendar, period, department, measure)
) WITH (fillfactor = 50);

CREATE TABLE periods (
    organisation text NOT NULL,
    scheme text NOT NULL,
    calendar text NOT NULL,
    period text NOT NULL,
    department text NOT NULL,
    scheme_version integer NOT NULL,
    first date NOT NULL,
    "end" date NOT NULL,
    partial boolean NOT NULL,
    opened_at timestamptz,
    closed_at timestamptz,
    final_at timestamptz,
    PRIMARY KEY (organisation, scheme, calendar, period, department)
);

CREATE TABLE obligations (
    organisation text NOT NULL,
    department text NOT NULL,
    scheme text NOT NULL,
    quota text NOT NULL,
    period text NOT NULL,
    calendar text NOT NULL,
    scheme_version integer NOT NULL,
    measure text NOT NULL,
    period_first date NOT NULL,
    period_end date NOT NULL,
    target numeric NOT NULL,
    actual numeric NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'met', 'missed', 'met_late', 'waived')),
    -- How many decisions have been made on it.
    ordinal integer NOT NULL,
    opened_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    -- Set when the due milestone has been folded: before or after it is a place in the stream, not a clock's answer.
    due_passed_at timestamptz,
    due_soon_since timestamptz,
    decided_at timestamptz,
    PRIMARY KEY (organisation, department, scheme, quota, period)
) WITH (fillfactor = 70);

-- Lists by state; the fold's own reading of those that are still due goes by the second.
CREATE INDEX obligations_state ON obligations (organisation, state, due_at);
CREATE INDEX obligations_due ON obligations (organisation, department) WHERE due_passed_at IS NULL;

CREATE TABLE decisions (
    organisation text NOT NULL,
    department text NOT NULL,
    scheme text NOT NULL,
    quota text NOT NULL,
    period text NOT NULL,
    ordinal integer NOT NULL,
    event_type text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('open', 'met', 'missed', 'met_late', 'waived')),
    target numeric NOT NULL,
    actual numeric NOT NULL,
    recorded_at timestamptz NOT NULL,
    stream_version bigint NOT NULL,
    PRIMARY KEY (organisation, department, scheme, quota, period, ordinal)
);
