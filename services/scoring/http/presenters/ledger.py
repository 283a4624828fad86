"""Ledger entries as rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from services.scoring.application.reading.ledger import DepartmentsLedger
from services.scoring.application.reading.records import DescribedItem, LedgerEntry
from services.scoring.http import links
from services.scoring.http.presenters.frame import Address
from shared.web.formats import day, instant, number, period
from shared.web.languages import language, translate, words


@dataclass(frozen=True, slots=True)
class EntryRow:
    item: str
    item_title: str
    item_url: str
    cause: str
    measure: str
    amount: str
    dated: str
    recorded: str
    after_final: bool
    """It came when the period was final already: a restatement."""


@dataclass(frozen=True, slots=True)
class LedgerView:
    title: str
    department: str
    period: str | None
    item: DescribedItem | None
    rows: Sequence[EntryRow]
    next_url: str | None
    first_url: str | None


def present(read: DepartmentsLedger, address: Address, as_of: str | None) -> LedgerView:
    """``address`` makes links to the same page with other parameters."""
    titles = {measure.name: measure.title for measure in read.question.scheme.measures.values()}
    if read.item is not None:
        title = translate("ledger.of_item", title=read.item.title)
    elif read.measure is not None:
        title = translate("ledger.of_measure", title=titles.get(read.measure, read.measure))
    else:
        title = translate("ledger.title")
    zone = read.question.scheme.time_zone
    return LedgerView(
        title=title,
        department=read.department,
        period=period(read.period.period.id) if read.period else None,
        item=read.item,
        rows=entry_rows(read.entries, read.question.scope.organisation, zone, measures=titles, as_of=as_of),
        next_url=address(cursor=links.ledger_cursor(read.more_after)) if read.more_after else None,
        first_url=address() if read.continued else None,
    )


def entry_rows(
    entries: Iterable[LedgerEntry],
    organisation: str,
    zone: tzinfo,
    *,
    measures: dict[str, str] | None = None,
    final_at: datetime | None = None,
    as_of: str | None = None,
) -> list[EntryRow]:
    """``measures`` are the measures' titles; ``final_at`` when the period whose entries these are became final."""
    return [
        EntryRow(
            item=each.item,
            item_title=each.item_title,
            item_url=links.ledger_page(organisation, each.department, item=each.item, as_of=as_of),
            cause=cause(each.cause),
            measure=(measures or {}).get(each.measure, each.measure),
            amount=number(each.amount),
            dated=day(each.dated),
            recorded=instant(each.recorded_at, zone),
            after_final=final_at is not None and each.recorded_at >= final_at,
        )
        for each in entries
    ]


def cause(event_type: str) -> str:
    """The event's name in words; a type that has none is shown as it is."""
    parts = event_type.split(".")
    name = f"cause.{parts[2]}" if len(parts) == 4 else ""
    return words(language()).get(name, event_type)


def unit(name: str) -> str:
    return translate(f"unit.{name}") if name in {"points", "items", "hours"} else name
