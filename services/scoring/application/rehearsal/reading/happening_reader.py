"""Reads one happening of an example: the key that says what happens, and the keys that belong to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import get_args

from services.scoring.application.rehearsal.reading import happenings, shapes, values
from services.scoring.application.rehearsal.reading.declared import Declared
from services.scoring.application.rehearsal.reading.happenings import At, Content, Happening
from services.scoring.application.rehearsal.reading.names import Names, verb_of
from services.scoring.application.rehearsal.reading.places import where
from shared.contracts.department_events import Contributor, Decision, Form
from shared.schemes.document import Mapping, Node
from shared.schemes.entries import Fields, any_text
from shared.schemes.mistakes import closest, listed
from shared.schemes.reading import Reading

_DECISIONS: tuple[Decision, ...] = get_args(Decision)
_FORMS: tuple[Form, ...] = get_args(Form)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the happenings of one example. ``taking_part`` are the departments that the example is about."""

    reading: Reading
    declared: Declared
    names: Names
    taking_part: tuple[str, ...]

    def read(self, place: int, node: Node) -> Happening | None:
        """The happening at a place in the list; None when it does not even say what happens."""
        verb = verb_of(node)
        if verb is None or not isinstance(node, Mapping):
            given = values.keys(node)
            meant = next((found for found in (closest(key, shapes.VERBS) for key in given) if found), None)
            self.reading.mistake(node, f"it is not said what happens: one of {listed(shapes.VERBS)}", meant)
            return None
        fields = Fields(self.reading, node, shapes.VERBS[verb])
        at = fields.get("at")
        instant = values.EPOCH if at is None else self.instant(at)
        refused = fields.get("refused")
        begun = At(instant, where(node), refused is not None and self.reading.yes_no(refused))
        return _READERS[verb](_Entry(self, place, verb, fields, begun))

    def instant(self, node: Node) -> datetime:
        return values.instant(self.reading, node, self.declared.latest.time_zone)

    def department(self, node: Node | None) -> str:
        if node is None:
            return ""
        name = self.reading.reference(node, self.declared.organisation.departments, "department")
        if name in self.declared.organisation.departments and name not in self.taking_part:
            self.reading.mistake(node, f'"{name}" does not take part: add it to the example\'s departments')
        return name

    def person(self, node: Node | None, departments: tuple[str, ...]) -> tuple[str, str] | None:
        """A person and the one of the departments that they belong to."""
        if node is None:
            return None
        name = self.reading.reference(node, self.declared.persons, "person")
        home = self.declared.organisation.department_of(name, departments)
        if home is None and name in self.declared.persons:
            self.reading.mistake(node, f'"{name}" belongs to none of {listed(departments)}')
        return name, home or ""

    def period(self, node: Node | None, calendar: str | None) -> str:
        """A period's id, as the calendar writes it."""
        scalar = None if node is None else self.reading.scalar(node, "a period such as 2014-03")
        if scalar is None:
            return ""
        known = None if calendar is None else self.declared.calendar(calendar)
        if known is not None:
            values.checked(self.reading, scalar, known.period)
        return scalar.value


