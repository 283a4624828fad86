"""The printable page of an issue: the circular's parts in the reader's language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from zoneinfo import ZoneInfo

from services.scoring.domain.bulletins import Document
from services.scoring.domain.errata import Erratum
from services.scoring.domain.told import Table, ToldCard, ToldObligation, ToldQuota, ToldRate
from services.scoring.http.presenters.bulletin_words import of_figure, reasons, said_figure, state
from shared.web.formats import day, number, period
from shared.web.languages import translate

MISSES_SHOWN_MAX = 500
"""Of one quota; the exported tables have all."""
ERRATA_SHOWN_MAX = 500


@dataclass(frozen=True, slots=True)
class Row:
    rank: int | None
    title: str
    of: str | None
    """Of a person: the department."""
    figures: Sequence[str]
    remarks: Sequence[str]


@dataclass(frozen=True, slots=True)
class Section:
    """Those who are ranked together, or belong together."""

    title: str | None
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class RankingTable:
    title: str
    subject: str
    lines: Sequence[str]
    ranked: bool
    sections: Sequence[Section]

    @property
    def remarked(self) -> bool:
        """Whether there is anything to remark of anybody."""
        return any(row.remarks for section in self.sections for row in section.rows)

    @property
    def width(self) -> int:
        """How many columns it has."""
        return 1 + len(self.lines) + self.ranked + self.remarked


@dataclass(frozen=True, slots=True)
class Miss:
    title: str
    period: str
    target: str
    actual: str
    shortfall: str
    state: str
    state_class: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A quota: how it went, and who missed it."""

    title: str
    cite: str
    summary: str
    misses: Sequence[Miss]
    more: int
    waived: Sequence[str]


@dataclass(frozen=True, slots=True)
class RateRow:
    title: str
    total: bool
    expected: str
    submitted: str
    rate: str
    on_time_rate: str
    adoption_rate: str


@dataclass(frozen=True, slots=True)
class Correction:
    issue: int
    period: str
    title: str
    figure: str
    was: str
    now: str
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class BulletinView:
    organisation: str
    title: str
    number: int
    period: str
    days: str
    text: Sequence[str]
    """By paragraph."""
    tables: Sequence[RankingTable]
    awarded: Sequence[str]
    clauses: Sequence[Clause]
    rates: Sequence[RateRow]
    corrections: Sequence[Correction]
    more_corrections: int
    behind: Sequence[str]
    issued_on: str


def present(document: Document) -> BulletinView:
    figures = document.figures
    zone = ZoneInfo(document.time_zone)
    return BulletinView(
        organisation=document.organisation_title,
        title=document.title,
        number=document.number,
        period=period(document.period),
        days=translate("card.days", first=day(document.first), last=day(document.last)),
        text=[each.strip() for each in document.text.splitlines() if each.strip()],
        tables=[_ranking(table) for table in figures.tables],
        awarded=[_award(card) for card in figures.awarded],
        clauses=[_clause(quota) for quota in figures.quotas],
        rates=[_rate(one) for one in figures.rates if one.quota is None],
        corrections=corrections(document.errata),
        more_corrections=max(0, len(document.errata) - ERRATA_SHOWN_MAX),
        behind=_titles(document),
        issued_on=day(document.issued_at.astimezone(zone).date()),
    )


def _ranking(table: Table) -> RankingTable:
    sections = [
        Section(within, [_row(table, card) for card in cards])
        for within, cards in groupby(table.cards, key=lambda card: card.within)
    ]
    return RankingTable(
        translate(f"bulletin.sheet.{table.subject}"),
        translate(f"subject.{table.subject}"),
        [line.title for line in table.lines],
        table.ranked_by is not None,
        sections,
    )


def _row(table: Table, card: ToldCard) -> Row:
    remarks = [translate(f"bulletin.{name}") for name in ("awarded", "disqualified") if getattr(card, name)]
    title = translate("subject.organisation") if table.subject == "organisation" else card.title
    figures = [number(card.lines.get(line.line)) for line in table.lines]
    return Row(card.rank, title, card.department if table.subject == "person" else None, figures, remarks)


def _award(card: ToldCard) -> str:
    among = f"{card.within} " if card.within else ""
    return f"{among}{translate('rank.short', n=card.rank)} {card.title}"


def _clause(quota: ToldQuota) -> Clause:
    missed = quota.missed()
    summary = translate(
        "bulletin.summary",
        all=len(quota.obligations),
        met=quota.count("met"),
        missed=quota.count("missed"),
        late=quota.count("met_late"),
        waived=quota.count("waived"),
        open=quota.count("open"),
    )
    waived = [_waived(one) for one in quota.obligations if one.state == "waived"]
    shown = [_miss(one) for one in missed[:MISSES_SHOWN_MAX]]
    return Clause(quota.title, quota.cite, summary, shown, len(missed) - len(shown), waived)


def _miss(one: ToldObligation) -> Miss:
    return Miss(
        one.title,
        period(one.period),
        number(one.target),
        number(one.actual),
        number(one.shortfall),
        state(one.state),
        "missed" if one.state == "missed" else "made-good-late",
    )


def _waived(one: ToldObligation) -> str:
    reason = f"：{one.waived_reason}" if one.waived_reason else ""
    return f"{one.title}（{period(one.period)}）{reason}"


def _rate(one: ToldRate) -> RateRow:
    title = translate("bulletin.overall") if one.overall else one.group or translate("rates.no_group")
    shares = (_percent(share) for share in (one.rate, one.on_time_rate, one.adoption_rate))
    return RateRow(title, one.overall, number(one.expected), number(one.submitted), *shares)


def _percent(share: Decimal | None) -> str:
    return "–" if share is None else f"{number(share * 100)}%"


def corrections(errata: Sequence[Erratum]) -> list[Correction]:
    """At most ERRATA_SHOWN_MAX."""
    return [_correction(one) for one in errata[:ERRATA_SHOWN_MAX]]


def _correction(one: Erratum) -> Correction:
    return Correction(
        one.number,
        period(one.period),
        one.title or translate("subject.organisation"),
        of_figure(one),
        said_figure(one, one.was),
        said_figure(one, one.now),
        list(reasons(one)),
    )


def _titles(document: Document) -> list[str]:
    """Of the departments that had not come to the period's end."""
    known = dict(_named(document))
    return [known.get(name, name) for name in document.behind]


def _named(document: Document) -> Iterator[tuple[str, str]]:
    for table in document.figures.tables:
        if table.subject == "department":
            yield from ((card.department, card.title) for card in table.cards if card.department is not None)
