"""An issue as tables for spreadsheets: titles in the reader's language, values as they are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from services.scoring.domain.bulletins import Document
from services.scoring.domain.errata import Erratum
from services.scoring.domain.told import Table, ToldCard, ToldObligation, ToldQuota, ToldRate
from services.scoring.http.presenters.bulletin_words import of_figure, reasons, said_figure, state
from shared.web.languages import translate

Cell = str | Decimal | int | None
Kind = Literal["text", "number", "share"]


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    """In addresses."""
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]


def sheets_of(document: Document) -> list[Sheet]:
    """The ranking first; a table for each kind of subject that has cards, then obligations, rates and errata."""
    tables = [_ranking(table) for table in document.figures.tables]
    return [*tables, _quotas(document), _rates(document), _errata(document)]


def _ranking(table: Table) -> Sheet:
    columns = [
        Column(translate("bulletin.within")),
        Column(translate("bulletin.rank"), "number"),
        *_who(table),
        *(Column(line.title, "number") for line in table.lines),
        Column(translate("bulletin.remarks")),
    ]
    rows = [_ranked(table, card) for card in table.cards]
    return Sheet(table.subject, translate(f"bulletin.sheet.{table.subject}"), columns, rows)


def _who(table: Table) -> Iterator[Column]:
    yield Column(translate(f"subject.{table.subject}"))
    if table.subject == "person":
        yield Column(translate("subject.department"))


def _ranked(table: Table, card: ToldCard) -> list[Cell]:
    remarks = [translate(f"bulletin.{name}") for name in ("awarded", "disqualified") if getattr(card, name)]
    department = [card.department] if table.subject == "person" else []
    figures = [card.lines.get(line.line) for line in table.lines]
    return [card.within, card.rank, card.title, *department, *figures, "、".join(remarks)]


def _quotas(document: Document) -> Sheet:
    columns = [
        *(Column(translate(f"bulletin.{name}")) for name in ("quota", "period", "who", "department", "group")),
        *(Column(translate(f"bulletin.{name}"), "number") for name in ("target", "actual", "shortfall")),
        *(Column(translate(f"bulletin.{name}")) for name in ("outcome", "reason", "clause")),
    ]
    rows = [_owed(quota, one) for quota in document.figures.quotas for one in quota.obligations]
    return Sheet("quotas", translate("bulletin.sheet.quotas"), columns, rows)


def _owed(quota: ToldQuota, one: ToldObligation) -> list[Cell]:
    who = [quota.title, one.period, one.title, one.department, one.group]
    return [*who, one.target, one.actual, one.shortfall, state(one.state), one.waived_reason, quota.cite]


def _rates(document: Document) -> Sheet:
    numbers = ("expected", "submitted", "on_time", "items", "adopted")
    columns = [
        Column(translate("bulletin.quota")),
        Column(translate("bulletin.group")),
        *(Column(translate(f"bulletin.{name}"), "number") for name in numbers),
        *(Column(translate(f"bulletin.{name}"), "share") for name in ("rate", "on_time_rate", "adoption_rate")),
    ]
    rows = [_rate(one) for one in document.figures.rates]
    return Sheet("rates", translate("bulletin.sheet.rates"), columns, rows)


def _rate(one: ToldRate) -> list[Cell]:
    of = translate("bulletin.all_quotas") if one.quota is None else one.title
    group = translate("bulletin.overall") if one.overall else one.group
    counts = (one.expected, one.submitted, one.on_time, one.items, one.adopted)
    return [of, group, *counts, one.rate, one.on_time_rate, one.adoption_rate]


def _errata(document: Document) -> Sheet:
    names = ("issue", "period", "who", "department", "figure", "was", "now", "causes")
    columns = [Column(translate(f"bulletin.{name}"), "number" if name == "issue" else "text") for name in names]
    return Sheet("errata", translate("bulletin.sheet.errata"), columns, [_erratum(one) for one in document.errata])


def _erratum(one: Erratum) -> list[Cell]:
    who: list[Cell] = [one.number, one.period, one.title, one.department]
    return [*who, of_figure(one), said_figure(one, one.was), said_figure(one, one.now), "；".join(reasons(one))]
