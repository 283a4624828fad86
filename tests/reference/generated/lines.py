"""Lines and scorecards at random: every function of formulas, every subject, every way to rank."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.reference.generated.measures import credits_persons
from tests.reference.generated.quotas import calendar_of
from tests.reference.generated.vocabulary import CAMPAIGN, CLASSES, FACTS, GROUPS, OF_CALENDARS, Text, some

SUBJECTS = ("department", "department", "person", "group", "organisation")
OF_QUOTAS = ("met", "met_on_time", "missed", "shortfall", "target", "actual")
CHILDREN = ("week", "month", "day", "term")

_TEMPLATES = (
    "{a} + {b} * 2",
    "{a} - {b}",
    "max({a}, {b})",
    "min({a}, 3) + abs({b})",
    "{a} if {b} > 1 else -1",
    "({a} > 0 and {b} >= 2) + (not {a})",
    "round({a} / 3, 1) + floor({b} / 2) - ceil({b} / 4)",
    "band({a}, 1: 2, above 3: 4.5, otherwise -1)",
    "{a} * {b}",
    "{a} == {b} or {a} != 0",
)


@dataclass(frozen=True)
class Made:
    name: str
    subject: str
    rank: int
    """The line can be worked out for calendars of this rank and above: see OF_CALENDARS."""


@dataclass(frozen=True)
class Atom:
    text: str
    rank: int


@dataclass(frozen=True)
class Around:
    """What the lines may name."""

    measures: Mapping[str, Text]
    quotas: Mapping[str, Text]
    lines: Sequence[Made]


def atoms(subject: str, around: Around) -> Iterator[Atom]:
    """All that a line of the subject may be made of, but for ranks."""
    yield from (Atom(name, 0) for name in FACTS)
    own = [
        *(Atom(name, 0) for name, one in around.measures.items() if subject != "person" or credits_persons(one)),
        *(Atom(one.name, one.rank) for one in around.lines if one.subject == subject),
    ]
    for one in own:
        yield one
        yield Atom(f"previous({one.text})", one.rank)
        for child in CHILDREN:
            if one.rank <= OF_CALENDARS[child]:
                for function in ("over", "best_over", "count_over"):
                    yield Atom(f"{function}({child}, {one.text})", OF_CALENDARS[child] + 1)
    for name, quota in around.quotas.items():
        if quota["subject"] == subject:
            calendar = calendar_of(quota)
            rank = 0 if calendar == CAMPAIGN else OF_CALENDARS[calendar]
            yield from (Atom(f"{function}({name})", rank) for function in OF_QUOTAS)
    yield from _of_others(subject, around)


_OTHERS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "group": {"department": ("department", "group"), "person": ("department", "group"), "group": ("department",)},
    "organisation": dict.fromkeys(("department", "person", "group", "organisation"), ("department", "organisation")),
    "department": {"person": ("department",)},
    "persons": {"department": ("person",)},
    "persons_best": {"department": ("person",)},
}
"""By function and the subject of the line that uses it: of whose lines it may be."""


def _of_others(subject: str, around: Around) -> Iterator[Atom]:
    for function, users in _OTHERS.items():
        of = users.get(subject, ())
        for line in around.lines:
            if line.subject in of:
                yield Atom(f"{function}({line.name})", line.rank)
        if of and "person" not in of:
            yield from (Atom(f"{function}({name})", 0) for name in around.measures)


@st.composite
def formulas(draw: st.DrawFn, known: Sequence[Atom]) -> tuple[object, int]:
    """The formula as a line may have it, and the rank of calendars that it is for."""
    first, second = draw(st.sampled_from(known)), draw(st.sampled_from(known))
    rank = max(first.rank, second.rank)
    if draw(st.integers(0, 4)) == 0:
        return {"formula": f"ratio({first.text}, {second.text})", "otherwise": draw(st.integers(-1, 2))}, rank
    return draw(st.sampled_from(_TEMPLATES)).format(a=first.text, b=second.text), rank


@st.composite
def lines(
    draw: st.DrawFn, measures: Mapping[str, Text], quotas: Mapping[str, Text], count: int
) -> tuple[Text, list[Made]]:
    """Some lines, each over those before it."""
    found: Text = {}
    made: list[Made] = []
    for number in range(count):
        subject = draw(st.sampled_from(SUBJECTS))
        known = list(atoms(subject, Around(measures, quotas, made)))
        name = f"l{number}"
        formula, rank = draw(formulas(known))
        found[name] = _written(formula, subject)
        made.append(Made(name, subject, rank))
    return found, made


def _written(formula: object, subject: str) -> object:
    if subject == "department":
        return formula
    parts = formula if isinstance(formula, dict) else {"formula": formula}
    return {**parts, "subject": subject}


@st.composite
def scorecards(draw: st.DrawFn, made: Sequence[Made]) -> Text:
    """A few cards, one for each calendar and subject at most."""
    found: Text = {}
    calendars = ("week", "month", "month", "term", "drive", "quarter")
    wanted = draw(st.lists(st.tuples(st.sampled_from(calendars), st.sampled_from(SUBJECTS)), min_size=3, max_size=7))
    for calendar, subject in dict.fromkeys(wanted):
        fitting = [one.name for one in made if one.subject == subject and one.rank <= OF_CALENDARS[calendar]]
        if fitting:
            name = f"{calendar}-{subject}"
            found[name] = {"calendar": calendar, "subject": subject, **draw(of_card(subject, fitting))}
    return found


@st.composite
def of_card(draw: st.DrawFn, subject: str, fitting: Sequence[str]) -> Text:
    shown = draw(some(fitting, 1, 4))
    found: Text = {"lines": shown}
    if draw(st.booleans()):
        found["final_after"] = draw(st.sampled_from(["P0D", "P3D"]))
    if draw(st.integers(0, 2)) == 0:
        found["disqualified"] = draw(st.sampled_from(fitting))
        found["ranked"] = draw(st.sampled_from(["none", "last"]))
    if subject != "organisation" and draw(st.integers(0, 2)):
        found["rank"] = draw(ranks(subject, shown, fitting))
    return found


@st.composite
def ranks(draw: st.DrawFn, subject: str, shown: Sequence[str], fitting: Sequence[str]) -> Text:
    within = "all" if subject == "group" else draw(st.sampled_from(["all", "group", "class"]))
    found: Text = {
        "by": draw(st.sampled_from(shown)),
        "order": draw(st.sampled_from(["highest", "lowest"])),
        "within": within,
        "ties": draw(st.sampled_from(["shared", "dense"])),
    }
    if draw(st.booleans()):
        found["then"] = draw(some(fitting, 1, 2))
    awarded = {"all": ["all"], "group": ["all", *GROUPS], "class": ["all", *CLASSES]}[within]
    if draw(st.booleans()):
        several = draw(st.dictionaries(st.sampled_from(awarded), st.integers(1, 2), min_size=1, max_size=2))
        found["awards"] = draw(st.sampled_from([1, several]))
    if draw(st.booleans()):
        found["bonus"] = {1: 5, 2: draw(st.sampled_from([3, 0.5]))}
    return found


@st.composite
def ranking_lines(draw: st.DrawFn, cards: Text, made: Sequence[Made], first: int) -> Text:
    """Lines of what the cards rank by, put on the cards too."""
    found: Text = {}
    for card in cards.values():
        rank = card.get("rank")
        if rank is None or draw(st.booleans()):
            continue
        functions = ["rank", "rank_bonus"] if "bonus" in rank else ["rank"]
        subject, by = card["subject"], rank["by"]
        name = f"l{first + len(found)}"
        found[name] = _written(f"{draw(st.sampled_from(functions))}({by}) * 2", subject)
        card["lines"] = [*card["lines"], name]
        if subject == "person":
            above = [
                one for one in cards.values() if (one["subject"], one["calendar"]) == ("department", card["calendar"])
            ]
            for other in above:
                name = f"l{first + len(found)}"
                found[name] = f"best_rank({by})"
                other["lines"] = [*other["lines"], name]
    return found
