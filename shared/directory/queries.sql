-- The directory's tables are small; every query uses a primary key unless another index is named.

-- name: put_organisation
INSERT INTO directory_organisations AS d (organisation, title, time_zone, version)
VALUES (%s, %s, %s, %s)
ON CONFLICT (organisation) DO UPDATE
SET title = excluded.title, time_zone = excluded.time_zone, version = excluded.version
WHERE excluded.version > d.version;

-- name: put_department
INSERT INTO directory_departments AS d
    (organisation, department, title, group_name, tags, facts, from_on, live, version, last_on)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (organisation, department) DO UPDATE
SET title = excluded.title, group_name = excluded.group_name, tags = excluded.tags, facts = excluded.facts,
    from_on = excluded.from_on, live = excluded.live, version = excluded.version, last_on = excluded.last_on
WHERE excluded.version > d.version;

-- name: put_outlet
-- Answers with a row only when this version was not known yet; then the standings are replaced too.
INSERT INTO directory_outlets AS d (organisation, outlet, version)
VALUES (%s, %s, %s)
ON CONFLICT (organisation, outlet) DO UPDATE
SET version = excluded.version
WHERE excluded.version > d.version
RETURNING version;

-- name: clear_standings
DELETE FROM directory_outlet_standings WHERE organisation = %s AND outlet = %s;

-- name: put_standing
INSERT INTO directory_outlet_standings (organisation, outlet, from_on, title, tier, medium)
VALUES (%s, %s, %s, %s, %s, %s);

-- name: put_scheme
INSERT INTO directory_schemes AS d
    (organisation, scheme, scheme_version, title, effective_from, text, digest, version)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (organisation, scheme, scheme_version) DO UPDATE
SET title = excluded.title, effective_from = excluded.effective_from, text = excluded.text,
    digest = excluded.digest, version = excluded.version
WHERE excluded.version > d.version;

-- name: put_token
INSERT INTO directory_tokens AS d
    (token, secret_sha256, title, role, organisation, department, expires_at, revoked_at, version)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (token) DO UPDATE
SET secret_sha256 = excluded.secret_sha256, title = excluded.title, role = excluded.role,
    organisation = excluded.organisation, department = excluded.department, expires_at = excluded.expires_at,
    revoked_at = excluded.revoked_at, version = excluded.version
WHERE excluded.version > d.version;

-- name: find_token
-- Index: directory_tokens_secret_is_unique.
SELECT token, title, role, organisation, department, version
FROM directory_tokens
WHERE secret_sha256 = %s
  AND revoked_at IS NULL
  AND (expires_at IS NULL OR expires_at > clock_timestamp());

-- name: tokens
-- Index: directory_tokens_of_organisation.
SELECT token, title, role, organisation, department, expires_at, revoked_at, version
FROM directory_tokens
WHERE organisation = %s AND token > %s
ORDER BY token
LIMIT %s;

-- name: token
SELECT token, title, role, organisation, department, expires_at, revoked_at, version, secret_sha256
FROM directory_tokens
WHERE token = %s;

-- name: organisation
SELECT organisation, title, time_zone, version FROM directory_organisations WHERE organisation = %s;

-- name: organisations
SELECT organisation, title, time_zone, version FROM directory_organisations ORDER BY organisation;

-- name: department
SELECT organisation, department, title, group_name, tags, facts, from_on, live, version, last_on
FROM directory_departments
WHERE organisation = %s AND department = %s;

-- name: departments
SELECT organisation, department, title, group_name, tags, facts, from_on, live, version, last_on
FROM directory_departments
WHERE organisation = %s
ORDER BY department;

-- name: departments_of_group
SELECT organisation, department, title, group_name, tags, facts, from_on, live, version, last_on
FROM directory_departments
WHERE organisation = %s AND group_name = %s
ORDER BY department;

-- name: outlet_on
SELECT outlet, from_on, title, tier, medium
FROM directory_outlet_standings
WHERE organisation = %s AND outlet = %s AND from_on <= %s
ORDER BY from_on DESC
LIMIT 1;

-- name: outlet_exists
SELECT 1 FROM directory_outlets WHERE organisation = %s AND outlet = %s;

-- name: outlet_version
SELECT version FROM directory_outlets WHERE organisation = %s AND outlet = %s;

-- name: standings
SELECT from_on, title, tier, medium
FROM directory_outlet_standings
WHERE organisation = %s AND outlet = %s
ORDER BY from_on;

-- name: schemes
SELECT organisation, scheme, scheme_version, title, effective_from, digest, version
FROM directory_schemes
WHERE organisation = %s
ORDER BY scheme, scheme_version;

-- name: scheme_text
SELECT text, digest FROM directory_schemes WHERE organisation = %s AND scheme = %s AND scheme_version = %s;
