"""How many, or how much, ``per_period`` lets count."""

from decimal import Decimal

from services.scoring.domain.amounts import DepartmentValues, Known, evaluated
from services.scoring.domain.errors import CannotFold
from services.scoring.domain.rules import Rules
from services.scoring.domain.windows import Take
from shared.calendars import Period


def number_of(
    rules: Rules, measure: str, version: int, window: Period, place: int, known: Known
) -> tuple[Take, Decimal]:
    """What the version says of the window's credits: as the department is described on its first day, as far as the
    stream had told before the place of the credit."""
    scheme = rules.version(version)
    per_period = None if scheme is None else scheme.measures[measure].per_period
    if scheme is None or per_period is None:
        raise CannotFold(f"scheme {rules.name} version {version} has no window of {measure}")
    facts = known.facts_on(window.first, place) if per_period.number.references else {}
    return per_period.take, evaluated(per_period.number, DepartmentValues(scheme.facts, facts))
