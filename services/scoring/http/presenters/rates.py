"""Reporting rates as rows: all together, each group, and the same of each quota."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.scoring.application.reading.rates import GroupsRates, PeriodsRates, Rates
from shared.web.formats import number, period
from shared.web.languages import translate


@dataclass(frozen=True, slots=True)
class RateRow:
    title: str
    overall: bool
    expected: str
    submitted: str
    on_time: str
    rate: str
    share: Decimal
    """The rate for a bar, 0 to 1; 0 where nothing was owed."""
    on_time_rate: str
    adoption_rate: str
    adopted: str
    """How many of how many items."""


@dataclass(frozen=True, slots=True)
class RateTable:
    name: str
    title: str
    cite: str
    rows: Sequence[RateRow]


@dataclass(frozen=True, slots=True)
class RatesView:
    period: str
    tables: Sequence[RateTable]
    """That of all quotas together first, unless there is one alone."""


def present(read: PeriodsRates) -> RatesView:
    tables = [
        RateTable(each.quota.name, each.quota.title, each.quota.cite, rows(each.overall, each.groups))
        for each in read.quotas
        if each.groups
    ]
    if len(tables) != 1:
        tables = [RateTable("all", translate("rates.all_quotas"), "", rows(read.overall, read.groups)), *tables]
    return RatesView(period(read.period.period.id), tables)


def percent(value: Decimal | None) -> str:
    """Of a share with four decimals; an en dash where there is none."""
    return "–" if value is None else f"{number(value * 100)} %"


def rows(overall: Rates, groups: Iterable[GroupsRates]) -> list[RateRow]:
    """A single group is no other figure than that of all."""
    several = list(groups)
    found = [_row(translate("rates.overall"), overall, overall=True)]
    if len(several) > 1:
        found.extend(_row(each.group or translate("rates.no_group"), each.rates) for each in several)
    return found


def _row(title: str, rates: Rates, *, overall: bool = False) -> RateRow:
    reported = rates.reported
    return RateRow(
        title=title,
        overall=overall,
        expected=number(reported.expected),
        submitted=number(reported.submitted),
        on_time=number(reported.on_time),
        rate=percent(reported.rate),
        share=reported.rate or Decimal(0),
        on_time_rate=percent(reported.on_time_rate),
        adoption_rate=percent(rates.adoption_rate),
        adopted=f"{number(rates.adopted)}/{number(rates.items)}",
    )
