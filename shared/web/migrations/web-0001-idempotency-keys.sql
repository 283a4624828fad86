-- What was answered to a POST with an Idempotency-Key, written in the transaction of the command itself.

CREATE TABLE idempotency_keys (
    scope       text COLLATE "C" NOT NULL, -- who asked, and for what: the token, the method and the path
    key         text COLLATE "C" NOT NULL,
    fingerprint text COLLATE "C" NOT NULL, -- SHA-256 of the request's body
    status      integer NOT NULL,
    body        text NOT NULL,
    receipt     jsonb,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (scope, key)
);

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- Begins a request within the transaction of its command. `outcome` is
--   new          go on, and call idempotency_record before the transaction ends,
--   replay       it was done before: answer with status and body,
--   reused       the key was used for another body,
--   in_progress  the same key is being worked on right now.
-- The lock lasts until the end of the transaction.
CREATE FUNCTION idempotency_begin(
    p_scope text,
    p_key text,
    p_fingerprint text,
    OUT outcome text,
    OUT status integer,
    OUT body text,
    OUT receipt jsonb
) LANGUAGE plpgsql AS $$
DECLARE
    kept idempotency_keys%ROWTYPE;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended(p_scope || chr(31) || p_key, 0)) THEN
        outcome := 'in_progress';
        RETURN;
    END IF;
    SELECT * INTO kept FROM idempotency_keys k WHERE k.scope = p_scope AND k.key = p_key;
    IF NOT FOUND THEN
        outcome := 'new';
    ELSIF kept.fingerprint <> p_fingerprint THEN
        outcome := 'reused';
    ELSE
        outcome := 'replay';
        status := kept.status;
        body := kept.body;
        receipt := kept.receipt;
    END IF;
END
$$;

-- Keeps the answer. A second record of the same key fails, and with it the transaction of the second command.
CREATE FUNCTION idempotency_record(
    p_scope text,
    p_key text,
    p_fingerprint text,
    p_status integer,
    p_body text,
    p_receipt jsonb DEFAULT NULL
) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO idempotency_keys (scope, key, fingerprint, status, body, receipt)
    VALUES (p_scope, p_key, p_fingerprint, p_status, p_body, p_receipt);
$$;
