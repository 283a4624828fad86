-- Which generation of the projection's tables is the live one.
-- depends: scoring-0003-persons-and-windows

-- Every rebuild has a number of its own, also one that was given up.
CREATE SEQUENCE generation_numbers;

-- One row. Whoever writes to the projection locks this table in ROW SHARE mode first, whoever reads several of its
-- tables in ACCESS SHARE mode; a new generation takes over under its exclusive lock, so that nobody sees half of each.
CREATE TABLE generation (
    number bigint NOT NULL,
    taken_over_at timestamptz
);
INSERT INTO generation (number) VALUES (nextval('generation_numbers'));
