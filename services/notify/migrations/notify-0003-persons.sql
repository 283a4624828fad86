-- Persons owe quotas too: an alert is about one obligation, which may be a person's.
-- depends: notify-0002-deliveries

-- Empty: the department's own obligation.
ALTER TABLE alerts ADD COLUMN person text COLLATE "C" NOT NULL DEFAULT '';

DROP INDEX alerts_unresolved;

CREATE UNIQUE INDEX alerts_unresolved
    ON alerts (organisation, department, scheme, quota, period, person, condition) WHERE state <> 'resolved';