@dataclass(frozen=True, slots=True)
class _Entry:
    """One happening that is being read."""

    reader: Reader
    place: int
    verb: str
    fields: Fields
    at: At

    @property
    def reading(self) -> Reading:
        return self.reader.reading

    @property
    def today(self) -> date:
        return self.at.instant.astimezone(self.reader.declared.latest.time_zone).date()

    @property
    def name(self) -> str:
        """What the example calls the thing that this happening makes."""
        return self.reader.names.given.get(self.place, "")

    def subject(self) -> Node | None:
        return self.fields.get(self.verb)

    def items(self) -> tuple[str, ...]:
        node = self.subject()
        if node is None:
            return ()
        return self.reader.names.items.get(self.reading.reference(node, self.reader.names.items, "item"), ())

    def department(self) -> str:
        return self.reader.department(self.subject())

    def departments(self, key: str) -> tuple[str, ...]:
        node = self.fields.get(key)
        nodes = values.entries(self.reading, node, "departments", shapes.DEPARTMENTS_MAX)
        return tuple(dict.fromkeys(self.reader.department(each) for each in nodes))

    def text(self, key: str) -> str:
        node = self.fields.get(key)
        return "" if node is None else self.reading.text(node)

    def day(self, key: str) -> date:
        """The day that the key names; where it is left out, the day on which it happens."""
        node = self.fields.get(key)
        return self.today if node is None else self.reading.day(node)

    def person(self, department: str) -> str | None:
        found = self.reader.person(self.fields.get("person"), (department,))
        return None if found is None else found[0]

    def content(self, departments: tuple[str, ...]) -> Content:
        title, happened = self.fields.get("title"), self.fields.get("happened_on")
        attributes = self.fields.get("attributes")
        if attributes is not None and not isinstance(attributes, Mapping):
            self.reading.mistake(attributes, "expected the names of attributes here, each with its value")
        said = attributes.entries if isinstance(attributes, Mapping) else {}
        return Content(
            None if title is None else self.reading.text(title),
            {name: value for name, (_, value) in said.items()},
            self._contributors(departments),
            None if happened is None else self.reading.day(happened),
        )

    def _contributors(self, departments: tuple[str, ...]) -> tuple[Contributor, ...] | None:
        node = self.fields.get("contributors")
        if node is None:
            return None
        entries = values.entries(self.reading, node, "contributors", shapes.CONTRIBUTORS_MAX)
        return tuple(self._contributor(entry, departments) for entry in entries)

    def _contributor(self, node: Node, departments: tuple[str, ...]) -> Contributor:
        fields = Fields(self.reading, node, shapes.CONTRIBUTOR)
        role, outsider = fields.get("role"), fields.get("name")
        told = "author" if role is None else self.reading.text(role)
        if outsider is not None:
            return Contributor(values.name(self.reading, outsider, "contributor", any_text), told)
        found = self.reader.person(fields.get("person"), departments)
        if found is None:
            return Contributor("", told)
        known = self.reader.declared.organisation.persons
        title = next((one.title for one in known if (one.name, one.department) == found), found[0])
        return Contributor(title, told, found[0])


def _submit(entry: _Entry) -> Happening:
    kind_node, reader = entry.subject(), entry.reader
    kind = "" if kind_node is None else entry.reading.reference(kind_node, reader.declared.kinds, "kind")
    by = reader.department(entry.fields.get("by"))
    departments = tuple(dict.fromkeys((by, *entry.departments("with"))))
    call = entry.fields.get("answers")
    answers = None if call is None else entry.reading.reference(call, reader.names.calls, "call")
    items = reader.names.items.get(entry.name, ())
    return happenings.Submit(entry.at, items, departments, kind, entry.content(departments), answers)


def _review(entry: _Entry) -> Happening:
    node, stage = entry.fields.get("decision"), entry.fields.get("stage")
    decision: Decision = "accepted" if node is None else entry.reading.one_of(node, _DECISIONS, "decision")
    at_stage = None if stage is None else entry.reading.reference(stage, entry.reader.declared.stages, "stage")
    return happenings.Review(entry.at, entry.items(), decision, at_stage, entry.text("reason"))


def _adopt(entry: _Entry) -> Happening:
    outlet, form, words = entry.fields.get("outlet"), entry.fields.get("form"), entry.fields.get("words")
    outlets = entry.reader.declared.organisation.outlets
    return happenings.Adopt(
        entry.at,
        entry.items(),
        entry.name,
        "" if outlet is None else entry.reading.reference(outlet, outlets, "outlet"),
        "whole" if form is None else entry.reading.one_of(form, _FORMS, "form"),
        entry.day("published_on"),
        entry.text("placement") or None,
        None if words is None else entry.reading.whole(words, 0, shapes.WORDS_MAX),
    )


