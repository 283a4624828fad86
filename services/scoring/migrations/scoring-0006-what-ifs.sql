-- What-ifs: questions to the past, worked on in the background, and their answers.
-- depends: scoring-0004-generations

CREATE TABLE what_ifs (
    what_if uuid PRIMARY KEY,
    organisation text NOT NULL,
    title text NOT NULL,
    scheme text NOT NULL,
    -- Either a draft, or a published version and the day from which on it would hold as well.
    draft text,
    version integer,
    from_on date,
    first_on date,
    last_on date,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    progress real NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- Who works on it says so all the time; who falls silent is replaced.
    kept_at timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    began_at timestamptz,
    ended_at timestamptz,
    told text,
    changes integer NOT NULL DEFAULT 0,
    complete boolean NOT NULL DEFAULT true,
    left_out integer NOT NULL DEFAULT 0,
    CHECK ((draft IS NULL) = (version IS NOT NULL AND from_on IS NOT NULL)),
    CHECK ((ended_at IS NULL) = (state IN ('waiting', 'running')))
);

CREATE INDEX what_ifs_listed ON what_ifs (organisation, requested_at DESC, what_if DESC);
CREATE INDEX what_ifs_under_way ON what_ifs (requested_at) WHERE ended_at IS NULL;

-- One row a card that differs, in the order in which they are shown. body: the difference, as JSON.
CREATE TABLE what_if_changes (
    what_if uuid NOT NULL REFERENCES what_ifs ON DELETE CASCADE,
    place integer NOT NULL,
    calendar text NOT NULL,
    period text NOT NULL,
    department text,
    body bytea NOT NULL,
    PRIMARY KEY (what_if, place)
);
