-- Until when what was owed for an open period, such as a campaign, was due, before the period was closed: what as_of an
-- earlier instant shows. Written when a department hears that the period is closed.
-- depends: scoring-0009-unwritten

CREATE TABLE obligations_while_open (
    organisation text NOT NULL,
    department text NOT NULL,
    scheme text NOT NULL,
    quota text NOT NULL,
    period text NOT NULL,
    -- Empty: the department itself.
    person text NOT NULL,
    due_at timestamptz NOT NULL,
    grace_ends_at timestamptz,
    -- When the period was closed for the department.
    closed_at timestamptz NOT NULL,
    PRIMARY KEY (organisation, department, scheme, quota, period, person)
);

UPDATE generation SET unwritten = unwritten || '{obligations_while_open}' WHERE EXISTS (SELECT FROM calendar_closings);
