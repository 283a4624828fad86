"""How a year's work is spread over its months, against an even pace."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from services.scoring.domain.cards.evaluation import shortest

MONTHS = range(1, 13)

_NOTHING = Decimal(0)
_SHARE_UNIT = Decimal("0.0001")

EVEN_SHARE = (Decimal(1) / 12).quantize(_SHARE_UNIT, ROUND_HALF_UP)
"""Of each month, at an even pace."""


@dataclass(frozen=True, slots=True)
class MonthsShare:
    month: int
    amount: Decimal
    share: Decimal | None
    """Of the year's total; None while that is nothing."""
    deviation: Decimal | None
    """From the even share: what is above 0 came in a rush."""


def distributed(amounts: Mapping[int, Decimal]) -> list[MonthsShare]:
    """All twelve months. Shares have four decimals, rounded half up, and so may miss 1 together by a little."""
    whole = sum(amounts.values(), _NOTHING)
    return [_month(month, amounts.get(month, _NOTHING), whole) for month in MONTHS]


def together(of: Iterable[Mapping[int, Decimal]]) -> dict[int, Decimal]:
    """The sums of several, month by month."""
    several = list(of)
    return {month: sum((each.get(month, _NOTHING) for each in several), _NOTHING) for month in MONTHS}


def _month(month: int, amount: Decimal, whole: Decimal) -> MonthsShare:
    if whole <= 0:
        return MonthsShare(month, amount, None, None)
    share = (amount / whole).quantize(_SHARE_UNIT, ROUND_HALF_UP)
    return MonthsShare(month, amount, shortest(share), shortest(share - EVEN_SHARE))
