"""The invented year of every rulebook: the same whenever it is told, and nothing that would be refused."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from dev.demo import rulebooks
from dev.demo.history.span import Span, span_of
from dev.demo.history.year import history
from services.scoring.application.rehearsal.folder import Folder
from services.scoring.application.rehearsal.playing.rehearsal import Rehearsal
from services.scoring.domain.obligations import Obligation
from tests.unit.dev.importing import Importing

NAMES = list(rulebooks.offered())
NOW = datetime(2025, 11, 19, 3, tzinfo=UTC)
HAIDIAN = rulebooks.DEFAULT
RUNNING_ON = {
    HAIDIAN,
    "audit-bureau",
    "county-transport",
    "food-drug-bureau",
    "school-rewards",
    "statistics-bureau",
    "university-logistics",
}

Lines = Sequence[dict[str, Any]]


@cache
def folder(name: str) -> Folder:
    return rulebooks.read(rulebooks.texts_of(name))


def span(name: str, now: datetime = NOW) -> Span:
    return span_of(folder(name).schemes, folder(name).organisation.time_zone, now)


@cache
def lines(name: str) -> Lines:
    return history(folder(name).organisation, folder(name).schemes, span(name))


@cache
def rehearsed(name: str) -> Rehearsal:
    """What comes of the lines; raises what the service would refuse one with."""
    return Importing(folder(name), span(name)).take_all(lines(name))


def decided(name: str) -> list[Obligation]:
    return [one for one in rehearsed(name).obligations() if one.due_passed_at is not None and one.state != "part"]


@pytest.mark.parametrize("name", NAMES)
def test_the_same_end_gives_the_same_year(name: str) -> None:
    assert history(folder(name).organisation, folder(name).schemes, span(name)) == lines(name)


@pytest.mark.parametrize("name", NAMES)
def test_every_line_would_be_accepted_and_can_be_scored(name: str) -> None:
    found = rehearsed(name)

    assert {figures.department for figures in map(found.figures, found.departments)} == set(found.departments)
    assert found.ledger()


@pytest.mark.parametrize("name", NAMES)
def test_a_line_has_a_key_of_its_own_and_an_instant_within_the_span(name: str) -> None:
    instants = [datetime.fromisoformat(line["at"]) for line in lines(name)]

    assert len({line["key"] for line in lines(name)}) == len(lines(name))
    assert instants == sorted(instants)
    assert all(map(span(name).covers, instants))


@pytest.mark.parametrize("name", NAMES)
def test_each_kind_of_item_each_measure_and_each_month_has_something(name: str) -> None:
    told = folder(name)
    kinds = {kind for scheme in told.schemes for kind in scheme.kinds}
    measures = {measure for scheme in told.schemes for measure in scheme.measures}

    assert {line["kind"] for line in lines(name) if line["command"] == "submit"} == kinds
    assert measures == {entry.measure for entry in rehearsed(name).ledger()}
    assert len({line["at"][:7] for line in lines(name)}) >= 12


@pytest.mark.parametrize("name", NAMES)
def test_what_is_owed_is_mostly_done(name: str) -> None:
    states = Counter(one.state for one in decided(name))

    assert states["met"] >= 0.6 * states.total()


def test_what_is_owed_is_not_always_done() -> None:
    states = Counter(one.state for name in NAMES for one in decided(name))

    assert set(states) == {"met", "missed", "met_late", "waived"}
    assert 0.05 < states["missed"] / states.total() < 0.2


@pytest.mark.parametrize("name", NAMES)
def test_departments_differ(name: str) -> None:
    items = Counter(line["department"] for line in lines(name) if line["command"] == "submit")

    assert set(items) == set(folder(name).organisation.departments)
    assert len(set(items.values())) > 1


@pytest.mark.parametrize("name", NAMES)
def test_everybody_who_is_named_is_of_the_organisation(name: str) -> None:
    persons = {person.name for person in folder(name).organisation.persons}
    titles = tuple(department.title for department in folder(name).organisation.departments.values())
    for line in lines(name):
        for contributor in line.get("contributors", ()):
            assert contributor.get("person") in persons or contributor["name"].startswith(titles)


@pytest.mark.parametrize("name", NAMES)
def test_rulebooks_that_run_on_reach_the_present_and_the_others_tell_of_their_own_year(name: str) -> None:
    own, first = span(name), folder(name).schemes[0].effective_from

    assert own.live == (name in RUNNING_ON)
    if own.live:
        assert (own.first_on, own.end) == (date(2024, 11, 1), NOW)
    else:
        assert own.first_on == first
        assert timedelta(days=365) < date(*own.end.timetuple()[:3]) - first < timedelta(days=380)


def test_a_campaign_without_an_end_is_closed_when_its_year_is_over() -> None:
    closing = [line for line in lines("university-campaign") if line["command"] == "close"]

    assert [(line["calendar"], line["last_on"]) for line in closing] == [("campaign", "2020-10-15")]


def test_the_demo_of_the_first_start_holds_to_its_rulebook() -> None:
    commands = Counter(line["command"] for line in lines(HAIDIAN))
    decisions = {line["decision"] for line in lines(HAIDIAN) if line["command"] == "review"}

    assert set(commands) == {"submit", "review", "resubmit", "adopt", "instruct", "call", "waive"}
    assert decisions == {"accepted", "returned", "rejected"}
    assert len(lines(HAIDIAN)) < 6_000
