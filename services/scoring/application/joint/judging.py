"""The judge: looks at whatever has changed, decides, and announces what it decides in the same transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from services.scoring.application.joint.ports import Asked, JointBook, Work
from services.scoring.domain.joint_judging import (
    Decision,
    DepartmentsPart,
    JointObligation,
    Member,
    begun,
    by_whole,
    is_historical,
    judge,
    not_there_yet,
    version_of,
)
from shared.operations import logging
from shared.schemes.model import Scheme

log = logging.get(__name__)


class Judged(NamedTuple):
    """A decision that was announced."""

    asked: Asked
    one: JointObligation
    decision: Decision


class Looked(NamedTuple):
    decided: list[Judged]
    waiting_for: tuple[str, ...]
    """Departments whose streams have not come far enough for it."""


class JointJudge:
    """Looks again and again for what has changed. For one thread; several processes do not disturb one another."""

    def __init__(self, book: JointBook) -> None:
        self._book = book
        self._waiting: dict[Asked, tuple[str, tuple[str, ...]]] = {}
        """Of what has changed: what cannot be judged yet, in which revision that was found, and whom it waits for."""
        self.waiting = 0
        """How many quotas' periods wait for departments."""

    def judge_once(self) -> list[Judged]:
        """Everything that follows from what has been folded. Raises StoreUnavailable and UnknownScheme."""
        decided: list[Judged] = []
        changed = self._book.changed()
        still = set(changed)
        revisions = {name: self._book.revision(name) for name in {one.organisation for one in changed}}
        self._waiting = {asked: seen for asked, seen in self._waiting.items() if asked in still}
        for asked in changed:
            revision = revisions[asked.organisation]
            if self._waiting.get(asked, ("",))[0] != revision:
                looked = self._look(asked)
                decided += looked.decided
                self._note(asked, revision, looked.waiting_for)
        self.waiting = len(self._waiting.keys() | set(self._book.waiting()))
        return decided

    def _look(self, asked: Asked) -> Looked:
        with self._book.work(asked) as work:
            return Looked([], ()) if work is None else look(work, asked)

    def _note(self, asked: Asked, revision: str, waiting_for: tuple[str, ...]) -> None:
        before = self._waiting.pop(asked, ("", ()))[1]
        if waiting_for:
            self._waiting[asked] = (revision, waiting_for)
            if waiting_for != before:
                log.info("joint_quota.waits", **asked._asdict(), departments=list(waiting_for))


def look(work: Work, asked: Asked) -> Looked:
    """Decide what the parts say now. Raises UnknownScheme."""
    parts = work.parts()
    if not parts:
        work.looked_at()
        return Looked([], ())
    scheme = work.scheme(version_of(parts))
    members = work.members(parts[0].calendar)
    unopened = _not_there_yet(members, parts, min(one.opened_at for one in parts), scheme)
    known = work.known()
    if unopened and not known:
        return Looked([], unopened)
    behind = _not_there_yet(members, parts, parts[0].due_at, scheme)
    decided: list[Judged] = []
    waiting: set[str] = set()
    kind = scheme.quotas[asked.quota].subject
    for whole, some in by_whole(parts, "group" if kind == "group" else "organisation").items():
        one = known.get(whole) or begun(scheme, asked.quota, whole, some)
        if one is not None:
            decided += [Judged(asked, one, each) for each in _decide(work, one, some, members, behind)]
            waiting.update(one.waiting_for)
    if not waiting.intersection(behind):
        work.looked_at()
    return Looked(decided, tuple(sorted(waiting)))


def _not_there_yet(
    members: Sequence[Member], parts: Sequence[DepartmentsPart], until: datetime, scheme: Scheme
) -> tuple[str, ...]:
    taking_part = [one.department for one in parts]
    return not_there_yet(members, taking_part, parts[0].period_first, until, scheme)


def _decide(
    work: Work, one: JointObligation, parts: Sequence[DepartmentsPart], members: Sequence[Member], behind: Sequence[str]
) -> list[Decision]:
    scheme = work.scheme(one.scheme_version)
    decisions = judge(one, parts, behind)
    historical = is_historical(members, one.departments, one.due_at)
    for decision in decisions:
        one.ordinal += 1
        one.decided_at = _since(work, one, decision)
        work.announce(one, scheme, decision, historical=historical)
    work.keep(one)
    return decisions


def _since(work: Work, one: JointObligation, decision: Decision) -> datetime:
    """The instant of the departments' streams that brought it about; never before the decision that went before."""
    since = decision.since or work.turned_at(one, reached=decision.actual >= one.target, until=decision.until)
    return max(instant for instant in (since, one.decided_at, one.opened_at) if instant is not None)
