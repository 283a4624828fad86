"""Quotas at random: every form of target, audience, due date, grace and rule for those who join."""

from collections.abc import Mapping

from hypothesis import strategies as st

from shared.schemes.facts import OF_QUOTAS
from tests.reference.generated.measures import credits_persons
from tests.reference.generated.vocabulary import CAMPAIGN, CLASSES, DEPARTMENTS, GROUPS, ROLES, TAGS, Text, dues, some

targets = st.sampled_from([1, 1, 2, 3, 0.5, 5, 12.5])


@st.composite
def quotas(draw: st.DrawFn, measures: Mapping[str, Text], name: str, last: bool) -> Text:
    """One quota. Only the ``last`` may be about the outcomes of others, where its measure says of which."""
    known = [of for of, measure in measures.items() if _may_be_owed(measure, name, last)]
    measure = draw(st.sampled_from(["m0", "m0", *known]))
    subjects = ["department"] * 4 + ["group", "organisation"]
    subjects += ["person"] * 4 if credits_persons(measures[measure]) else []
    subject = draw(st.sampled_from(subjects))
    found: Text = {"measure": measure, "subject": subject}
    audience = draw(audiences(subject))
    if audience:
        found["applies_to"] = audience
    if draw(st.integers(0, 9)) == 0:
        calendar, found["by"] = "month", draw(st.sampled_from(["2014-03-03", "2014-03-20"]))
    else:
        calendar = draw(st.sampled_from(["day", *["week"] * 4, *["month"] * 4, *["term", "drive", "quarter"] * 2]))
        found["calendar"] = calendar
        if draw(st.integers(0, 3)):
            found["due"] = draw(dues(calendar))
    found["at_least"] = draw(at_leasts(subject, audience))
    if draw(st.integers(0, 2)) == 0:
        found["grace"] = draw(st.sampled_from(["P1D", "P3D", "PT12H"]))
    if draw(st.integers(0, 2)) == 0:
        known_lengths = ["PT3H", "PT6H"] if calendar in ("day", "week") else ["P1D", "PT12H", "P2D"]
        found["remind"] = draw(some(known_lengths, 1, 2))
    found["joiners"] = draw(st.sampled_from(["exempt", "full", "prorated"]))
    return found


def _may_be_owed(measure: Text, quota: str, last: bool) -> bool:
    if measure["count"] not in OF_QUOTAS:
        return True
    named = measure.get("where", {}).get("quota")
    return last and named is not None and quota not in named


@st.composite
def audiences(draw: st.DrawFn, subject: str) -> Text:
    way = draw(st.integers(0, 9))
    parts: list[Text] = [
        {"departments": draw(some(DEPARTMENTS, 1, 2))},
        {"groups": draw(some(GROUPS, 1, 1))},
        {"tags": list(TAGS)},
        {"classes": draw(some(list(CLASSES), 1, 1))},
    ]
    found = dict(parts[way]) if way < len(parts) else {}
    if draw(st.integers(0, 6)) == 0:
        found["except"] = draw(st.sampled_from(parts))
    if subject == "person" and draw(st.booleans()):
        found["roles"] = draw(some(ROLES, 1, 2))
    return found


@st.composite
def at_leasts(draw: st.DrawFn, subject: str, audience: Text) -> object:
    way = draw(st.integers(0, 3))
    if way == 0:
        return draw(st.sampled_from(["staff / 4", "students * 0.3", "max(staff - 10, 1)"]))
    ways: Mapping[str, list[str]] = {
        "department": ["department", "group", "class"],
        "person": ["department", "group", "class", "role"],
        "group": ["group"],
        "organisation": [],
    }
    if way == 1 and ways[subject]:
        by = draw(st.sampled_from(ways[subject]))
        names = {"department": DEPARTMENTS, "group": GROUPS, "class": tuple(CLASSES)}.get(by)
        names = names or tuple(audience.get("roles", ROLES))
        table: Text = {"by": by, "table": {one: draw(targets) for one in draw(some(names, 1, 2))}}
        return {**table, "otherwise": draw(targets)} if draw(st.booleans()) else table
    return draw(targets)


def calendar_of(quota: Text) -> str:
    """What is owed once has a calendar of its own, which is a campaign."""
    return str(quota.get("calendar", CAMPAIGN))
