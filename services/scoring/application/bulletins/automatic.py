"""Issues that nobody orders: of every period that has become due, for every bulletin of every scheme."""

from collections.abc import Iterator
from datetime import datetime

from services.scoring.application.bulletins.issuing import Order, issue
from services.scoring.application.bulletins.ports import (
    AlreadyIssued,
    IssueBook,
    Issued,
    Look,
    Looks,
    Origin,
    StillRunning,
)
from services.scoring.application.bulletins.subject_matter import SubjectMatter, matter, newest_versions
from services.scoring.application.reading.questions import Misasked, NothingScored, known_periods
from services.scoring.application.reading.records import KnownPeriod
from services.scoring.domain.bulletins import due_at, final_instant, is_due
from services.scoring.domain.cards.needs import TooLarge
from shared.contracts.identifiers import new_id
from shared.operations import logging

PERIODS_LOOKED_AT = 60
"""Of each calendar, the latest: what was not told for longer than that is left to operators."""
ACTOR = "scoring"

_UNISSUABLE = (Misasked, NothingScored, StillRunning, TooLarge)

log = logging.get(__name__)


class Issuer:
    """Looks again and again for what has become due. For one thread; several processes do not disturb one another."""

    def __init__(self, looks: Looks, book: IssueBook) -> None:
        self._looks = looks
        self._book = book
        self._seen: dict[str, str] = {}
        """By organisation, the revision in which nothing was due any more."""

    def issue_once(self) -> list[Issued]:
        """Everything that is due now, oldest first. Raises StoreUnavailable.

        What cannot be issued is logged, and tried again when something has changed in the organisation.
        """
        with self._looks.look() as look:
            revisions = {name: look.revision(name) for name in look.organisations()}
            changed = [name for name, revision in revisions.items() if self._seen.get(name) != revision]
            orders = [order for name in changed for order in self._orders(look, name)]
        made = [issued for issued in map(self._issue, orders) if issued is not None]
        self._seen = revisions
        return made

    def _orders(self, look: Look, organisation: str) -> Iterator[Order]:
        for scheme in newest_versions(look, organisation):
            for name, bulletin in scheme.bulletins.items():
                try:
                    about = matter(look, organisation, scheme, name, bulletin.calendar)
                except Misasked as mistake:
                    log.warning("bulletin.nothing_to_tell", organisation=organisation, reason=str(mistake))
                    continue
                yield from self._due(look, about)

    def _due(self, look: Look, about: SubjectMatter) -> Iterator[Order]:
        scope = about.question.scope
        issued = self._book.periods_issued(scope.organisation, scope.scheme, about.bulletin)
        waiting: list[tuple[KnownPeriod, datetime, datetime | None]] = []
        for known in reversed(known_periods(look, about.question, PERIODS_LOOKED_AT)):
            scheme = about.version(look, known)
            bulletin = scheme.bulletins.get(about.bulletin)
            if bulletin is not None and not known.period.open and known.period.id not in issued:
                waiting.append((known, due_at(bulletin, known.period, scheme), final_instant(scheme, known.period)))
        if not waiting:
            return
        progress = look.progress(scope, [known.period.id for known, _, _ in waiting])
        for known, due, final_at in waiting:
            if is_due(progress[known.period.id], due, final_at):
                yield Order(scope.organisation, scope.scheme, about.bulletin, known.period.id, automatic=True)

    def _issue(self, order: Order) -> Issued | None:
        """None where another process was first, or where it cannot be done."""
        try:
            with self._book.transaction() as issues:
                return issue(self._looks, issues, order, Origin(ACTOR, str(new_id())))
        except AlreadyIssued:
            return None
        except _UNISSUABLE as reason:
            log.error("bulletin.cannot_be_issued", bulletin=order.bulletin, period=order.period, reason=str(reason))
            return None
