"""A row's figures as a small line, drawn on the server."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH = 72
HEIGHT = 20
_MARGIN = 2.5


@dataclass(frozen=True, slots=True)
class Sparkline:
    points: str
    """For an SVG polyline in a box of WIDTH × HEIGHT."""
    last_x: float
    last_y: float


def sparkline(values: Sequence[Decimal | None]) -> Sparkline | None:
    """Oldest first; None leaves a place empty. Nothing to draw with fewer than two figures."""
    known = [(place, float(value)) for place, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return None
    lowest, highest = min(value for _, value in known), max(value for _, value in known)
    wide = (WIDTH - 2 * _MARGIN) / (len(values) - 1)
    high = HEIGHT - 2 * _MARGIN
    drawn = [
        (
            round(_MARGIN + place * wide, 1),
            round(_MARGIN + high * (0.5 if highest == lowest else (highest - value) / (highest - lowest)), 1),
        )
        for place, value in known
    ]
    return Sparkline(" ".join(f"{x},{y}" for x, y in drawn), *drawn[-1])
