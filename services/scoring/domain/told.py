"""The figures of a period as an issue of a bulletin tells them: tables, what was owed, rates."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from services.scoring.domain.cards.book import FigureState
from shared.schemes.model import SubjectKind

CardState = Literal["open", "closed", "final", "restated"]


@dataclass(frozen=True, slots=True)
class ToldLine:
    """A line of a card: a column of the table."""

    line: str
    title: str
    cite: str
    unit: str


@dataclass(frozen=True, slots=True)
class ToldCard:
    """One subject's row of the table."""

    department: str | None
    """None of groups and of the organisation."""
    person: str | None
    title: str
    group: str | None
    state: CardState
    lines: dict[str, Decimal]
    rank: int | None
    rivals: int
    """Among how many it is ranked."""
    within: str | None
    """The group or class under which it stands in the table; None where all stand together."""
    awarded: bool
    disqualified: bool


@dataclass(frozen=True, slots=True)
class Table:
    """The cards of one kind of subject: by group, and by rank within it."""

    subject: SubjectKind
    lines: tuple[ToldLine, ...]
    ranked_by: str | None
    cards: tuple[ToldCard, ...]


@dataclass(frozen=True, slots=True)
class ToldObligation:
    """What came of one obligation."""

    department: str | None
    person: str | None
    title: str
    group: str | None
    calendar: str
    period: str
    """The quota's own, which may be shorter than the bulletin's."""
    target: Decimal
    actual: Decimal
    state: FigureState
    on_time: bool | None
    waived_reason: str | None = None

    @property
    def shortfall(self) -> Decimal:
        return max(self.target - self.actual, Decimal(0))


@dataclass(frozen=True, slots=True)
class ToldQuota:
    quota: str
    title: str
    cite: str
    unit: str
    subject: SubjectKind
    obligations: tuple[ToldObligation, ...]

    def missed(self) -> list[ToldObligation]:
        """Those that fell short when they were due; some of them were made good since."""
        return [one for one in self.obligations if one.state in ("missed", "met_late")]

    def count(self, *states: FigureState) -> int:
        return sum(1 for one in self.obligations if one.state in states)


@dataclass(frozen=True, slots=True)
class ToldRate:
    """Reporting rates of a group (None: of all together, or of those without one), of one quota or of all."""

    quota: str | None
    title: str
    group: str | None
    overall: bool
    expected: Decimal
    submitted: Decimal
    on_time: Decimal
    rate: Decimal | None
    on_time_rate: Decimal | None
    items: int
    adopted: int
    adoption_rate: Decimal | None


@dataclass(frozen=True, slots=True)
class Figures:
    """All that was known of a period."""

    tables: tuple[Table, ...]
    quotas: tuple[ToldQuota, ...]
    rates: tuple[ToldRate, ...]

    @property
    def awarded(self) -> list[ToldCard]:
        """Best first."""
        found = [card for table in self.tables for card in table.cards if card.awarded]
        return sorted(found, key=lambda card: (card.person is not None, card.within or "", card.rank or 0))
