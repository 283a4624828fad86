"""The grid as it is shown: departments (or persons, groups) down; periods across; each cell a number and a state."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.scoring.application.reading.cards import Card
from services.scoring.application.reading.grid import Grid
from services.scoring.application.reading.records import KnownPeriod
from services.scoring.domain.cards.book import Subject
from services.scoring.http import links
from services.scoring.http.presenters.figures import Figure, figure, trend
from services.scoring.http.presenters.frame import Address, Choice
from services.scoring.http.presenters.sparkline import Sparkline, sparkline
from services.scoring.http.presenters.tally import Tally, tally
from shared.web.formats import number, period
from shared.web.languages import translate
from shared.web.pages import STATES

ROWS_SHOWN_MAX = 100
SORTS = ("name", "rank", "state")

_WORST_FIRST = {
    state: place
    for place, state in enumerate(
        ("missed", "due_soon", "not_yet", "on_the_way", "made_good_late", "waived", "met", None)
    )
}


@dataclass(frozen=True, slots=True)
class Cell:
    id: str
    url: str
    state: str | None
    figure: str
    empty: bool
    """Nothing was owed, and there is no other figure."""
    target: str | None
    done: str | None
    """How many of the period's obligations are fulfilled, where there are several: 3/4."""
    rank: str | None
    awarded: bool
    disqualified: bool
    trend: str | None
    mark: str | None
    """``provisional`` or ``restated``."""
    lead: str
    """Whose figure of when this is, for those who hear a link without its table."""


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    note: str
    running: bool


@dataclass(frozen=True, slots=True)
class Row:
    title: str
    of: str | None
    """A person's department."""
    url: str
    parked: bool
    cells: Sequence[Cell | None]
    """None where the department has no card."""
    sparkline: Sparkline | None


@dataclass(frozen=True, slots=True)
class RowGroup:
    title: str | None
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class GridView:
    columns: Sequence[Column]
    groups: Sequence[RowGroup]
    states: Sequence[Choice]
    """How many departments are in which state in the last column; each a filter."""
    latest: str
    """The last column's period."""
    with_trend: bool
    """Whether any row has a line to draw."""
    shown: int
    of: int
    earlier_url: str | None
    later_url: str | None
    more_url: str | None
    first_url: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the grid is to be shown, and in which order. A ``department`` is that of a token for it alone."""

    department: str | None = None
    group: str | None = None
    state: str | None = None
    sort: str = "name"
    skip: int = 0
    as_of: str | None = None
    """As it was asked for, so that links carry it on in the same words."""


def group_choices(grid: Grid, chosen: str | None, address: Address) -> list[Choice]:
    """Every group of the last column's departments, and all of them; empty when there are no groups."""
    groups = Counter(card.group for card in _last_cards(grid) if card.group is not None)
    if not groups:
        return []
    every = Choice(translate("grid.all_groups"), address(group=None, skip=None), chosen is None)
    return [every, *(Choice(name, address(group=name, skip=None), name == chosen, n) for name, n in groups.items())]


def sort_choices(chosen: str, address: Address) -> list[Choice]:
    return [
        Choice(
            translate(f"grid.sort.{sort}"), address(sort=None if sort == "name" else sort, skip=None), sort == chosen
        )
        for sort in SORTS
    ]


def present(grid: Grid, wanted: Wanted, address: Address, departments: Mapping[str, str]) -> GridView:
    """``address`` makes links to the same page with other parameters; ``departments`` are their titles by name, where
    rows are those of persons."""
    rows = _Rows(grid, wanted.as_of, departments)
    latest = grid.periods[-1].period.id
    chosen = [card for card in rows.newest.values() if wanted.group in (None, card.group) and _may_see(wanted, card)]
    tallies = {card.subject: rows.tally_at(card.subject, latest) for card in chosen}
    matching = [card for card in chosen if wanted.state in (None, tallies[card.subject].state)]
    ordered = sorted(matching, key=lambda card: _order(rows, card, latest, wanted.sort))
    page = ordered[wanted.skip : wanted.skip + ROWS_SHOWN_MAX]
    beyond = wanted.skip + ROWS_SHOWN_MAX
    groups = _grouped(rows, page)
    return GridView(
        columns=[_column(each, grid) for each in grid.periods],
        groups=groups,
        with_trend=any(row.sparkline for group in groups for row in group.rows),
        states=_state_choices(tallies.values(), wanted.state, address),
        latest=period(latest),
        shown=len(page),
        of=len(matching),
        earlier_url=address(until=grid.earlier) if grid.earlier else None,
        later_url=address(until=grid.later) if grid.later else None,
        more_url=address(skip=beyond) if beyond < len(ordered) else None,
        first_url=address(skip=None) if wanted.skip else None,
    )


@dataclass(frozen=True, slots=True)
class _At:
    """What is the same in all cells of a column."""

    title: str
    query: str
    """Of a link to a department's card of this period."""


