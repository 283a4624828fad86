"""Measures at random: every kind of fact, condition, amount, policy and credit."""

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from shared.schemes.facts import DATES, OF_ITEMS, OF_QUOTAS
from shared.schemes.model import FactType
from tests.reference.generated.vocabulary import (
    CATEGORIES,
    CONTRIBUTING,
    FORMS,
    LEVELS,
    METRICS,
    PLACEMENTS,
    TIERS,
    Text,
    dues,
    numbers,
    some,
    wholes,
)

FACT_TYPES: tuple[FactType, ...] = (
    *(
        "submitted",
        "submitted",
        "submitted",
        "accepted",
        "accepted",
        "returned",
        "rejected",
        "adopted",
        "adopted",
        "instructed",
        "measured",
    ),
    *("called", "answered", "adjusted", "met", "missed", "met_late"),
)

_ITEM_CONDITIONS: Mapping[str, Sequence[object]] = {
    "kind": ("report", ["report", "memo"], {"not": ["notice"]}),
    "topic": ("law", {"not": ["law"]}),
    "fields": (["land", "sea"], {"not": "air"}),
    "size": ("big", {"at_least": 2.5}, {"above": 1, "below": 8}, {"not": ["small"]}, [2, 3.5]),
    "minutes": ({"at_most": 30}, [10, 20], {"not": [10]}),
    "urgent": (True, False),
    "held_on": ({"at_least": "2014-01-10"}, "2014-01-15", {"below": "2014-02-01"}),
    "starts": ({"below": "12:00"}, {"at_least": "09:30"}, "16:00"),
    "papers": ({"at_least": 1}, 2, {"not": [1]}),
    "channel": ("outside", {"not": ["outside"]}),
    "happened_on": ({"at_least": "2014-01-20"},),
    "days(happened_on, submitted_on)": ({"at_most": 3}, {"above": 1}),
    "workdays(happened_on, submitted_on)": ({"at_most": 2}, {"at_least": 1}),
    "hours(submitted_at, recorded_at)": ({"below": 24},),
    "time_of(submitted_at)": ({"below": "17:00"}, {"at_least": "08:00"}),
    "weekday_of(submitted_on)": ({"at_most": 5}, [1, 2]),
    "day_of(submitted_on)": ({"at_most": 15},),
    "month_of(happened_on)": (1, [1, 2]),
}
_OWN_CONDITIONS: Mapping[str, Mapping[str, Sequence[object]]] = {
    "adopted": {
        "tier": ("city", {"not": ["district"]}),
        "form": (["whole", "edited"],),
        "placement": ("front", {"not": ["front"]}),
        "words": ({"at_least": 500}, "short", {"not": ["long"]}, {"below": 800}),
        "outlet": ("daily",),
        "days(submitted_on, published_on)": ({"at_most": 10},),
    },
    "instructed": {"level": ("city", {"not": ["city"]})},
    "measured": {"metric": ("clicks",), "value": ({"at_least": 100}, {"below": 300})},
    "called": {"on_time": (True, False), "hours(called_at, due_at)": ({"above": 30},)},
    "answered": {"on_time": (True, False)},
    "adjusted": {"category": ("visit",), "value": ({"above": 0}, {"below": 2})},
    "met": {"on_time": (True, False)},
    "missed": {"shortfall": ({"at_least": 2},)},
    "met_late": {"shortfall": ({"at_least": 2},)},
}

_WORDS: Mapping[str, Sequence[str]] = {
    "tier": TIERS,
    "form": FORMS,
    "placement": PLACEMENTS,
    "words": ("short", "long"),
    "level": LEVELS,
    "metric": METRICS,
    "category": CATEGORIES,
    "kind": ("report", "notice", "memo"),
    "topic": ("law", "art"),
    "size": ("small", "big"),
    "urgent": ("true", "false"),
    "channel": ("inside", "outside"),
    "on_time": ("true", "false"),
}
"""The values of fields that a table may go by."""
_ITEM_COLUMNS = ("topic", "size", "urgent", "channel")
_OWN_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "adopted": ("tier", "form", "placement", "words"),
    "instructed": ("level",),
    "measured": ("metric",),
    "adjusted": ("category",),
    "called": ("on_time",),
    "answered": ("on_time",),
    "met": ("on_time",),
}
_OWN_NUMBER: Mapping[str, str] = {
    "adopted": "words",
    "measured": "value",
    "adjusted": "value",
    "missed": "shortfall",
    "met_late": "shortfall",
}
_ITEM_FORMULAS = (
    "minutes * 2 - 1",
    "size / 3",
    "size if size > 2 else 0",
    "days(happened_on, submitted_on) + 1",
    "workdays(happened_on, submitted_on)",
    "hours(submitted_at, recorded_at) / 24",
    "time_of(submitted_at)",
    "10 - weekday_of(submitted_on)",
    "band(minutes, 10: 1, above 20: 2.5, otherwise -1)",
)
_GROUPED_BY = ("outlet", "tier", "form", "placement")