def _instruct(entry: _Entry) -> Happening:
    return happenings.Instruct(entry.at, entry.items(), entry.name, entry.text("level"), entry.day("on"))


def _measure(entry: _Entry) -> Happening:
    metric, value = entry.text("metric"), entry.fields.get("value")
    number = values.NOTHING if value is None else entry.reading.decimal(value)
    return happenings.Measure(entry.at, entry.items(), entry.name, metric, number, entry.day("on"))


def _retract(entry: _Entry) -> Happening:
    node = entry.subject()
    known = entry.reader.names.retractable()
    what = "adoption, instruction, measurement, adjustment or call"
    fact = "" if node is None else entry.reading.reference(node, known, what)
    return happenings.Retract(entry.at, fact, entry.text("reason"))


def _resubmit(entry: _Entry) -> Happening:
    return happenings.Resubmit(entry.at, entry.items(), entry.content(entry.reader.taking_part))


def _correct(entry: _Entry) -> Happening:
    content = entry.content(entry.reader.taking_part)
    return happenings.Correct(entry.at, entry.items(), content, entry.text("reason"))


def _withdraw(entry: _Entry) -> Happening:
    return happenings.Withdraw(entry.at, entry.items(), entry.text("reason"))


def _adjust(entry: _Entry) -> Happening:
    department, value = entry.department(), entry.fields.get("value")
    return happenings.Adjust(
        entry.at,
        entry.name,
        department,
        entry.text("category"),
        values.NOTHING if value is None else entry.reading.decimal(value),
        entry.day("on"),
        entry.text("reason"),
        entry.person(department),
    )


def _call(entry: _Entry) -> Happening:
    due = entry.fields.get("due_at")
    due_at = entry.at.instant if due is None else entry.reader.instant(due)
    called = entry.departments("to")
    return happenings.Call(entry.at, entry.name, called, entry.text("title") or entry.name, due_at)


def _waive(entry: _Entry) -> Happening:
    node, declared = entry.subject(), entry.reader.declared
    quota = "" if node is None else entry.reading.reference(node, declared.quotas, "quota")
    department = entry.reader.department(entry.fields.get("of"))
    period = entry.reader.period(entry.fields.get("period"), declared.calendar_of(quota))
    return happenings.Waive(entry.at, department, quota, period, entry.text("reason"), entry.person(department))


def _close(entry: _Entry) -> Happening:
    node = entry.subject()
    calendar = "" if node is None else entry.reading.reference(node, entry.reader.declared.calendars, "calendar")
    return happenings.Close(entry.at, calendar, entry.day("on"))


def _backdate(entry: _Entry) -> Happening:
    node, latest = entry.subject(), entry.reader.declared.latest.version
    version = latest if node is None else entry.reading.whole(node, 1, latest)
    return happenings.Backdate(entry.at, version, entry.day("from"), entry.text("reason"))


def _change(entry: _Entry) -> Happening:
    title, group, tags = entry.fields.get("title"), entry.fields.get("group"), entry.fields.get("tags")
    return happenings.Change(
        entry.at,
        entry.department(),
        entry.day("from"),
        None if title is None else entry.reading.text(title),
        None if group is None else entry.reading.text(group, "the name of a group"),
        None if tags is None else values.words(entry.reading, tags, "tags", shapes.TAGS_MAX),
        values.facts(entry.reading, entry.fields.get("facts")),
    )


def _leave(entry: _Entry) -> Happening:
    return happenings.Leave(entry.at, entry.department(), entry.day("on"), entry.departments("into"))


_READERS: dict[str, Callable[[_Entry], Happening]] = {
    "submit": _submit,
    "review": _review,
    "adopt": _adopt,
    "instruct": _instruct,
    "measure": _measure,
    "retract": _retract,
    "resubmit": _resubmit,
    "correct": _correct,
    "withdraw": _withdraw,
    "adjust": _adjust,
    "call": _call,
    "waive": _waive,
    "close": _close,
    "backdate": _backdate,
    "change": _change,
    "leave": _leave,
}
