"""How large numbers are: near those at which something changes, so that each step is reached from both sides."""

import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from dev.demo.history.counting import Counting, Standing
from services.scoring.domain.items import Fact, Item
from shared.schemes.model import Attribute, Bands, Condition, FormulaAmount, Kind, Measure, Scheme, TableAmount

Amount = Callable[[Decimal], Decimal | None]

_LARGE = Decimal(1_000_000)
_HALVINGS = 40
_LITERAL = re.compile(r"(?<![\w.])\d+(?:\.\d+)?")
_USUAL = (Decimal(3), Decimal(12))


def draw(rng: random.Random, near: Sequence[Decimal], attribute: Attribute | None = None) -> Decimal:
    """A number near one of these: often a little less or more, sometimes exactly that. Two or more limit a range."""
    if not near:
        found = Decimal(rng.randint(int(_USUAL[0]), int(_USUAL[1])))
    elif rng.random() < 0.1:
        found = rng.choice(near)
    else:
        found = rng.choice(near) * Decimal(f"{rng.triangular(0.75, 1.5, 1.1):.3f}")
    if attribute is None or attribute.type == "integer":
        found = found.quantize(Decimal(1))
    else:
        found = (found * 2).quantize(Decimal(1)) / 2
    return _within(found, attribute)


def _within(number: Decimal, attribute: Attribute | None) -> Decimal:
    if attribute is not None and attribute.at_least is not None:
        number = max(number, attribute.at_least)
    if attribute is not None and attribute.at_most is not None:
        number = min(number, attribute.at_most)
    return number


def bounds(conditions: Iterable[Condition], name: str) -> list[Decimal]:
    """The numbers with which conditions compare a field."""
    found: list[Decimal] = []
    for one in conditions:
        if one.field == name:
            limits = (one.at_least, one.at_most, one.above, one.below)
            found += [limit for limit in limits if isinstance(limit, Decimal)]
            found += _steps(one.bands)
    return found


def of_tables(measures: Iterable[Measure], name: str) -> list[Decimal]:
    """The bands in which tables look up a field."""
    tables = [measure.amount for measure in measures if isinstance(measure.amount, TableAmount)]
    tables += [table.times for table in tables if table.times is not None]
    return [step for table in tables for step in _steps(table.bands.get(name))]


def _steps(bands: Bands | None) -> list[Decimal]:
    return [] if bands is None else [bound for _, bound in bands.steps if bound > 0]


def of_formula(measure: Measure, amount: Amount, wanted: Decimal | None) -> list[Decimal]:
    """The number at which a formula gives what is wanted, or changes; else those that it is written with."""
    found = _turn(amount, wanted)
    if found is not None:
        return [found]
    assert isinstance(measure.amount, FormulaAmount)
    literals = {Decimal(text) for text in _LITERAL.findall(measure.amount.formula.text)}
    return _between(sorted(one for one in literals if one >= 2))


def share(near: list[Decimal], place: int, of: int) -> list[Decimal]:
    """Of a range that several numbers have together, such as from when until when, the part of one of them."""
    if len(near) < 2:
        return near
    return near[place * len(near) // of : (place + 1) * len(near) // of + 1]


def _between(literals: list[Decimal]) -> list[Decimal]:
    """Of two limits or more, also what lies between them."""
    if len(literals) < 2:
        return literals
    low, high = literals[0], literals[-1]
    return [low + (high - low) * part / 4 for part in range(5)]


def _turn(amount: Amount, wanted: Decimal | None) -> Decimal | None:
    """Where a formula that rises, or is a condition, reaches what is wanted or turns; None where it does neither."""
    low, high = amount(Decimal(0)), amount(_LARGE)
    if low is None or high is None or low == high:
        return None
    if wanted is None and abs(high - low) > 1:
        return None
    level = (low + high) / 2 if wanted is None else wanted
    if not min(low, high) <= level <= max(low, high):
        return None
    below, above = Decimal(0), _LARGE
    for _ in range(_HALVINGS):
        middle = (below + above) / 2
        value = amount(middle)
        if value is None:
            return None
        if (value < level) == (low < high):
            below = middle
        else:
            above = middle
    return above.quantize(Decimal("0.01"))


def amount_of_attributes(
    counting: Counting, scheme: Scheme, measure: Measure, kind: Kind, standing: Standing, names: Sequence[str]
) -> Amount:
    """What a measure makes of an item whose attributes of these names are all one number."""
    by = counting.rule(scheme, measure, kind.name)
    on = scheme.effective_from

    def amount(number: Decimal) -> Decimal | None:
        if by is None:
            return None
        item = replace(_nothing(scheme, kind, on), attributes={name: format(number, "f") for name in names})
        return by.worth(item, item.facts[0], on, standing)

    return amount


def amount_of_value(
    counting: Counting, scheme: Scheme, measure: Measure, item: Item, metric: str, standing: Standing
) -> Amount:
    """What a measure makes of an item of which one number is read off."""
    by = counting.rule(scheme, measure, item.kind)

    def amount(number: Decimal) -> Decimal | None:
        fact = Fact("m", "measured", 9, item.submitted_on, {"metric": metric, "value": format(number, "f")})
        return None if by is None else by.worth(item, fact, item.submitted_on, standing)

    return amount


def _nothing(scheme: Scheme, kind: Kind, on: date) -> Item:
    facts = [Fact("submitted", "submitted", 1, on)]
    return Item("", scheme.name, kind.name, "", "submitted", on, on, on, {}, facts, {})
