"""Recorded streams are scored under a draft as they would have been had it been in force."""

from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.scoring.application.rehearsal.playing.rehearsal import Rehearsal
from services.scoring.application.rehearsal.playing.replay import EVENTS_A_STEP, Progress, replay
from services.scoring.application.rehearsal.reading.declared import Declared
from services.scoring.application.rehearsal.telling.translation import translate
from services.scoring.application.rehearsal.trying.trial import play
from shared.contracts import department_events as happened
from shared.contracts.envelope import Event
from shared.schemes import Scheme, read_scheme
from tests.reference.streams import StreamWriter
from tests.unit.rehearsal.small import SCHEME, example, folder

TOLD = folder(
    example("""
happenings:
  - {at: 2014-03-04T10:00, submit: report, by: office, as: r, times: 3, contributors: [{person: wang}]}
  - {at: 2014-03-05T10:00, review: r, decision: accepted}
  - {at: 2014-03-06T10:00, adopt: r-1, outlet: daily, as: a}
  - {at: 2014-03-07T10:00, submit: photo, by: culture, attributes: {file: [a.jpg]}}
  - {at: 2014-03-08T10:00, adjust: culture, category: extra, value: 4, as: bonus}
  - {at: 2014-03-12T10:00, withdraw: r-3}
  - {at: 2014-03-20T10:00, waive: weekly, of: office, period: 2014-W13}
  - {at: 2014-04-02T10:00, close: campaign, on: 2014-04-10}
  - {at: 2014-04-20T10:00, retract: bonus}
until: 2014-05-01T00:00
expect: [{of: office, calendar: month, period: 2014-03, lines: {total: 7}}]
""")
)
EXAMPLE = TOLD.examples[0][1]
DRAFT = read_scheme(SCHEME.replace("district: 5", "district: 50").replace("at_least: 1", "at_least: 3"))


def recorded() -> dict[str, list[Event]]:
    """The streams of the example, with the milestones of the scheme that was in force."""
    scripts = translate(Declared(TOLD.organisation, TOLD.schemes), EXAMPLE.departments, {}, EXAMPLE.happenings)
    streams = {}
    for name, script in scripts.items():
        writer, one = StreamWriter("town", name), script.department
        described = {"group": one.group, "tags": one.tags, "facts": one.facts, "live": False, "at": script.joins_at}
        writer.register(TOLD.schemes, one.from_on, **described)
        for person in script.beginning[1 + len(TOLD.schemes) :]:
            writer.append(person)
        for told in script.told:
            if told.at <= EXAMPLE.until:
                _tell(writer, told.data, told.at)
        writer.pass_time(EXAMPLE.until)
        streams[name] = writer.events()
    return streams


def _tell(writer: StreamWriter, data: object, at: datetime) -> None:
    if isinstance(data, happened.CalendarClosed):
        writer.close(data.calendar, data.last_on, at)
    else:
        writer.tell(data, at)


def finished(steps: Generator[Progress, None, Rehearsal]) -> Rehearsal:
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            found: Rehearsal = stop.value
            return found


def shown(rehearsal: Rehearsal) -> dict[str, Any]:
    return {
        "cards": [
            (card.member.subject, card.values, card.rank, card.awarded)
            for kind in ("department", "person")
            for period in ("2014-03", "2014-04")
            for card in rehearsal.cards("month", period, kind)  # type: ignore[arg-type]
        ],
        "campaign": [(card.member.subject, card.values) for card in rehearsal.cards("campaign", "campaign")],
        "obligations": {
            (one.quota, one.period): (one.state, one.target, one.actual, one.due_at) for one in rehearsal.obligations()
        },
    }


def test_under_the_very_scheme_that_was_in_force_nothing_differs() -> None:
    again = finished(replay("town", recorded(), TOLD.schemes[0], EXAMPLE.until))

    assert shown(again) == shown(play(TOLD, EXAMPLE))


def test_under_a_draft_it_is_as_if_the_draft_had_been_in_force() -> None:
    again = finished(replay("town", recorded(), DRAFT, EXAMPLE.until))

    assert shown(again) == shown(play(TOLD, EXAMPLE, [DRAFT]))
    assert shown(again) != shown(play(TOLD, EXAMPLE))


def test_a_draft_holds_from_its_own_first_day_on() -> None:
    later = replace(DRAFT, effective_from=datetime(2014, 4, 1, tzinfo=UTC).date())

    again = finished(replay("town", recorded(), later, EXAMPLE.until))

    assert again.cards("month", "2014-03") == []
    assert {one.period for one in again.obligations()} == {"2014-W15", "2014-W16", "2014-W17", "2014-W18"}


def test_what_the_draft_knows_nothing_of_is_left_out_and_counted() -> None:
    without = read_scheme(SCHEME.replace("  photo: {attributes: {file: {type: files, required: true}}}\n", ""))
    steps = list(replay("town", recorded(), without, EXAMPLE.until))

    assert steps[-1].left_out == 1


def test_streams_of_other_schemes_do_not_disturb() -> None:
    other = Scheme(**{**_fields(TOLD.schemes[0]), "name": "other"})

    again = finished(replay("town", recorded(), other, EXAMPLE.until))

    assert all(not value for card in again.cards("month", "2014-03") for value in (card.values["total"],))


def test_progress_is_told_and_the_replay_can_be_stopped() -> None:
    streams = recorded()
    long = streams["office"][:2] + [
        replace(streams["office"][1], data=happened.MilestonesReached(EXAMPLE.until, ())) for _ in range(EVENTS_A_STEP)
    ]
    steps = replay("town", {"office": long, **{f"other-{n}": [] for n in range(3)}}, DRAFT, EXAMPLE.until)

    first = next(steps)
    steps.close()

    assert (first.departments, first.of, first.events) == (0, 4, EVENTS_A_STEP)
    with pytest.raises(StopIteration):
        next(steps)


def _fields(scheme: Scheme) -> dict[str, Any]:
    return {name: getattr(scheme, name) for name in scheme.__dataclass_fields__}
