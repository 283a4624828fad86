"""The functions of formulas: what they take, and what they give. Rounding is half up.

Functions of values calculate. Functions of names stand for a value that whoever evaluates the formula looks up; what
they mean is said here, what they are is found elsewhere.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from shared.schemes.formulas.decimals import CONTEXT, divided
from shared.schemes.formulas.mistake import FormulaMistake
from shared.schemes.formulas.reference import Reference
from shared.schemes.formulas.syntax import Call, Number

ARGUMENTS_MAX = 20
ROUND_PLACES_MAX = 6

_WHOLE = Decimal(1)


@dataclass(frozen=True)
class ValueFunction:
    """A function of values, each of which may be any expression."""

    example: str
    arguments_min: int
    arguments_max: int
    apply: Callable[[Sequence[Decimal]], Decimal]
    second_is_places: bool = False

    def check(self, call: Call) -> None:
        """Raises FormulaMistake when the call does not give the function what it takes."""
        count = len(call.arguments)
        if not self.arguments_min <= count <= self.arguments_max:
            message = f"{call.function} takes {self._takes()}, not {count}: write {self.example}"
            raise FormulaMistake(message, call.span.start, call.span.end)
        if self.second_is_places and count == 2:
            places = call.arguments[1]
            if not isinstance(places, Number) or places.value not in range(ROUND_PLACES_MAX + 1):
                message = f"how many places to keep is a whole number from 0 to {ROUND_PLACES_MAX}"
                raise FormulaMistake(message, places.span.start, places.span.end)

    def _takes(self) -> str:
        if self.arguments_min == self.arguments_max:
            return f"{self.arguments_min} value" + ("s" if self.arguments_min > 1 else "")
        return f"{self.arguments_min} to {self.arguments_max} values"


@dataclass(frozen=True)
class NameFunction:
    """A function of names alone: it stands for one value, which is looked up."""

    example: str
    takes: str
    of_calendar: bool = False
    """Whether a calendar's name comes before the other one."""
    of_two: bool = False
    """Whether it takes the names of two dates."""

    @property
    def count(self) -> int:
        """How many names it takes."""
        return 2 if self.of_calendar or self.of_two else 1

    def reference(self, function: str, names: Sequence[str]) -> Reference:
        """What a call of the function with ``count`` names stands for."""
        if self.of_calendar:
            return Reference(function, names[1], calendar=names[0])
        return Reference(function, names[0], until=names[1] if self.of_two else None)


@dataclass(frozen=True)
class BandFunction:
    """``band``, whose steps are written like nothing else."""

    example: str


Function = ValueFunction | NameFunction | BandFunction
Functions = Mapping[str, Function]


def _round(values: Sequence[Decimal]) -> Decimal:
    value = values[0]
    places = int(values[1]) if len(values) == 2 else 0
    if value.adjusted() + places >= CONTEXT.prec - 1:
        return value  # it has no digit beyond those places
    return value.quantize(_WHOLE.scaleb(-places), context=CONTEXT)


def _floor(values: Sequence[Decimal]) -> Decimal:
    return values[0].to_integral_value(ROUND_FLOOR)


def _ceil(values: Sequence[Decimal]) -> Decimal:
    return values[0].to_integral_value(ROUND_CEILING)


VALUE_FUNCTIONS: Mapping[str, ValueFunction] = {
    "min": ValueFunction("min(a, b)", 2, ARGUMENTS_MAX, min),
    "max": ValueFunction("max(a, b)", 2, ARGUMENTS_MAX, max),
    "round": ValueFunction("round(a) or round(a, 2)", 1, 2, _round, second_is_places=True),
    "floor": ValueFunction("floor(a)", 1, 1, _floor),
    "ceil": ValueFunction("ceil(a)", 1, 1, _ceil),
    "abs": ValueFunction("abs(a)", 1, 1, lambda values: values[0].copy_abs()),
    "ratio": ValueFunction("ratio(a, b)", 2, 2, lambda values: divided(values[0], values[1])),
}

