"""Whole schemes at random, as texts that the reader accepts; and further versions of them."""

import copy
import json
from collections.abc import Sequence

from hypothesis import strategies as st

from shared.schemes import Scheme, SchemeMistakes, read_scheme
from shared.schemes.facts import DATES, OF_ITEMS
from tests.reference.generated.lines import lines, ranking_lines, scorecards
from tests.reference.generated.measures import amounts, credits, measures, pairs, per_items, plain_measures, windows
from tests.reference.generated.quotas import quotas, targets
from tests.reference.generated.vocabulary import BANDS, CLASSES, FACTS, FROM, KINDS, Text, calendars, dues, some

NAME = "random"


@st.composite
def texts(draw: st.DrawFn) -> Text:
    """A scheme as it is written, but for YAML."""
    calendars_ = draw(calendars())
    names = [f"q{number}" for number in range(draw(st.integers(1, 4)))]
    found: dict[str, Text] = {"m0": draw(st.one_of(plain_measures, measures(())).filter(_is_of_items))}
    for number in range(draw(st.integers(2, 5))):
        found[f"m{number + 1}"] = draw(measures(names))
    if draw(st.integers(0, 2)) == 0:
        found["p0"], found["p1"] = draw(pairs())
        found["p0"]["together_with"] = ["p1"]
    owed = {name: draw(quotas(found, name, last=name == names[-1])) for name in names}
    written, made = draw(lines(found, owed, draw(st.integers(4, 9))))
    cards = draw(scorecards(made))
    written |= draw(ranking_lines(cards, made, len(written)))
    return {
        "scheme": NAME,
        "version": 1,
        "title": "Random",
        "effective": {"from": FROM, "begins": "at_once"},
        "time_zone": draw(st.sampled_from(["Asia/Shanghai", "Europe/Berlin"])),
        "facts": FACTS,
        "calendars": calendars_,
        "classes": CLASSES,
        "bands": BANDS,
        "kinds": KINDS,
        "outlets_by": "tier",
        "measures": found,
        **({"quotas": owed} if owed else {}),
        "lines": written,
        **({"scorecards": cards} if cards else {}),
    }


def _is_of_items(measure: Text) -> bool:
    return measure["count"] in OF_ITEMS


@st.composite
def further_versions(draw: st.DrawFn, before: Text, calendars_: Text) -> Text:
    """The next version of a scheme: the same names mean something else, and some are not there any more.

    One of ``calendars_`` that an earlier version left out may be there again.
    """
    found = copy.deepcopy(before)
    begins = draw(st.sampled_from(["at_once", "month"]))
    found["version"] = before["version"] + 1
    found["effective"] = {"from": draw(st.sampled_from(_BEGINS[found["version"]])), "begins": begins}
    for name, measure in found["measures"].items():
        if draw(st.booleans()):
            _change_measure(draw, name, measure)
    for quota in found.get("quotas", {}).values():
        if draw(st.booleans()):
            _change_quota(draw, quota)
    if draw(st.booleans()):
        _change_lines(draw, found)
    else:
        found["lines"], made = draw(lines(found["measures"], found.get("quotas", {}), draw(st.integers(2, 9))))
        found["scorecards"] = draw(scorecards(made))
        found["lines"] |= draw(ranking_lines(found["scorecards"], made, len(found["lines"])))
    if not _can_be_read(found):
        found["calendars"] = {**calendars_, **found["calendars"]}
    for part in draw(some(("calendars", "measures", "quotas", "scorecards"), 0, 2)):
        found = _without(draw, found, part)
    return found


_BEGINS = {2: ("2014-01-12", "2014-01-25"), 3: ("2014-02-04", "2014-02-12")}
"""By version: from when on it may hold."""


def _change_lines(draw: st.DrawFn, found: Text) -> None:
    for name, line in found["lines"].items():
        if draw(st.integers(0, 3)) == 0 and isinstance(line, str):
            found["lines"][name] = f"({line}) * 2"
    for card in found.get("scorecards", {}).values():
        if "rank" in card and draw(st.booleans()):
            card["rank"]["order"] = draw(st.sampled_from(["highest", "lowest"]))


def _without(draw: st.DrawFn, found: Text, part: str) -> Text:
    """Without one of the scheme's calendars, say, if nothing else in it needs that."""
    if not found.get(part):
        return found
    left = copy.deepcopy(found)
    del left[part][draw(st.sampled_from(sorted(left[part])))]
    return left if _can_be_read(left) else found


def _can_be_read(text: Text) -> bool:
    try:
        read_scheme(written(text))
    except SchemeMistakes:
        return False
    return True


def _change_measure(draw: st.DrawFn, name: str, measure: Text) -> None:
    match draw(st.integers(0, 5)):
        case 0:
            measure["amount"] = draw(amounts(measure))
        case 1:
            measure["dated"] = draw(st.sampled_from(DATES[measure["count"]]))
        case 2:
            measure["per_period"] = draw(windows())
        case 3:
            measure.pop("per_period", None)
        case 4 if measure["count"] in OF_ITEMS:
            measure["credit"] = draw(credits)
        case 5 if measure["count"] in OF_ITEMS and not name.startswith("p"):
            measure["per_item"] = draw(per_items)
    if name.startswith("p"):
        measure["unit"] = "points"


def _change_quota(draw: st.DrawFn, quota: Text) -> None:
    match draw(st.integers(0, 2)):
        case 0:
            quota["at_least"] = draw(targets)
        case 1 if "calendar" in quota:
            quota["due"] = draw(dues(quota["calendar"]))
        case 2 if quota["subject"] != "person":
            quota["measure"] = "m0"


def written(text: Text) -> str:
    """JSON is YAML."""
    return json.dumps(text, ensure_ascii=False, indent=1)


class Rulebook:
    """One scheme, in one version or several; told in short when a test fails."""

    def __init__(self, texts: Sequence[Text]) -> None:
        self.texts = texts
        self.written = [written(one) for one in texts]
        self.versions: tuple[Scheme, ...] = tuple(read_scheme(one) for one in self.written)

    def find(self, name: str, version: int) -> Scheme:
        """A version by name and number."""
        return self.versions[version - 1]

    def __repr__(self) -> str:
        parts = ("effective", "time_zone", "calendars", "measures", "quotas", "lines", "scorecards")
        said = [{part: one[part] for part in parts if part in one} for one in self.texts]
        return f"Rulebook({said})"


@st.composite
def rulebooks(draw: st.DrawFn) -> Rulebook:
    found = [draw(texts())]
    for _ in range(draw(st.sampled_from([0, 0, 1, 1, 2]))):
        found.append(draw(further_versions(found[-1], found[0]["calendars"])))
    return Rulebook(found)
