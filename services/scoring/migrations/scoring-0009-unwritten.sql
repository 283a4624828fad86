-- What the live generation was folded without, because the program of that time did not write it yet: tables, and columns as
-- table.column. A rebuild does not compare it, and the generation that takes over has it. Whoever adds to the projection
-- what earlier events would have written, names it here for the databases that have folded them.
-- depends: scoring-0008-joint-obligations

ALTER TABLE generation ADD COLUMN unwritten text[] NOT NULL DEFAULT '{}';
UPDATE generation SET unwritten = '{reasons,obligations.part}' WHERE EXISTS (SELECT FROM positions WHERE version > 0);
