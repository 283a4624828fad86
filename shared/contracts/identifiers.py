"""Identifiers that are made here, and the rule for those that people choose."""

import os
import re
import time
from uuid import UUID, uuid5

NAME_LENGTH_MAX = 63
NAME_PATTERN = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?", re.ASCII)
"""Organisations, departments, outlets, schemes and kinds are named so: they stand in addresses and in stream names."""

PLACE_PATTERN = re.compile(rf"(?:(?:joint|bulletins)\.)?{NAME_PATTERN.pattern}", re.ASCII)
"""What stands behind the organisation in a stream's name: a department, or a scheme of whose circulars or joint
obligations the stream tells."""

_DECIDED = UUID("6f0a5c9e-7a43-5d0b-9f0e-2f6a4c1d8e30")


def is_name(text: str) -> bool:
    return NAME_PATTERN.fullmatch(text) is not None


def new_id() -> UUID:
    """A UUID version 7 (RFC 9562, section 5.7): later ones sort after earlier ones, which keeps indexes dense."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & (2**48 - 1)) << 80 | random & (2**80 - 1)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def derived_id(*parts: str) -> UUID:
    """The same parts give the same id, for ever: a decision repeated after a crash cannot become a second one."""
    return uuid5(_DECIDED, "\x1f".join(parts))


def department_stream(organisation: str, department: str) -> str:
    return f"{organisation}/{department}"


def bulletins_stream(organisation: str, scheme: str) -> str:
    """Of a scheme's circulars. No department is called so: names have no dots."""
    return f"{organisation}/bulletins.{scheme}"


def joint_stream(organisation: str, scheme: str) -> str:
    """Of what is owed together under a scheme. No department is called so."""
    return f"{organisation}/joint.{scheme}"
