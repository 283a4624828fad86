"""The cards of one period, from the figures of a book."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from services.scoring.domain.cards.book import Book, Member
from services.scoring.domain.cards.columns import Columns
from services.scoring.domain.cards.frames import Frame
from services.scoring.domain.cards.needs import shown
from services.scoring.domain.cards.nodes import Node, plain
from services.scoring.domain.cards.ranking import Standing, disqualified, has_card
from shared.calendars import Period
from shared.schemes.model import Scheme, Scorecard, SubjectKind

_WHOLE = Decimal(1)


class Card(NamedTuple):
    """What a scorecard shows of one subject."""

    member: Member
    values: Mapping[str, Decimal]
    """Of the scorecard's lines, in their order. Empty in a calendar without a scorecard."""
    headline: Decimal | None
    """The value of the line that stands for the whole card: the one it is ranked by, otherwise its last."""
    rank: int | None
    """None where nothing is ranked, and for one that is disqualified and not kept as last."""
    rivals: int
    """Among how many it is ranked, itself among them; 0 without a rank."""
    within: str | None
    """The group or class whose members are compared; None when all are."""
    awarded: bool
    disqualified: bool


def evaluate(
    book: Book, calendar: str, period: str, kind: SubjectKind = "department", lines: Collection[str] | None = None
) -> list[Card]:
    """The cards of all subjects of a kind, in the order of the book's members.

    With ``lines``, no others than these are shown. Raises TooLarge, and ValueError when the period is none of the
    calendar.
    """
    return cards(Columns(book), book, calendar, period, kind, lines)


def cards(
    columns: Columns,
    book: Book,
    calendar: str,
    period: str,
    kind: SubjectKind = "department",
    lines: Collection[str] | None = None,
) -> list[Card]:
    """As ``evaluate``, with what has been computed of the book already."""
    found = period_of(columns, book, calendar, period)
    if found is None:
        return []
    frame = columns.frame(kind, found)
    if not frame.members:
        return []
    sheets = _sheets(frame, book, calendar, kind, lines)
    columns.compute([Node(kind, found, plain(name)) for name in _computed(sheets)])
    standings = columns.standings(kind, found)
    return _cards(frame, sheets, standings)


def lines_of(
    columns: Columns, book: Book, period: Period, kind: SubjectKind, lines: Collection[str] | None = None
) -> list[str]:
    """The lines that ``cards`` computes of a period."""
    return list(_computed(_sheets(columns.frame(kind, period), book, period.calendar, kind, lines)))


def period_of(columns: Columns, book: Book, calendar: str, period: str) -> Period | None:
    """The period by its id; None when nobody has a card for it. Raises ValueError when it is none of the calendar."""
    members = columns.members(calendar, period)
    if not members:
        return None
    scheme = book.scheme(max(member.scheme_version for member in members))
    return scheme.calendars[calendar].period(period)


def headline(card: Scorecard | None) -> str | None:
    """The line that stands for the whole card."""
    if card is None or not card.lines:
        return None
    return card.rank.by if card.rank is not None else card.lines[-1]


def shortest(value: Decimal) -> Decimal:
    """The same number without the zeros behind its last digit and without an exponent, so that it reads as 5."""
    text = str(value)
    if "." not in text and "E" not in text:
        return value
    short = value.normalize()
    exponent = short.as_tuple().exponent
    return short.quantize(_WHOLE) if isinstance(exponent, int) and exponent > 0 else short


@dataclass(frozen=True, slots=True)
class _Sheet:
    """How one version of the scheme makes a card."""

    card: Scorecard | None
    listed: tuple[str, ...]
    headline: str | None
    computed: tuple[str, ...]


def _sheet(scheme: Scheme, calendar: str, kind: SubjectKind, lines: Collection[str] | None) -> _Sheet:
    card = scheme.scorecard(calendar, kind)
    listed = tuple(name for name in card.lines if lines is None or name in lines) if card is not None else ()
    first = headline(card)
    computed = [*listed, *([] if first is None else [first]), *shown(scheme, calendar, kind, listed)]
    return _Sheet(card, listed, first, tuple(dict.fromkeys(computed)))


def _sheets(
    frame: Frame, book: Book, calendar: str, kind: SubjectKind, lines: Collection[str] | None
) -> dict[int, _Sheet]:
    """By version."""
    return {version: _sheet(book.scheme(version), calendar, kind, lines) for version in frame.by_version}


def _computed(sheets: Mapping[int, _Sheet]) -> Iterable[str]:
    return dict.fromkeys(name for sheet in sheets.values() for name in sheet.computed)


def _cards(frame: Frame, sheets: Mapping[int, _Sheet], standings: list[Standing | None]) -> list[Card]:
    found, short = [], _Shortest()
    for member, row, standing in zip(frame.members, frame.rows, standings, strict=True):
        sheet = sheets[member.scheme_version]
        if sheet.card is None or has_card(sheet.card, member):
            found.append(_card(sheet, member, row, standing, short))
    return found


class _Shortest(dict[int, Decimal]):
    """What is shortest of values, by their identities: members with the same figures share them."""

    def of(self, value: Decimal) -> Decimal:
        """``value`` lives as long as this."""
        found = self.get(id(value))
        if found is None:
            found = self[id(value)] = shortest(value)
        return found


def _card(
    sheet: _Sheet, member: Member, row: Mapping[str, Decimal], standing: Standing | None, short: _Shortest
) -> Card:
    return Card(
        member=member,
        values={name: short.of(row[name]) for name in sheet.listed},
        headline=None if sheet.headline is None else short.of(row[sheet.headline]),
        rank=None if standing is None else standing.rank,
        rivals=0 if standing is None else standing.rivals,
        within=None if standing is None else standing.within,
        awarded=standing is not None and standing.awarded,
        disqualified=sheet.card is not None and disqualified(sheet.card, row),
    )
