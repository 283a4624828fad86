"""What of the live tables is not as the events say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

DETAILED_MAX = 100
"""So many differing tables of departments are looked into row by row."""


class Sum(NamedTuple):
    """A checksum over rows, whatever their order."""

    rows: int
    hash: int


Tables = Mapping[tuple[str, str], Sum]
"""By stream and table; where there is none, there are no rows."""

NO_ROWS = Sum(0, 0)


@dataclass(frozen=True, slots=True)
class Difference:
    """One table of one department."""

    stream: str
    table: str
    live: int
    """How many rows it has in the live tables."""
    rebuilt: int
    differing: int | None = None
    """How many rows are on one side alone or differ; None where nobody has looked."""
    example: str | None = None
    """The key of one of them."""

    def __str__(self) -> str:
        rows = f"{self.live} rows, rebuilt {self.rebuilt}"
        if self.differing is None:
            return f"{self.stream}: {self.table}: {rows}"
        return f"{self.stream}: {self.table}: {rows}, {self.differing} of them differ, such as {self.example}"


def differing(live: Tables, rebuilt: Tables) -> Iterator[tuple[str, str]]:
    """The streams and tables whose checksums are not the same, in order."""
    for key in sorted(live.keys() | rebuilt.keys()):
        if live.get(key, NO_ROWS) != rebuilt.get(key, NO_ROWS):
            yield key


def detailed(stream: str, table: str, live: Mapping[str, int], rebuilt: Mapping[str, int]) -> Difference:
    """The difference between two sets of rows, given by their keys and checksums."""
    keys = sorted(key for key in live.keys() | rebuilt.keys() if live.get(key) != rebuilt.get(key))
    return Difference(stream, table, len(live), len(rebuilt), len(keys), keys[0] if keys else None)
