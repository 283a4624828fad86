"""An example in the middle of being told: what its items, facts and calls are by now, and the departments' scripts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from services.scoring.application.rehearsal.reading.declared import Declared
from services.scoring.application.rehearsal.reading.happenings import Content, Happening
from services.scoring.application.rehearsal.telling.attributes import read_attributes
from services.scoring.application.rehearsal.telling.office import Mistaken, OfficeItem, Refused, Said
from services.scoring.application.rehearsal.telling.scripts import Script, Told
from shared.contracts.department_events import Contributor
from shared.schemes.mistakes import SchemeMistakes
from shared.schemes.reading import Reading

EVENTS_MAX = 50_000
"""Of one example, over all departments."""

Tellings = Iterator[tuple[Sequence[str], object]]
"""Events, each with the departments whose streams it goes into."""


@dataclass(slots=True)
class Stage:
    """The example so far. One happening after the other, in the order of their instants."""

    declared: Declared
    scripts: dict[str, Script]
    reading: Reading = field(default_factory=Reading)
    items: dict[str, OfficeItem] = field(default_factory=dict)
    facts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By its name, the items that have the adoption, instruction or measurement."""
    adjustments: dict[str, str] = field(default_factory=dict)
    """The department of each."""
    calls: dict[str, tuple[str, ...]] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    events: int = 0

    def refuse(self, happening: Happening, message: str) -> None:
        """Note that this may not happen. Raises SchemeMistakes when there are too many to go on."""
        self.reading.mistake(happening.at.where.scalar(), message)

    def today(self, happening: Happening) -> date:
        return happening.at.instant.astimezone(self.declared.latest.time_zone).date()

    def present(self, items: tuple[str, ...]) -> Iterator[OfficeItem]:
        """Items that have been submitted by now. Raises Refused for others."""
        for name in items:
            if name not in self.items:
                raise Refused(f'"{name}" has not been submitted by then')
            yield self.items[name]

    def said(self, item: OfficeItem, content: Content) -> Said:
        """What an item says after more is said of it. Raises Mistaken for attributes that its kind does not have so."""
        noted, before = len(self.reading.mistakes), item.said
        attributes = {**before.attributes, **read_attributes(self.reading, item.kind, content.attributes)}
        if len(self.reading.mistakes) > noted:
            raise Mistaken
        return Said(
            before.title if content.title is None else content.title,
            attributes,
            before.contributors if content.contributors is None else self.homes(content.contributors, item.departments),
            before.happened_on if content.happened_on is None else content.happened_on,
        )

    def homes(self, contributors: tuple[Contributor, ...], departments: tuple[str, ...]) -> tuple[Contributor, ...]:
        """The contributors, those of other departments than the first with their own."""
        found = []
        for each in contributors:
            home = None
            if each.person is not None:
                home = self.declared.organisation.department_of(each.person, departments)
            found.append(replace(each, department=None if home in (None, departments[0]) else home))
        return tuple(found)

    def tell(self, departments: Sequence[str], happening: Happening, data: object) -> None:
        """Put an event into the departments' scripts. Raises Refused for one that is not there yet."""
        instant = happening.at.instant
        self.events += len(departments)
        if self.events > EVENTS_MAX:
            self.refuse(happening, f"this example is too long: it has more than {EVENTS_MAX} events")
            raise SchemeMistakes(tuple(self.reading.mistakes))
        for name in departments:
            script = self.scripts[name]
            if instant < script.joins_at:
                raise Refused(f'"{name}" is there only from {script.department.from_on} on')
            script.told.append(Told(instant, data, happening.at.where))
