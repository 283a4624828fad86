"""The subjects of one kind in one period, and what has been computed of them so far."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from services.scoring.domain.cards.book import ORGANISATION, Member, Subject
from shared.schemes.model import SubjectKind


class Alike(NamedTuple):
    """Members that are scored by one version, in columns of the same order."""

    members: list[Member]
    subjects: list[Subject]
    rows: list[dict[str, Decimal]]


@dataclass(slots=True)
class Frame:
    """One row of figures a member, by the keys of the references that stand for them."""

    members: Sequence[Member]
    rows: list[dict[str, Decimal]] = field(init=False)
    by_subject: dict[Subject, dict[str, Decimal]] = field(init=False)
    by_version: dict[int, Alike] = field(init=False)
    """By the version of the scheme that they are scored by."""

    def __post_init__(self) -> None:
        self.rows = [{} for _ in self.members]
        self.by_subject = {member.subject: row for member, row in zip(self.members, self.rows, strict=True)}
        self.by_version = {}
        for member, row in zip(self.members, self.rows, strict=True):
            alike = self.by_version.get(member.scheme_version)
            if alike is None:
                alike = self.by_version[member.scheme_version] = Alike([], [], [])
            alike.members.append(member)
            alike.subjects.append(member.subject)
            alike.rows.append(row)

    @property
    def newest(self) -> int:
        """Where members stand under different versions, the newest says how they are compared. Raises ValueError when
        there are no members."""
        return max(self.by_version)


def frame_of(kind: SubjectKind, members: Iterable[Member]) -> Frame:
    """The frame of a kind from the departments and persons that have a card."""
    if kind in ("department", "person"):
        return Frame([member for member in members if member.subject.kind == kind])
    departments: dict[Subject, list[Member]] = defaultdict(list)
    for member in members:
        whole = whole_of(member, kind)
        if member.subject.kind == "department" and whole is not None:
            departments[whole].append(member)
    return Frame([_joined(whole, found) for whole, found in departments.items()])


def whole_of(member: Member, kind: SubjectKind) -> Subject | None:
    """The subject of this kind that a member is, or is a part of; None for one without a group.

    Of a kind that is narrower than the member's own there is none either.
    """
    subject = member.subject
    if subject.kind == kind:
        return subject
    if kind == "organisation":
        return ORGANISATION
    if kind == "group":
        return None if member.group is None or subject.kind == "organisation" else Subject("group", member.group)
    if kind == "department" and subject.department is not None:
        return Subject("department", subject.department)
    return None


def _joined(whole: Subject, departments: Sequence[Member]) -> Member:
    """A group's card is as far as the last of its departments: open while one is open."""
    return Member(
        subject=whole,
        title=whole.name,
        group=whole.name if whole.kind == "group" else None,
        tags=(),
        roles=(),
        facts={},
        scheme_version=max(member.scheme_version for member in departments),
        partial=all(member.partial for member in departments),
        opened_at=min(member.opened_at for member in departments),
        closed_at=_last(member.closed_at for member in departments),
        final_at=_last(member.final_at for member in departments),
        restated_at=max((member.restated_at for member in departments if member.restated_at is not None), default=None),
    )


def _last(instants: Iterable[datetime | None]) -> datetime | None:
    known: list[datetime] = []
    for instant in instants:
        if instant is None:
            return None
        known.append(instant)
    return max(known)
