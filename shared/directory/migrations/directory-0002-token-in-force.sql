-- depends: directory-0001-entities

-- Whether a token is still what a process remembers of it. A command that is one function asks this inside itself, and
-- so spares the round trip that asking beforehand would be; a revocation takes effect at once all the same.
CREATE FUNCTION directory_token_in_force(p_token text, p_version bigint) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
RETURN EXISTS (
    SELECT FROM directory_tokens
    WHERE token = p_token
      AND version = p_version
      AND revoked_at IS NULL
      AND (expires_at IS NULL OR expires_at > clock_timestamp())
);
