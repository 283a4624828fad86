"""The secrets of bearer tokens: made here, shown once, kept only as a hash."""

import hashlib
import secrets

SECRET_PREFIX = "tongbao_"
SECRET_BYTES = 32
SECRET_LENGTH_MAX = 200


def new_secret() -> str:
    """256 random bits, recognisable by their prefix where they leak."""
    return SECRET_PREFIX + secrets.token_urlsafe(SECRET_BYTES)


def secret_sha256(secret: str) -> str:
    """What is stored. A plain hash is enough for a secret that nobody can guess, and quick enough for every request."""
    return hashlib.sha256(secret.encode()).hexdigest()
