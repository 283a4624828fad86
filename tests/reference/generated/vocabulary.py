"""The words of all generated schemes: calendars, kinds of items, outlets, levels, departments and their facts."""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

Text = dict[str, Any]
"""A part of a scheme as it is written."""

FROM = "2014-01-01"
DEPARTMENTS = ("north", "south", "east")
GROUPS = ("street", "office")
TAGS = ("key",)
ROLES = ("correspondent", "editor")
"""Posts of persons."""

PERSONS = {"north": ("wang", "li"), "south": ("zhao",), "east": ("qian",)}
CONTRIBUTING = ("author", "editor", "reader")
"""Roles of contributors."""

CLASSES: Text = {
    "big": {"departments": ["north", "east"]},
    "tagged": {"tags": ["key"]},
    "rest": {"groups": ["street", "office"], "except": {"departments": ["east"]}},
}
FACTS: Text = {"staff": {"title": "Staff"}, "students": {"title": "Students", "otherwise": 7}}
BANDS: Text = {"words": {"short": 0, "long": 500}}
KINDS: Text = {
    "report": {
        "title": "Report",
        "attributes": {
            "topic": {"type": "choice", "of": ["law", "art"]},
            "fields": {"type": "choices", "of": ["land", "sea", "air"]},
            "size": {"type": "number", "bands": {"small": 0, "big": 4}},
            "minutes": {"type": "integer"},
            "urgent": {"type": "boolean"},
            "held_on": {"type": "date"},
            "starts": {"type": "time"},
            "papers": {"type": "files"},
        },
        "review": [{"stages": ["leader"]}],
    },
    "notice": {"title": "Notice"},
    "memo": {
        "title": "Memo",
        "channels": ["inside", "outside"],
        "review": [{"when": {"channel": "outside"}, "stages": ["office", "leader"]}],
    },
}

TIERS, FORMS = ("district", "city", "national"), ("whole", "edited", "digest")
OUTLETS, PLACEMENTS = ("daily", "radio"), ("front", "inner")
LEVELS, METRICS, CATEGORIES = ("city", "district"), ("clicks", "likes"), ("visit", "talk")

OF_CALENDARS: Mapping[str, int] = {"day": 0, "week": 1, "month": 2, "term": 3, "drive": 4, "quarter": 5}
"""Longer ones have the higher rank: each is longer, whenever, than all those of a lower one."""

CAMPAIGN = "drive"


@st.composite
def calendars(draw: st.DrawFn) -> Text:
    """All calendars; the weeks, the months and the campaign come in several cuts."""
    return {
        "day": {"every": "day"},
        "week": draw(st.sampled_from([{"every": "week"}, {"every": "week", "starts_on": "wednesday"}])),
        "month": draw(st.sampled_from([{"every": "month"}, {"every": "month", "starts_on": 16}])),
        "term": {
            "periods": {
                "first": {"from": "2014-01-06", "to": "2014-02-14"},
                "second": {"from": "2014-02-20", "to": "2014-03-31"},
            }
        },
        "drive": draw(st.sampled_from([{"from": "2014-01-20"}, {"from": "2014-01-20", "to": "2014-03-10"}])),
        "quarter": {"every": "quarter"},
    }


def some(of: Sequence[Any], least: int = 1, most: int = 3) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(of), min_size=least, max_size=most, unique=True)


numbers = st.sampled_from([1, 2, 3, 5, 10, 0.5, 2.25, -1, -2.5])
"""What something may be worth."""
wholes = st.integers(1, 4)


@st.composite
def dues(draw: st.DrawFn, calendar: str) -> Text:
    """By when something is due for the periods of a calendar: always after they have begun."""
    forms: list[Text] = [{"after_end": "P0D"}, {"after_end": "P2D"}, {"after_end": "PT36H"}]
    if calendar != "day":
        forms += [{"before_end": "P1D"}, {"before_end": "P2D"}, {"workday": 1}, {"workday": -2}]
    if calendar not in ("day", "week"):
        forms += [{"day": 20, "month": "last"}, {"day": 5, "month": "next"}]
    if calendar == CAMPAIGN:
        forms += [{"on": "2014-02-10"}]
    due = dict(draw(st.sampled_from(forms)))
    if draw(st.booleans()):
        due["at"] = draw(st.sampled_from(["16:00", "12:30"]))
    if calendar != "day" and draw(st.integers(0, 3)) == 0:
        # A whole week may be holidays: the workday before its end lies before its beginning.
        due["shift"] = draw(
            st.sampled_from(["next_workday", "previous_workday"] if calendar != "week" else ["next_workday"])
        )
    return due
