"""A year's distribution as rows: all together, and each department, month by month."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.scoring.application.reading.distribution import DepartmentsYear, Distribution
from services.scoring.domain.cards.distribution import EVEN_SHARE, MonthsShare
from services.scoring.http import links
from services.scoring.http.presenters.frame import Address, Choice
from services.scoring.http.presenters.rates import percent
from shared.web.formats import number
from shared.web.languages import translate

CROWDED = EVEN_SHARE * 2
"""A month with this share of the year or more stands out."""


@dataclass(frozen=True, slots=True)
class MonthCell:
    amount: str
    share: str
    height: float
    """Of its bar, 0 to 100: the year's fullest month is 100."""
    deviation: str | None
    crowded: bool
    lead: str
    """Whose figure of when this is, for those who hear a cell without its table."""


@dataclass(frozen=True, slots=True)
class YearRow:
    title: str
    total: str
    cells: Sequence[MonthCell]
    url: str | None


@dataclass(frozen=True, slots=True)
class GroupOfRows:
    title: str | None
    rows: Sequence[YearRow]


@dataclass(frozen=True, slots=True)
class DistributionView:
    year: int
    measure: str
    even: str
    months: Sequence[str]
    together: YearRow
    groups: Sequence[GroupOfRows]
    measures: Sequence[Choice]
    anything: bool


def present(read: Distribution, address: Address) -> DistributionView:
    """``address`` makes links to the same page with other parameters."""
    organisation = read.question.scope.organisation
    grouped: dict[str | None, list[DepartmentsYear]] = defaultdict(list)
    for each in read.departments:
        grouped[each.group].append(each)
    return DistributionView(
        year=read.year,
        measure=read.measure.title,
        even=percent(EVEN_SHARE),
        months=[translate("distribution.month", n=each.month) for each in read.together],
        together=_row(translate("distribution.together"), read.together, None),
        groups=[
            GroupOfRows(
                group,
                [_row(each.title, each.months, links.department_page(organisation, each.department)) for each in found],
            )
            for group, found in grouped.items()
        ],
        measures=[
            Choice(measure.title, address(measure=measure.name), measure.name == read.measure.name)
            for measure in read.question.scheme.measures.values()
        ],
        anything=any(each.amount for each in read.together),
    )


def _row(title: str, months: Sequence[MonthsShare], url: str | None) -> YearRow:
    fullest = max((each.amount for each in months), default=Decimal(0))
    whole = sum((each.amount for each in months), Decimal(0))
    return YearRow(title, number(whole), [_cell(title, each, fullest) for each in months], url)


def _cell(title: str, each: MonthsShare, fullest: Decimal) -> MonthCell:
    moved = each.deviation
    sign = "+" if moved is not None and moved > 0 else ""
    return MonthCell(
        amount=number(each.amount),
        share=percent(each.share),
        height=round(float(max(each.amount, Decimal(0)) / fullest) * 100, 1) if fullest > 0 else 0.0,
        deviation=f"{sign}{percent(moved)}" if moved is not None and each.amount else None,
        crowded=each.share is not None and each.share >= CROWDED,
        lead=f"{title}, {translate('distribution.month', n=each.month)}:",
    )
