"""An outlet's standings: its tier and medium from a day on, so that a change does not rewrite the past."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from services.submission.domain.refusals import FieldMistake, TooManyFacts
from shared.contracts.directory_events import OutletStanding

STANDINGS_MAX = 200


def with_standing(known: Sequence[OutletStanding], new: OutletStanding) -> tuple[OutletStanding, ...]:
    """The standings with one more, oldest first; of two from the same day the new one holds.

    A standing that says the same as the one it would follow adds nothing.
    """
    others = [each for each in known if each.from_on != new.from_on]
    before = max((each for each in others if each.from_on < new.from_on), key=_day, default=None)
    same_day = len(others) < len(known)
    if before is not None and not same_day and replace(before, from_on=new.from_on) == new:
        return tuple(known)
    if len(others) >= STANDINGS_MAX:
        raise TooManyFacts(FieldMistake("from", f"the outlet has {STANDINGS_MAX} standings, as many as it may have"))
    return tuple(sorted([*others, new], key=_day))


def _day(standing: OutletStanding) -> date:
    return standing.from_on
