"""Lines that follow from one department alone are worked out again only where something has happened to it."""

from collections.abc import Iterator, Sequence

from services.scoring.application.reading.fetched import FetchedBook
from services.scoring.application.reading.questions import Question
from services.scoring.application.reading.records import PeriodKey
from services.scoring.application.reading.remembering import Told
from services.scoring.application.reading.store import Snapshot
from services.scoring.domain.cards.columns import Columns
from services.scoring.domain.cards.nodes import Inward, Node, plain
from shared.calendars import Period

_LINES = "lines"


def take_own_lines(
    snapshot: Snapshot, question: Question, book: FetchedBook, columns: Columns, window: Period, lines: Sequence[str]
) -> None:
    """Let the columns have those of the lines, as they are remembered or worked out anew. Raises TooLarge.

    Only where each period has one version for all, for the newest one says how a figure comes about: while some lag
    behind others, everything is worked out with all departments at hand.
    """
    versions = _versions(book)
    if versions is None:
        return
    inward = Inward([book.scheme(version) for version in sorted(set(versions.values()))])
    nodes = [Node(question.kind, window, plain(name)) for name in lines]
    own = [node for node in nodes if inward.holds(node)]
    if not own:
        return
    keys = [node.reference.key for node in own]

    def read(departments: Sequence[str] | None) -> Iterator[Told]:
        of_these = Columns(book if departments is None else book.of(departments))
        of_these.compute(own)
        for subject, row in of_these.frame(question.kind, window).by_subject.items():
            yield Told(subject.home, _LINES, subject, {key: row[key] for key in keys}, len(keys))

    closings = tuple(sorted(question.closings.items()))
    asked = (_LINES, question.kind, window, tuple(keys), tuple(sorted(versions.items())), closings)
    columns.take(own, snapshot.recall(question.scope, asked, read).get(_LINES, {}))


def _versions(book: FetchedBook) -> dict[PeriodKey, int] | None:
    """The version that each period is scored by; None where that is not one for all."""
    found: dict[PeriodKey, int] = {}
    for key, members in book.members_of.items():
        versions = {member.scheme_version for member in members}
        if len(versions) > 1:
            return None
        for version in versions:
            found[key] = version
    return found
