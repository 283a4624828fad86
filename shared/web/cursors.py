"""Keyset cursors: where a page ended, opaque to the caller, so that the next page begins exactly there."""

import base64
import binascii
from typing import Any

from shared.web import json

LENGTH_MAX = 1000


class BadCursor(Exception):
    """The text is no cursor of this list."""


def encode(*keys: Any) -> str:
    """The keys of a page's last row: strings, numbers, dates, instants (which come back as strings)."""
    return base64.urlsafe_b64encode(json.encode(keys)).rstrip(b"=").decode()


def decode(text: str, *types: type) -> list[Any]:
    """The keys again, checked against their types. Raises BadCursor."""
    refusal = BadCursor("Is not a cursor of this list; leave it out to begin at the first page.")
    if len(text) > LENGTH_MAX:
        raise refusal
    try:
        keys = json.decode(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error):
        raise refusal from None
    if not isinstance(keys, list) or any("\x00" in key for key in keys if isinstance(key, str)):
        raise refusal
    if types and (len(keys) != len(types) or any(type(key) is not of for key, of in zip(keys, types, strict=True))):
        raise refusal
    return keys