class _Rows:
    """The grid turned by subject."""

    def __init__(self, grid: Grid, as_of: str | None, departments: Mapping[str, str]) -> None:
        self.grid = grid
        self.departments = departments
        scope = grid.question.scope
        self.columns = {
            known.period.id: _At(
                period(known.period.id),
                links.card_query(scope, known.period.id, as_of, several_schemes=len(grid.question.schemes) > 1),
            )
            for known in grid.periods
        }
        self.calendar = grid.question.calendar.name
        self.by_subject: dict[Subject, dict[str, Card]] = defaultdict(dict)
        self.newest: dict[Subject, Card] = {}
        """Each subject as its latest period here describes it."""
        for known in grid.periods:
            for card in grid.cards[known.period.id]:
                self.by_subject[card.subject][known.period.id] = card
                self.newest[card.subject] = card
        before = grid.cards[grid.before.period.id] if grid.before else ()
        self.before: Mapping[Subject, Card] = {card.subject: card for card in before}
        self.parked = {department.department for department in grid.parked}

    def tally_at(self, subject: Subject, period_id: str) -> Tally:
        card = self.by_subject[subject].get(period_id)
        return tally(card.obligations if card else ())

    def row(self, card: Card) -> Row:
        cards = self.by_subject[card.subject]
        page = links.subject_page(self.grid.question.scope.organisation, card.subject)
        figures = {name: figure(cards[name], self.calendar) for name in self.columns if name in cards}
        earlier = self.before.get(card.subject)
        previous = figure(earlier, self.calendar) if earlier else None
        cells: list[Cell | None] = []
        for name, at in self.columns.items():
            cells.append(_cell(cards[name], name, at, page, figures[name], previous) if name in cards else None)
            previous = figures.get(name)
        values = [figures[name].value if name in figures else None for name in self.columns]
        latest = next(name for name in reversed(self.columns) if name in cards)
        return Row(
            title=card.title or translate("subject.organisation"),
            of=self.departments.get(card.department, card.department) if card.person is not None else None,
            url=page + self.columns[latest].query,
            parked=card.department in self.parked,
            cells=cells,
            sparkline=sparkline(values),
        )


def _cell(card: Card, period_id: str, at: _At, page: str, now: Figure, previous: Figure | None) -> Cell:
    counted = tally(card.obligations)
    standing = card.standing
    # A period that still runs has only begun to collect: against a whole one it would always seem to fall.
    moved = trend(now, previous) if card.state != "open" else None
    mark = (
        "restated"
        if card.state == "restated"
        else "provisional"
        if card.state == "closed" and card.provisional
        else None
    )
    return Cell(
        id="-".join(filter(None, (card.department, card.person, period_id))),
        url=page + at.query,
        state=counted.state,
        figure=number(now.value),
        empty=now.value is None,
        target=number(now.target) if now.target is not None else None,
        done=f"{counted.fulfilled}/{counted.owed}" if now.target is None and counted.owed else None,
        rank=translate("rank.short", n=standing.rank) if standing else None,
        awarded=bool(standing and standing.awarded),
        disqualified=card.disqualified,
        trend=moved,
        mark=mark,
        lead=translate("grid.cell", department=card.title, period=at.title),
    )


def _column(known: KnownPeriod, grid: Grid) -> Column:
    cards = grid.cards[known.period.id]
    states = {card.state for card in cards}
    if "open" in states:
        note = "running"
    elif any(card.provisional for card in cards):
        note = "provisional"
    else:
        note = "closed" if states == {"closed"} else "final"
    return Column(period(known.period.id), translate(f"grid.column.{note}"), note == "running")


def _grouped(rows: _Rows, page: Iterable[Card]) -> list[RowGroup]:
    """Groups in the order in which their first department comes, each with its rows in the page's order."""
    by_group: dict[str | None, list[Row]] = defaultdict(list)
    for card in page:
        by_group[card.group].append(rows.row(card))
    return [RowGroup(group, found) for group, found in by_group.items()]


def _may_see(wanted: Wanted, card: Card) -> bool:
    """A token of one department sees that department and its persons, and no sums over others."""
    if wanted.department is None:
        return True
    return card.subject.kind in ("department", "person") and card.department == wanted.department


def _order(rows: _Rows, card: Card, latest: str, sort: str) -> tuple[str, int, int, Decimal, str, str]:
    """Groups stay together. By rank: the best of the last column first; by state: the worst first."""
    at = rows.by_subject[card.subject].get(latest)
    group = card.group or ""
    name = (card.department, card.person or "")
    if at is None:
        return (group, 1, 0, Decimal(0), *name)
    if sort == "rank":
        place = 0 if at.standing is None else at.standing.rank
        value = figure(at, rows.calendar).value or Decimal(0)
        return (group, at.standing is None and at.disqualified, place, -value, *name)
    if sort == "state":
        counted = tally(at.obligations)
        return (group, 0, _WORST_FIRST[counted.state], figure(at, rows.calendar).value or Decimal(0), *name)
    return (group, 0, 0, Decimal(0), *name)


def _state_choices(tallies: Iterable[Tally], chosen: str | None, address: Address) -> list[Choice]:
    counts = Counter(each.state for each in tallies if each.state is not None)
    found = [
        Choice(
            title=translate(f"state.{state}"),
            url=address(state=None if state == chosen else state, skip=None),
            chosen=state == chosen,
            count=counts[state],
            state=state,
        )
        for state in STATES
        if counts[state] or state == chosen
    ]
    return found


def _last_cards(grid: Grid) -> Sequence[Card]:
    return grid.cards[grid.periods[-1].period.id]
