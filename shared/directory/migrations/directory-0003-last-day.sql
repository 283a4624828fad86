-- depends: directory-0001-entities

-- The last day of a department that is no more.
ALTER TABLE directory_departments ADD COLUMN last_on date;
