"""Standard Webhooks signatures, symmetric form ``v1`` (standardwebhooks.com, specification, "Signature scheme")."""

import base64
import binascii
import hashlib
import hmac

SECRET_PREFIX = "whsec_"
SECRET_BYTES_MIN = 24
SECRET_BYTES_MAX = 64
SECRET_BYTES = 32
"""Of a secret that is made here."""


class UnfitSecret(Exception):
    """The text is no Standard Webhooks secret."""


def secret_from(key: bytes) -> str:
    return SECRET_PREFIX + base64.b64encode(key).decode()


def key_of_secret(secret: str) -> bytes:
    """Raises UnfitSecret, saying what a secret looks like."""
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(SECRET_PREFIX) or not SECRET_BYTES_MIN <= len(key) <= SECRET_BYTES_MAX:
        raise UnfitSecret(
            f"a secret is {SECRET_PREFIX} and {SECRET_BYTES_MIN} to {SECRET_BYTES_MAX} random bytes in base64"
        )
    return key


def sign(key: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of ``webhook-signature``. ``timestamp`` is in whole seconds since 1970 and stands in its own header."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