@st.composite
def amounts(draw: st.DrawFn, measure: Text) -> object:
    """What a fact may be worth under a measure that selects as it does."""
    way, fact = draw(st.integers(0, 4)), measure["count"]
    own = _OWN_COLUMNS.get(fact, ())
    columns = [*own, *own, *(_ITEM_COLUMNS if fact in OF_ITEMS else ()), *(["on_time"] if "due" in measure else [])]
    kinds = measure.get("where", {}).get("kind")
    if kinds == "report":
        columns = [name for name in columns if name != "channel"]  # which reports do not have
    elif kinds is None and fact in OF_ITEMS:
        columns.append("kind")  # a table may name no kind that is left out
    if way <= 1:
        return draw(numbers)
    if way <= 3 and columns:
        table = draw(tables(columns))
        if draw(st.booleans()):
            table["otherwise"] = draw(numbers)
        if draw(st.integers(0, 2)) == 0:
            table["times"] = draw(tables(columns))
        return table
    number = _OWN_NUMBER.get(fact)
    formulas = list(_ITEM_FORMULAS if fact in OF_ITEMS else ())
    if number is not None:
        formulas += [number, f"{number} / 3", f"{number} * staff / 7", f"ratio({number}, staff - 12)"]
    formulas += ["students / 4", "round(staff / 5, 1)"]
    formula = draw(st.sampled_from(formulas))
    return {"formula": formula, "otherwise": draw(numbers)} if "ratio" in formula or draw(st.booleans()) else formula


@st.composite
def tables(draw: st.DrawFn, columns: Sequence[str]) -> Text:
    by = draw(some(columns, 1, 2))

    def rows(left: Sequence[str]) -> object:
        if not left:
            return draw(numbers)
        return {value: rows(left[1:]) for value in draw(some(_WORDS[left[0]], min(2, len(_WORDS[left[0]])), 3))}

    return {"by": by, "table": rows(by)}


@st.composite
def conditions(draw: st.DrawFn, fact: FactType, quotas: Sequence[str]) -> Text:
    known = {**_OWN_CONDITIONS.get(fact, {}), **(_ITEM_CONDITIONS if fact in OF_ITEMS else {})}
    fields = draw(some([*_OWN_CONDITIONS.get(fact, ()), *known], 1, 2)) if known and not draw(st.integers(0, 2)) else []
    where: Text = {field: draw(st.sampled_from(known[field])) for field in fields}
    if where.get("kind") == "report":
        where.pop("channel", None)
    if fact in OF_QUOTAS and quotas and draw(st.booleans()):
        where["quota"] = draw(some(quotas, 1, 2))
    return where


@st.composite
def windows(draw: st.DrawFn) -> Text:
    take = draw(st.sampled_from(["at_most", "best", "beyond"]))
    number = draw(st.one_of(wholes, st.sampled_from(["staff / 5", "students - 5"])))
    return {"calendar": draw(st.sampled_from(["day", "week", "month", "term", "drive"])), take: number}


per_items = st.sampled_from(["all", "highest", "first", "latest", {"top": 2}])
credits = st.sampled_from(
    ["department", "each", {"shares": "equal"}, {"shares": [3, 2]}, {"shares": "first"}, {"shares": [1, 2, 3]}]
)


@st.composite
def measures(draw: st.DrawFn, quotas: Sequence[str]) -> Text:
    """One measure; ``quotas`` are the names of those whose outcomes it may count."""
    fact = draw(st.sampled_from(FACT_TYPES))
    found: Text = {"count": fact}
    due = None
    if fact not in OF_QUOTAS and draw(st.integers(0, 2)) == 0:
        calendar = draw(st.sampled_from(["week", "month", "term", "drive"]))
        due = {"calendar": calendar, **draw(dues(calendar))}
        found["due"] = due
        found["late"] = draw(st.sampled_from(["include", "exclude", "only"]))
    where = draw(conditions(fact, quotas))
    if due is not None and draw(st.booleans()):
        where["on_time"] = draw(st.booleans())
    if where:
        found["where"] = where
    if draw(st.integers(0, 3)):
        found["amount"] = draw(amounts(found))
    found["dated"] = draw(st.sampled_from(DATES[fact]))
    if draw(st.integers(0, 2)) == 0:
        found["per_period"] = draw(windows())
    if draw(st.booleans()):
        found["scale"] = draw(st.integers(0, 3))
    if fact in OF_ITEMS:
        found |= draw(of_items(fact))
    return found


plain_measures: st.SearchStrategy[Text] = st.sampled_from(
    [
        {"count": "submitted"},
        {"count": "submitted", "persons": {}},
        {"count": "accepted", "dated": "happened_on", "persons": {}},
    ]
).map(dict)
"""Of which there is soon enough to meet a quota."""


@st.composite
def of_items(draw: st.DrawFn, fact: FactType) -> Text:
    """The policies that only facts of items have."""
    found: Text = {"per_item": draw(per_items)}
    if draw(st.integers(0, 5)) == 0:
        fields = {"adopted": _GROUPED_BY, "instructed": ("level",), "measured": ("metric",)}.get(fact, ("topic",))
        found["per_item"] = {"highest_per": draw(st.sampled_from(fields))}
    if draw(st.integers(0, 3)) == 0:
        found["difference"] = "first"
    if draw(st.booleans()):
        found["credit"] = draw(credits)
    way = draw(st.integers(0, 3))
    if way == 0:
        share = draw(st.sampled_from(["whole", "equal"]))
        found["persons"] = {"roles": draw(some(CONTRIBUTING, 1, 2)), "share": share}
    elif way == 1:
        found["persons"] = {}
    elif way == 2:
        found["unit"] = "CNY"
        found["pay"] = {role: draw(wholes) for role in draw(some(CONTRIBUTING, 1, 3))}
    return found


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Text, Text]:
    """Two measures whose facts of one item are taken together."""
    difference = draw(st.sampled_from(["own", "first"]))
    found = []
    for _ in range(2):
        one = draw(measures(()).filter(lambda measure: measure["count"] in OF_ITEMS and "pay" not in measure))
        found.append({**one, "per_item": "highest", "difference": difference, "unit": "points"})
    return found[0], found[1]


def credits_persons(measure: Text) -> bool:
    """Whether persons can have amounts of it."""
    return "persons" in measure or "pay" in measure or measure["count"] in ("adjusted", *OF_QUOTAS)