_ALWAYS: Functions = {**VALUE_FUNCTIONS, "band": BandFunction("band(a, 0.95: 5, 0.9: 3, otherwise 0)")}

_LINE = "the name of a line or a measure"
_QUOTA = "the name of a quota"
_CALENDAR_AND_LINE = "the name of a calendar and that of a line or a measure"

_OF_LINES: Functions = {
    "over": NameFunction("over(month, total)", _CALENDAR_AND_LINE, of_calendar=True),
    "best_over": NameFunction("best_over(month, total)", _CALENDAR_AND_LINE, of_calendar=True),
    "count_over": NameFunction("count_over(month, condition)", _CALENDAR_AND_LINE, of_calendar=True),
    "previous": NameFunction("previous(total)", _LINE),
    "met": NameFunction("met(weekly)", _QUOTA),
    "met_on_time": NameFunction("met_on_time(weekly)", _QUOTA),
    "missed": NameFunction("missed(weekly)", _QUOTA),
    "shortfall": NameFunction("shortfall(weekly)", _QUOTA),
    "target": NameFunction("target(weekly)", _QUOTA),
    "actual": NameFunction("actual(weekly)", _QUOTA),
    "rank": NameFunction("rank(total)", "the name of a line"),
    "rank_bonus": NameFunction("rank_bonus(total)", "the name of a line"),
    "group": NameFunction("group(total)", _LINE),
    "organisation": NameFunction("organisation(total)", _LINE),
    "department": NameFunction("department(total)", _LINE),
    "persons": NameFunction("persons(total)", "the name of a line of persons"),
    "persons_best": NameFunction("persons_best(total)", "the name of a line of persons"),
    "best_rank": NameFunction("best_rank(total)", "the name of a line of persons"),
}

_DATE = "the name of a date"
_DATES = "the names of two dates"

_OF_DATES: Functions = {
    "days": NameFunction("days(happened_on, submitted_on)", _DATES, of_two=True),
    "workdays": NameFunction("workdays(happened_on, submitted_on)", _DATES, of_two=True),
    "hours": NameFunction("hours(happened_on, submitted_at)", _DATES, of_two=True),
    "time_of": NameFunction("time_of(submitted_at)", _DATE),
    "weekday_of": NameFunction("weekday_of(submitted_on)", _DATE),
    "day_of": NameFunction("day_of(submitted_on)", _DATE),
    "month_of": NameFunction("month_of(submitted_on)", _DATE),
}

LINE_FUNCTIONS: Functions = {**_ALWAYS, **_OF_LINES}
"""What the formulas of lines may call."""

FACT_FUNCTIONS: Functions = {**_ALWAYS, **_OF_DATES}
"""What formulas over a fact and its department's facts may call: amounts, targets, ``per_period``.

From the first date to the second, and negative when the second is the earlier: ``days``; ``workdays``, those after the
first up to and with the second; ``hours``, exact, with decimals, a date without a time counting from its beginning. In
the scheme's time zone: ``time_of``, the hours since midnight with decimals (16:30 is 16.5); ``weekday_of``, Monday 1 to
Sunday 7; ``day_of``, 1 to 31; ``month_of``, 1 to 12.
"""

DATE_FUNCTIONS = frozenset(_OF_DATES)
"""These may also be names, where no parenthesis follows: a fact may well have a field ``hours``."""

ELSEWHERE: Mapping[str, str] = {
    **dict.fromkeys(_OF_LINES, "the formulas of lines"),
    **dict.fromkeys(_OF_DATES, "formulas over the dates of a fact"),
}
"""Where the functions may be called that not every formula may call."""

INSTEAD: Mapping[str, str] = {
    "if": "write a if condition else b",
    "sum": "write a + b; for the periods of a shorter calendar, over(month, total)",
    "average": "write (a + b) / 2; for the periods of a shorter calendar, over and count_over",
    "avg": "write (a + b) / 2; for the periods of a shorter calendar, over and count_over",
    "int": "write floor(a), ceil(a) or round(a)",
    "pow": "there are no powers; multiply instead",
}
"""What to write in place of functions that spreadsheets have."""
