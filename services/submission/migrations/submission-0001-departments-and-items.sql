-- depends: eventstore-0002-append

-- What the command handlers read: where each department's time stands, and the present state of each item. Both could
-- be worked out from the events, and are written in the transaction that appends them.

CREATE TABLE departments (
    stream            text COLLATE "C" PRIMARY KEY,
    organisation      text COLLATE "C" NOT NULL,
    department        text COLLATE "C" NOT NULL,
    live              boolean NOT NULL,          -- false while its past is being imported
    joined_on         date NOT NULL,
    joins_at          timestamptz NOT NULL,      -- the start of joined_on in the organisation's zone
    changed_from      date NOT NULL,             -- the day from which its latest description holds
    schemes           integer NOT NULL,          -- how many versions of schemes were applied to it
    begins            jsonb NOT NULL,            -- by scheme: the instant from which its calendars run here
    reached           timestamptz,               -- the instant of the last milestones written
    next_milestone_at timestamptz,               -- NULL: no scheme has a milestone ahead
    UNIQUE (organisation, department)
) WITH (fillfactor = 70);

-- The timekeeper's question: whose next milestone has passed?
CREATE INDEX departments_due ON departments (next_milestone_at) WHERE live;

CREATE TABLE items (
    item         uuid PRIMARY KEY,
    organisation text COLLATE "C" NOT NULL,
    department   text COLLATE "C" NOT NULL,
    scheme       text COLLATE "C" NOT NULL,
    kind         text COLLATE "C" NOT NULL,
    state        text COLLATE "C" NOT NULL,
    submitted_at timestamptz NOT NULL,
    changed_at   timestamptz NOT NULL,
    versions     bigint[] NOT NULL,              -- of its events in the department's stream, oldest first
    body         text NOT NULL                   -- the item's whole state as JSON, never searched in
) WITH (fillfactor = 85);

-- Lists of items, newest first, page by page: of an organisation, and of one of its departments.
CREATE INDEX items_of_organisation ON items (organisation, submitted_at, item);
CREATE INDEX items_of_department ON items (organisation, department, submitted_at, item);

-- The keys of the imported lines, so that an import may be sent again.
CREATE TABLE imported_lines (
    organisation text COLLATE "C" NOT NULL,
    key          text COLLATE "C" NOT NULL,
    digest       bytea NOT NULL,                 -- SHA-256 of what the line said
    item         uuid NOT NULL,
    PRIMARY KEY (organisation, key)
);
