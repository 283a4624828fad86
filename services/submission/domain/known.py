"""What is known of the persons and the call that a command on an item names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.submission.domain.commands import Content, Correct, ItemCommand, Resubmit
from services.submission.domain.contributors import Persons
from services.submission.domain.records import Call, Person, RecordKey, Records


@dataclass(frozen=True, slots=True)
class Known:
    persons: Persons = field(default_factory=dict)
    calls: Mapping[str, Call] = field(default_factory=dict)
    """Those of the submitting department."""

    @classmethod
    def of(cls, records: Records) -> "Known":
        persons: dict[tuple[str, str], str] = {}
        calls: dict[str, Call] = {}
        for key, record in records.items():
            if isinstance(record, Person):
                persons[key.department, record.person] = record.title
            elif isinstance(record, Call):
                calls[record.call] = record
        return cls(persons, calls)


NOTHING_KNOWN = Known()
"""For commands that name neither."""


def named_in(content: Content, departments: Sequence[str], answers: str | None = None) -> set[RecordKey]:
    """The records that what an item says speaks of. ``departments`` are the item's, the submitting one first."""
    keys = {
        RecordKey("person", each.person, each.department or departments[0])
        for each in content.contributors
        if each.person is not None and (each.department is None or each.department in departments)
    }
    if answers is not None:
        keys.add(RecordKey("call", answers, departments[0]))
    return keys


def named_by(command: ItemCommand, departments: Sequence[str]) -> set[RecordKey]:
    return named_in(command.content, departments) if isinstance(command, Resubmit | Correct) else set()
