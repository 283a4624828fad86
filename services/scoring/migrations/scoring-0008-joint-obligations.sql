-- What groups and the organisation owe: their departments together, each with its part.
-- depends: scoring-0007-reasons

-- Of a row in state 'part': what was frozen of the department when the period opened, and what it had added when the time of
-- grace ended, as the fold keeps it (services.scoring.domain.obligations).
ALTER TABLE obligations ADD COLUMN part bytea;
