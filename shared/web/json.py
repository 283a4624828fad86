"""JSON as the API speaks it: Decimals are strings, instants are RFC 3339 in UTC, dates are dates."""

from decimal import Decimal
from typing import Any

import msgspec
from flask import Response
from flask.json.provider import JSONProvider

NESTING_MAX = 32
"""How deep a request's arrays and objects may be nested."""

MEDIA_TYPE = "application/json"

_encoder = msgspec.json.Encoder(decimal_format="string", uuid_format="canonical")
_decoder = msgspec.json.Decoder(float_hook=Decimal)


def encode(value: Any) -> bytes:
    """Dictionaries, lists, dataclasses, dates, aware datetimes, Decimals, UUIDs. Raises TypeError for anything else."""
    return _encoder.encode(value)


def decode(text: bytes | str) -> Any:
    """Numbers with a fraction become Decimals of exactly these digits; of a repeated key the last wins.

    Raises ValueError, also for deep nesting: the code that reads the value next may then recurse without fear.
    """
    try:
        value = _decoder.decode(text)
    except msgspec.MsgspecError as mistake:
        raise ValueError(str(mistake)) from mistake
    except RecursionError:
        raise ValueError(f"nested deeper than {NESTING_MAX}") from None
    except UnicodeDecodeError as mistake:
        raise ValueError(f"not UTF-8: {mistake.reason} at byte {mistake.start}") from mistake
    if _deeper_than(value, NESTING_MAX):
        raise ValueError(f"nested deeper than {NESTING_MAX}")
    return value


def _deeper_than(value: Any, depth: int) -> bool:
    """Whether it is nested deeper than that; level by level, so that it does not recurse itself."""
    level = [value]
    while level:
        below: list[Any] = []
        for each in level:
            if type(each) is dict:
                below.extend(each.values())
            elif type(each) is list:
                below.extend(each)
        if below and depth == 0:
            return True
        depth -= 1
        level = below
    return False


class MsgspecProvider(JSONProvider):
    """Flask's JSON by msgspec: several times faster, and exact."""

    def dumps(self, obj: Any, **_: Any) -> str:
        return encode(obj).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        return decode(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        body = encode(self._prepare_response_obj(args, kwargs))
        return Response(body, mimetype=MEDIA_TYPE)
