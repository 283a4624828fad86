-- The circulars (通报): what was told of a period when it was told, for good.
-- depends: scoring-0003-persons-and-windows

CREATE TABLE bulletins (
    issue uuid PRIMARY KEY,
    organisation text COLLATE "C" NOT NULL,
    scheme text COLLATE "C" NOT NULL,
    bulletin text COLLATE "C" NOT NULL,
    -- 1, 2, 3 … within its bulletin, without gaps.
    number integer NOT NULL CHECK (number > 0),
    title text NOT NULL,
    calendar text COLLATE "C" NOT NULL,
    period text COLLATE "C" NOT NULL,
    period_end date NOT NULL,
    issued_at timestamptz NOT NULL,
    automatic boolean NOT NULL,
    -- JSON exactly as it was frozen, and the SHA-256 of these bytes.
    document bytea NOT NULL,
    digest text NOT NULL CHECK (digest = encode(sha256(document), 'hex')),
    CONSTRAINT bulletins_numbered UNIQUE (organisation, scheme, bulletin, number),
    -- A period is told of once, whoever tries it at the same time.
    CONSTRAINT bulletins_period_issued_once UNIQUE (organisation, scheme, bulletin, period)
);

-- Lists, the latest first.
CREATE INDEX bulletins_listed ON bulletins (organisation, issued_at DESC, issue DESC);

CREATE FUNCTION bulletins_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an issue of a bulletin is never changed or taken back';
END
$$;

CREATE TRIGGER bulletins_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON bulletins
FOR EACH STATEMENT EXECUTE FUNCTION bulletins_stay();
