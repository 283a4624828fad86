"""Loads rulebooks with their invented years. A loading that broke off may be repeated, with the same end."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dev.demo import rulebooks
from dev.demo.client import DemoClient, Refused
from dev.demo.history.owing import joins_on
from dev.demo.history.span import Span, span_of
from dev.demo.history.year import described, history
from dev.terminal import Terminal
from services.scoring.application.rehearsal.reading.organisation import Department, Organisation
from shared.calendars import RegularCalendar
from shared.schemes.model import Scheme

_LINES_A_REQUEST = 500
_SCORED_LIMIT_S = 300.0


@dataclass(frozen=True)
class Demo:
    """One rulebook with the year that is told of it."""

    offered: rulebooks.Offered
    organisation: Organisation
    schemes: Sequence[Scheme]
    texts: Sequence[tuple[int, str]]
    span: Span

    @property
    def path(self) -> str:
        """Where its organisation is, behind each service's address."""
        return f"/v1/organisations/{self.organisation.name}"


def demo_of(name: str, end: datetime) -> Demo:
    """A rulebook and its year, as it is told at the instant ``end``."""
    texts = rulebooks.texts_of(name)
    folder = rulebooks.read(texts)
    span = span_of(folder.schemes, folder.organisation.time_zone, end)
    return Demo(rulebooks.offered()[name], folder.organisation, folder.schemes, rulebooks.versions(texts), span)


def load(
    urls: Mapping[str, str],
    token: str,
    terminal: Terminal,
    names: Sequence[str],
    end_of: Callable[[str], datetime],
    note_loaded: Callable[[str], None],
) -> None:
    """Load the rulebooks one after the other, then wait until all that they tell has been scored.

    Raises StackError when a request is refused, or the scores do not come.
    """
    submission, scoring = DemoClient(urls["submission"], token), DemoClient(urls["scoring"], token)
    demos = [demo_of(name, end_of(name)) for name in names]
    for demo in demos:
        _import(submission, terminal, demo)
    for demo in demos:
        _wait_for_cards(scoring, terminal, demo)
        note_loaded(demo.offered.name)
        terminal.say(f"{demo.organisation.title}: {urls['scoring']}{demo.offered.page}")


def _import(client: DemoClient, terminal: Terminal, demo: Demo) -> None:
    """Describe the organisation, publish its rulebook, import its year and, where it reaches the present, go live."""
    organisation, path = demo.organisation, demo.path
    terminal.say(f"Loading {demo.offered.name}: {organisation.title} …")
    client.put(path, {"title": organisation.title, "time_zone": organisation.time_zone.key})
    for name, standings in organisation.outlets.items():
        for one in standings:
            standing = {"title": one.title, "tier": one.tier, "medium": one.medium, "from": one.from_on.isoformat()}
            client.put(f"{path}/outlets/{name}", standing)
    for version, text in demo.texts:
        client.put_text(f"{path}/schemes/{demo.schemes[0].name}/versions/{version}", text)
    for department in organisation.departments.values():
        _register(client, demo, department)
    lines = history(organisation, demo.schemes, demo.span)
    with terminal.counting(f"Importing a year of {organisation.title}", len(lines)) as advance:
        for part in _parts(lines):
            client.import_lines(f"{path}/imports", part)
            advance(len(part))
    if demo.span.live:
        for department in organisation.departments.values():
            _put_department(client, demo, department, live=True)


def _wait_for_cards(client: DemoClient, terminal: Terminal, demo: Demo) -> None:
    """Until every department has its card of the period in which the history ends."""
    asked = _last_card(demo)
    with terminal.counting(f"Scoring {demo.organisation.title}", len(demo.organisation.departments)) as advance:
        for department in demo.organisation.departments:
            client.wait_for(f"{demo.path}/scorecards/{department}?{asked}", _SCORED_LIMIT_S)
            advance(1)


def _last_card(demo: Demo) -> str:
    """Which card is the last one that comes: of the shortest calendar that goes on."""
    scheme, day = demo.schemes[-1], demo.span.day_of(demo.span.end - timedelta(seconds=1))
    cards = [card for card in scheme.scorecards.values() if card.subject == "department"]
    calendars = [scheme.calendars[card.calendar] for card in cards]
    shortest = min((one for one in calendars if isinstance(one, RegularCalendar)), key=lambda one: one.longest_days)
    return f"calendar={shortest.name}&period={shortest.period_of(day).id}"


def _register(client: DemoClient, demo: Demo, department: Department) -> None:
    """The department, whose past is being imported, and its persons."""
    try:
        _put_department(client, demo, department, live=False)
    except Refused as refused:
        if refused.type != "still-live":  # a loading before this one broke off when this department was live already
            raise
    there = joins_on(department, demo.span)
    for person in demo.organisation.persons:
        if person.department == department.name:
            says = {
                "title": person.title,
                "roles": list(person.roles),
                "facts": {name: str(value) for name, value in person.facts.items()},
                "from": max(person.from_on or there, there).isoformat(),
                "until": None if person.last_on is None else person.last_on.isoformat(),
            }
            client.put(f"{demo.path}/departments/{department.name}/persons/{person.name}", says)


def _put_department(client: DemoClient, demo: Demo, department: Department, *, live: bool) -> None:
    body = {**described(department, joins_on(department, demo.span)), "live": live}
    client.put(f"{demo.path}/departments/{department.name}", body)


def _parts(lines: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[Mapping[str, Any]]]:
    for start in range(0, len(lines), _LINES_A_REQUEST):
        yield lines[start : start + _LINES_A_REQUEST]
