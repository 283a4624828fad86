-- Groups and the organisation owe quotas too: all of their departments together.
-- depends: notify-0004-bulletins

-- Who owes what the alert is about. Of what is owed together the department is empty.
ALTER TABLE alerts ADD COLUMN subject text NOT NULL DEFAULT 'department'
    CHECK (subject IN ('department', 'person', 'group', 'organisation'));
UPDATE alerts SET subject = 'person' WHERE person <> '';
ALTER TABLE alerts ALTER COLUMN subject DROP DEFAULT;

-- The group that owes it; empty for all others.
ALTER TABLE alerts ADD COLUMN joint_group text COLLATE "C" NOT NULL DEFAULT '';

DROP INDEX alerts_unresolved;

CREATE UNIQUE INDEX alerts_unresolved
    ON alerts (organisation, department, scheme, quota, period, person, joint_group, condition) WHERE state <> 'resolved';
