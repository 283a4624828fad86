-- Why something was done, in the words of whoever did it: of every event that has such words. A waiver keeps its own.
-- depends: scoring-0006-what-ifs

CREATE TABLE reasons (
    organisation text NOT NULL,
    department text NOT NULL,
    stream_version bigint NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (organisation, department, stream_version)
);
