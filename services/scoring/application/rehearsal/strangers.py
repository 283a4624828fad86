"""Names that a scheme takes from the organisation and the organisation does not have: misspelt, or not there yet.

A department, a group, a tag or a tier may well come later, so none of them is a mistake. But whoever wrote one
otherwise than the organisation does would see no more of it than a number that is too small.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from services.scoring.application.rehearsal.folder import Folder
from services.scoring.application.rehearsal.reading.happenings import Change
from shared.schemes.mistakes import closest, shortened
from shared.schemes.model import Audience, Measure, Quota, Scheme, TableAmount, TargetTable

_OF_OUTLETS = ("outlet", "tier", "medium")
_NOBODY = {
    "department": "there is no department",
    "group": "no department has the group",
    "tag": "no department has the tag",
    "role": "no person has the role",
    "outlet": "there is no outlet",
    "tier": "no outlet has the tier",
    "medium": "no outlet has the medium",
    "fact": "neither a department nor a person has the fact",
}


@dataclass(frozen=True, slots=True)
class Stranger:
    """A name that nobody in the organisation, nor in any example, bears."""

    place: str
    """Where the scheme says it: ``quotas weekly_news``."""
    what: str
    name: str
    meant: str | None
    """What was probably meant."""

    def __str__(self) -> str:
        meant = f' (did you mean "{self.meant}"?)' if self.meant else ""
        return f'{self.place}: {_NOBODY[self.what]} "{shortened(self.name)}"{meant}'


def strangers(folder: Folder) -> list[Stranger]:
    """Each once, in the order of the versions and their sections."""
    known = _known(folder)
    found = (
        Stranger(place, what, name, closest(name, known[what]))
        for scheme in folder.schemes
        for place, what, name in _named(scheme)
        if name not in known[what]
    )
    return list(dict.fromkeys(found))


def _known(folder: Folder) -> Mapping[str, Collection[str]]:
    organisation, examples = folder.organisation, [example for _, example in folder.examples]
    changes = [one for example in examples for one in example.happenings if isinstance(one, Change)]
    departments, persons = organisation.departments.values(), organisation.persons
    standings = [one for some in organisation.outlets.values() for one in some]
    facts = [
        *(one.facts for one in departments),
        *(one.facts for one in persons),
        *(one.facts for one in changes),
        *(facts for example in examples for facts in example.facts.values()),
    ]
    return {
        "department": organisation.departments,
        "group": organisation.groups | {one.group for one in changes if one.group is not None},
        "tag": {
            tag for tags in (*(one.tags for one in departments), *(one.tags or () for one in changes)) for tag in tags
        },
        "role": {role for one in persons for role in one.roles},
        "outlet": organisation.outlets,
        "tier": {one.tier for one in standings},
        "medium": {one.medium for one in standings},
        "fact": {name for some in facts for name in some},
    }


Named = Iterator[tuple[str, str, str]]
"""Where, as what, and which name."""


def _named(scheme: Scheme) -> Named:
    for fact in scheme.facts:
        yield f"facts {fact}", "fact", fact
    for name, audience in scheme.classes.items():
        yield from _of_audience(f"classes {name}", audience)
    for measure in scheme.measures.values():
        yield from _of_measure(f"measures {measure.name}", measure)
    for quota in scheme.quotas.values():
        yield from _of_quota(f"quotas {quota.name}", quota)
    for card in scheme.scorecards.values():
        if card.rank is not None and card.rank.within == "group":
            yield from _each(f"scorecards {card.name}", "group", (name for name in card.rank.awards if name != "all"))


def _each(place: str, what: str, names: Iterable[str]) -> Named:
    for name in sorted(names):
        yield place, what, name


def _of_audience(place: str, audience: Audience) -> Named:
    """Its classes have been looked at by themselves."""
    yield from _each(place, "department", audience.departments)
    yield from _each(place, "group", audience.groups)
    yield from _each(place, "tag", audience.tags)
    yield from _each(place, "role", audience.roles)
    if audience.exempt is not None:
        yield from _of_audience(place, audience.exempt)


def _of_measure(place: str, measure: Measure) -> Named:
    for condition in measure.where:
        if condition.field in _OF_OUTLETS:
            yield from _each(place, condition.field, condition.values | condition.none_of)
    table = measure.amount if isinstance(measure.amount, TableAmount) else None
    while table is not None:
        for level, field in enumerate(table.by):
            if field in _OF_OUTLETS:
                yield from _each(place, field, {row[level] for row in table.rows})
        table = table.times


def _of_quota(place: str, quota: Quota) -> Named:
    yield from _of_audience(place, quota.applies_to)
    if isinstance(quota.at_least, TargetTable) and quota.at_least.by != "class":
        yield from _each(place, quota.at_least.by, quota.at_least.rows)
