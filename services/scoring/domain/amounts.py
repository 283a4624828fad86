"""``amount``, compiled: what a fact is worth by itself."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from services.scoring.domain.errors import CannotFold
from services.scoring.domain.fields import Field, Terms, field, function, is_said, numeric, text
from services.scoring.domain.items import Fact, Item
from shared.schemes.formulas import Formula
from shared.schemes.formulas.reference import Reference
from shared.schemes.model import Amount, DepartmentFact, FixedAmount, FormulaAmount, TableAmount


class Known(Protocol):
    """What a department is known to be."""

    def facts_on(self, day: date, place: int) -> Mapping[str, Decimal]:
        """Its facts on a day, as far as the stream had told before that place."""


Worth = Callable[[Item, Fact, date, Known], Decimal | None]
"""What a fact, dated on the given day, is worth; None when it is not counted. May raise UnknownYear."""

_Number = Callable[[Item, Fact, date, Known], Decimal | None]


class _NotSaid(Exception):
    """Inside a formula: the fact does not have a field that is needed."""


def amount(of: Amount, scale: int, terms: Terms, facts: Mapping[str, DepartmentFact]) -> Worth:
    """``facts`` are those of departments that the scheme declares. Formulas are rounded half up to ``scale``."""
    if isinstance(of, FixedAmount):
        value = of.value
        return lambda item, fact, day, known: value
    if isinstance(of, TableAmount):
        return _table(of, terms)
    return _formula(of, scale, terms, facts)


def rounded(value: Decimal, scale: int) -> Decimal:
    """Half up to so many decimals: a half goes away from zero."""
    return value.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)


class DepartmentValues(Mapping[str, Decimal]):
    """The facts of a department, or of a person and then the department, as formulas look them up."""

    def __init__(self, declared: Mapping[str, DepartmentFact], *known: Mapping[str, Decimal]) -> None:
        """Of ``known`` the first that has a fact tells it; ``declared`` say what counts where none does."""
        self._declared = declared
        self._known = known

    def __getitem__(self, name: str) -> Decimal:
        declared = self._declared[name]
        return next((known[name] for known in self._known if name in known), declared.otherwise)

    def __iter__(self) -> Iterator[str]:
        return iter(self._declared)

    def __len__(self) -> int:
        return len(self._declared)


def evaluated(formula: Formula, values: Mapping[str, Decimal]) -> Decimal:
    """The formula's value. Raises CannotFold where the scheme does not say what it is."""
    try:
        return formula.evaluate(values)
    except (KeyError, ZeroDivisionError) as mistake:
        raise CannotFold(f"the formula {formula.text} has no value: {mistake}") from mistake


def _table(of: TableAmount, terms: Terms) -> Worth:
    plain = not of.bands and of.times is None and of.otherwise is None
    if plain and all(is_said(name, terms) for name in of.by):
        return _plain_table(of.by, of.rows)
    fields = tuple(_column(name, of, terms) for name in of.by)
    rows, otherwise = of.rows, of.otherwise
    times = None if of.times is None else _table(of.times, terms)

    def look_up(item: Item, fact: Fact, day: date, known: Known) -> Decimal | None:
        found = rows.get(tuple(text(one(item, fact, day)) for one in fields), otherwise)
        if found is None or times is None:
            return found
        factor = times(item, fact, day, known)
        return None if factor is None else found * factor

    return look_up


def _plain_table(by: tuple[str, ...], rows: Mapping[tuple[str, ...], Decimal]) -> Worth:
    """The usual case: a table over words that events said."""

    def look_up(item: Item, fact: Fact, day: date, known: Known) -> Decimal | None:
        fields, attributes = fact.fields, item.attributes
        return rows.get(tuple([text(fields.get(name) or attributes.get(name)) for name in by]))

    return look_up


def _column(name: str, of: TableAmount, terms: Terms) -> Field:
    asked, bands = field(name, terms), of.bands.get(name)
    if bands is None:
        return asked

    def name_of_band(item: Item, fact: Fact, day: date) -> str | None:
        number = numeric(asked(item, fact, day))
        return None if number is None else bands.of(number)

    return name_of_band


def _formula(of: FormulaAmount, scale: int, terms: Terms, facts: Mapping[str, DepartmentFact]) -> Worth:
    formula = of.formula
    numbers = {reference.key: _number(reference, terms, facts) for reference in formula.references}

    def worth(item: Item, fact: Fact, day: date, known: Known) -> Decimal | None:
        try:
            value = evaluated(formula, _Said(numbers, item, fact, day, known))
        except _NotSaid:
            return formula.otherwise
        return rounded(value, scale)

    return worth


def _number(reference: Reference, terms: Terms, facts: Mapping[str, DepartmentFact]) -> _Number:
    name = reference.name
    if reference.function is None and name in facts:
        otherwise = facts[name].otherwise
        return lambda item, fact, day, known: known.facts_on(day, fact.place).get(name, otherwise)
    if reference.function is None:
        asked = field(name, terms)
    else:
        asked = function(reference.function, reference.arguments, terms)  # type: ignore[arg-type]
    return lambda item, fact, day, known: numeric(asked(item, fact, day))


class _Said(Mapping[str, Decimal]):
    """What one fact and its department say to a formula, asked for as it is needed."""

    def __init__(self, numbers: Mapping[str, _Number], item: Item, fact: Fact, day: date, known: Known) -> None:
        self._numbers = numbers
        self._of = (item, fact, day, known)

    def __getitem__(self, key: str) -> Decimal:
        value = self._numbers[key](*self._of)
        if value is None:
            raise _NotSaid(key)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)
