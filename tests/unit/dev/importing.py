"""Takes the lines of an import in memory: reads and decides on each as the service does, and folds what comes of it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from dev.demo.history.span import Span
from services.scoring.application.rehearsal.folder import Folder
from services.scoring.application.rehearsal.playing.player import Player
from services.scoring.application.rehearsal.playing.record import Record
from services.scoring.application.rehearsal.playing.rehearsal import Closing, Rehearsal
from services.scoring.application.rehearsal.playing.rulebook import rulebook_of
from services.submission.domain import rulebooks
from services.submission.domain.commands import Adopt, Submit
from services.submission.domain.departments import Change
from services.submission.domain.imports import NO_HAND, Line
from services.submission.domain.item_state import ItemState, begin, evolve
from services.submission.domain.items import decide, submit
from services.submission.domain.known import Known, named_by, named_in
from services.submission.domain.record_commands import IssueCall, Situation, decide_record
from services.submission.domain.records import Person, RecordKey
from services.submission.domain.records import Record as Kept
from services.submission.http.import_lines import read_line
from shared.calendars import start_instant
from shared.contracts import department_events as events
from shared.schemes.model import Scheme
from shared.web import json


class Importing:
    """One organisation. ``take`` raises what the service would refuse a line with."""

    def __init__(self, folder: Folder, span: Span) -> None:
        self.organisation = folder.organisation
        self._schemes: tuple[Scheme, ...] = folder.schemes
        self._span = span
        self._records: dict[RecordKey, Kept] = {}
        self._items: dict[UUID, ItemState] = {}
        self._closings: list[Closing] = []
        self._kept = {name: Record(name) for name in self.organisation.departments}
        rulebook = rulebook_of(folder.schemes)
        self._rulebook = rulebook
        self._players = {
            name: Player(rulebook, self.organisation.name, name, span.zone, record)
            for name, record in self._kept.items()
        }
        for name in self.organisation.departments:
            self._begin(name)

    def take_all(self, lines: Iterable[dict[str, Any]]) -> Rehearsal:
        """What has come of the lines by the end of the span."""
        for line in lines:
            self.take(line)
        for player in self._players.values():
            player.pass_time(self._span.end)
        names = tuple(self._players)
        return Rehearsal(self.organisation.name, self._rulebook, names, self._kept.__getitem__, self._closings)

    def take(self, said: dict[str, Any]) -> None:
        """One line."""
        line = read_line(self.organisation.name, json.encode(said))
        match line.command:
            case rulebooks.Closing() as closing:
                self._close(closing, line.at)
            case Change():
                self._players[line.departments[0]].pass_time(line.at)
            case Submit() as command:
                self._submit(line, command)
            case command if line.item is not None:
                self._change_item(line, command)
            case command:
                self._record(line, command)

    def _begin(self, name: str) -> None:
        department = self.organisation.departments[name]
        from_on = max(department.from_on, self._span.first_on) if self._span.live else department.from_on
        at = start_instant(from_on, self._span.zone)
        registered = events.DepartmentRegistered(
            self.organisation.name,
            name,
            department.title,
            department.group,
            department.tags,
            dict(department.facts),
            from_on,
            False,
        )
        applied = [events.SchemeApplied(one.name, one.version, one.digest, one.effective_from) for one in self._schemes]
        persons = []
        for one in self.organisation.persons:
            if one.department == name:
                there = max(one.from_on or from_on, from_on)
                persons.append(events.PersonDescribed(one.name, one.title, one.roles, dict(one.facts), there, None))
                person = Person(one.name, one.title, one.roles, dict(one.facts), there, None)
                self._records[RecordKey("person", one.name, name)] = person
        self._players[name].begin([registered, *applied, *persons], at)

    def _close(self, closing: rulebooks.Closing, at: datetime) -> None:
        self._schemes = rulebooks.Rulebook.of(self._schemes, [closing]).schemes
        self._closings.append(Closing(at, closing.calendar, closing.last_on))
        for player in self._players.values():
            player.tell(events.CalendarClosed(closing.scheme, closing.calendar, closing.last_on), at)

    def _submit(self, line: Line, command: Submit) -> None:
        department = line.departments[0]
        scheme, kind = rulebooks.choose_scheme(rulebooks.in_force(self._schemes, line.at), command.kind, None)
        known = self._known(named_in(command.content, line.departments, command.answers))
        submitted = submit(command, scheme, kind, rulebooks.today_of(scheme, line.at), known)
        assert line.item is not None
        assert line.item not in self._items, "the reference has been used already"
        self._items[line.item] = begin(submitted, department, scheme, None)
        self._tell(self._items[line.item].contributing, submitted, line.at)

    def _change_item(self, line: Line, command: Any) -> None:
        assert line.item is not None
        state = self._items[line.item]
        scheme = rulebooks.version_of(self._schemes, state.scheme, state.scheme_version)
        assert scheme is not None
        if isinstance(command, Adopt):
            command = replace(command, standings=self.organisation.outlets[command.outlet])
        kind = scheme.kinds[state.kind]
        known = self._known(named_by(command, state.contributing))
        event = decide(state, command, kind, NO_HAND, rulebooks.today_of(scheme, line.at), known)
        assert event is not None, f"nothing comes of {command}"
        self._items[line.item] = evolve(state, event, kind)
        self._tell(state.contributing, event, line.at)

    def _record(self, line: Line, command: Any) -> None:
        departments = command.departments if isinstance(command, IssueCall) else line.departments
        for name in departments:
            recorded = decide_record(command, Situation(name, self._schemes, line.at, None, self._records))
            assert recorded is not None, f"nothing comes of {command}"
            self._records[recorded.key] = recorded.record
            self._tell((name,), recorded.event, line.at)

    def _tell(self, departments: Iterable[str], event: object, at: datetime) -> None:
        for name in departments:
            self._players[name].tell(event, at)

    def _known(self, keys: Iterable[RecordKey]) -> Known:
        return Known.of({key: self._records[key] for key in keys if key in self._records})
