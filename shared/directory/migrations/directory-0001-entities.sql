-- What a service knows of organisations, departments, outlets, schemes and tokens: the same tables in every database.
-- `version` is the entity's version in its directory stream; a row is only ever replaced by a higher one.

CREATE TABLE directory_organisations (
    organisation text COLLATE "C" PRIMARY KEY,
    title        text NOT NULL,
    time_zone    text NOT NULL,
    version      bigint NOT NULL
);

CREATE TABLE directory_departments (
    organisation text COLLATE "C" NOT NULL,
    department   text COLLATE "C" NOT NULL,
    title        text NOT NULL,
    group_name   text,
    tags         text[] NOT NULL,
    facts        jsonb NOT NULL, -- numbers as text, so that no digit is lost
    from_on      date NOT NULL,
    live         boolean NOT NULL,
    version      bigint NOT NULL,
    PRIMARY KEY (organisation, department)
);

CREATE TABLE directory_outlets (
    organisation text COLLATE "C" NOT NULL,
    outlet       text COLLATE "C" NOT NULL,
    version      bigint NOT NULL,
    PRIMARY KEY (organisation, outlet)
);

-- An outlet's tier, medium and title from a day on.
CREATE TABLE directory_outlet_standings (
    organisation text COLLATE "C" NOT NULL,
    outlet       text COLLATE "C" NOT NULL,
    from_on      date NOT NULL,
    title        text NOT NULL,
    tier         text NOT NULL,
    medium       text NOT NULL,
    PRIMARY KEY (organisation, outlet, from_on),
    FOREIGN KEY (organisation, outlet) REFERENCES directory_outlets ON DELETE CASCADE
);

CREATE TABLE directory_schemes (
    organisation   text COLLATE "C" NOT NULL,
    scheme         text COLLATE "C" NOT NULL,
    scheme_version integer NOT NULL,
    title          text NOT NULL,
    effective_from date NOT NULL,
    text           text NOT NULL,
    digest         text NOT NULL,
    version        bigint NOT NULL,
    PRIMARY KEY (organisation, scheme, scheme_version)
);

CREATE TABLE directory_tokens (
    token         text COLLATE "C" PRIMARY KEY,
    secret_sha256 text COLLATE "C" NOT NULL,
    title         text NOT NULL,
    role          text NOT NULL,
    organisation  text COLLATE "C",
    department    text COLLATE "C",
    expires_at    timestamptz,
    revoked_at    timestamptz,
    version       bigint NOT NULL,
    CONSTRAINT directory_tokens_secret_is_unique UNIQUE (secret_sha256)
);

CREATE INDEX directory_tokens_of_organisation ON directory_tokens (organisation, token);
