"""The figures of periods as a bulletin tells them, drawn up from one look at the database."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from services.scoring.application.bulletins.ports import Look
from services.scoring.application.bulletins.subject_matter import SubjectMatter
from services.scoring.application.reading.cards import Card
from services.scoring.application.reading.fetched import OwedIn, fetch_needed
from services.scoring.application.reading.questions import Asked, Question
from services.scoring.application.reading.rates import Rates, read_rates
from services.scoring.application.reading.records import KnownPeriod
from services.scoring.application.reading.scorecards import read_cards
from services.scoring.domain.cards.book import Member, QuotaFigure, Subject
from services.scoring.domain.cards.columns import Columns
from services.scoring.domain.cards.evaluation import shortest
from services.scoring.domain.cards.needs import Needs
from services.scoring.domain.told import Figures, Table, ToldCard, ToldLine, ToldObligation, ToldQuota, ToldRate
from shared.calendars import Period
from shared.schemes.model import Scheme, Scorecard, SubjectKind


def draw_up(look: Look, about: SubjectMatter, known: Sequence[KnownPeriod]) -> dict[str, Figures]:
    """The figures of several periods, without rates. By period. Raises TooLarge."""
    tables: dict[str, list[Table]] = defaultdict(list)
    for kind, question in about.questions.items():
        by_period = read_cards(look, question, known)
        for one in known:
            table = _table(about.version(look, one), kind, one.period, by_period[one.period.id])
            if table is not None:
                tables[one.period.id].append(table)
    quotas = _quotas(look, about, known)
    return {one.period.id: Figures(tuple(tables[one.period.id]), quotas[one.period.id], ()) for one in known}


def rates(look: Look, about: SubjectMatter, period: Period) -> tuple[ToldRate, ...]:
    """Overall first, then the groups; of all quotas together, then of each."""
    question = about.question
    asked = Asked(about.organisation, about.scheme, question.calendar.name, period.id, subject=question.kind)
    read = read_rates(look, asked)
    found = [_rate(read.overall, None, "", None, overall=True)]
    found += [_rate(each.rates, None, "", each.group, overall=False) for each in read.groups]
    for quota in read.quotas:
        name, title = quota.quota.name, quota.quota.title
        found.append(_rate(quota.overall, name, title, None, overall=True))
        found += [_rate(each.rates, name, title, each.group, overall=False) for each in quota.groups]
    return tuple(found)


def _table(scheme: Scheme, kind: SubjectKind, period: Period, cards: Sequence[Card]) -> Table | None:
    scorecard = scheme.scorecard(period.calendar, kind)
    if scorecard is None or not scorecard.lines:
        return None
    lines = [scheme.lines[name] for name in scorecard.lines]
    told = sorted((_card(card, scorecard) for card in cards), key=_place)
    return Table(
        kind,
        tuple(ToldLine(line.name, line.title, line.cite, line.unit) for line in lines),
        scorecard.rank.by if scorecard.rank is not None else None,
        tuple(told),
    )


def _card(card: Card, scorecard: Scorecard) -> ToldCard:
    subject, standing = card.subject, card.standing
    return ToldCard(
        department=_department(subject),
        person=card.person,
        title=card.title,
        group=card.group,
        state=card.state,
        lines=dict(card.values),
        rank=standing.rank if standing is not None else None,
        rivals=standing.of if standing is not None else 0,
        within=_section(card, scorecard),
        awarded=standing is not None and standing.awarded,
        disqualified=card.disqualified,
    )


def _section(card: Card, scorecard: Scorecard) -> str | None:
    """Among whom it is ranked; where nobody is ranked, cards stand by their groups."""
    within = scorecard.rank.within if scorecard.rank is not None else "group"
    if card.subject.kind in ("group", "organisation") or within == "all":
        return None
    if within == "class":
        return card.standing.within if card.standing is not None else None
    return card.group


def _place(card: ToldCard) -> tuple[object, ...]:
    section = (card.within is None, card.within or "")
    return (*section, card.rank is None, card.rank or 0, card.group or "", card.department or "", card.person or "")


def _department(subject: Subject) -> str | None:
    if subject.kind in ("group", "organisation"):
        return None
    return subject.home


def _quotas(look: Look, about: SubjectMatter, known: Sequence[KnownPeriod]) -> dict[str, tuple[ToldQuota, ...]]:
    question = about.question
    windows = [one.period for one in known]
    owed = look.obligations(question.scope, windows, None)
    versions = {one.period: about.version(look, one) for one in known}
    columns = Columns(fetch_needed(look, question, _needed(versions), None, owed))
    return {
        period.id: tuple(_quotas_of(columns, question, scheme, period, owed)) for period, scheme in versions.items()
    }


def _needed(versions: Mapping[Period, Scheme]) -> Needs:
    quotas = {quota.name: quota for scheme in versions.values() for quota in scheme.quotas.values()}
    persons = any(quota.subject == "person" for quota in quotas.values())
    periods = frozenset(versions)
    return Needs(periods, {}, frozenset(quotas), periods, persons, across=True)


def _quotas_of(
    columns: Columns, question: Question, scheme: Scheme, period: Period, owed: OwedIn
) -> Iterator[ToldQuota]:
    """Of every quota that somebody owed in the period, or in shorter ones that belong to it."""
    reasons = {
        (record.subject, record.quota, record.period): record.waived_reason
        for of_department in owed.get((period.calendar, period.id), {}).values()
        for record in of_department.records
    }
    for quota in scheme.quotas.values():
        members = {member.subject: member for member in columns.frame(quota.subject, period).members}
        told = [
            _obligation(members[subject], figure, reasons.get((subject, figure.quota, figure.period)))
            for subject, figures in columns.owed(quota.name, quota.subject, period).items()
            for figure in figures
            if figure.period_end - figure.period_first <= period.end - period.first
        ]
        if told:
            measure = scheme.measures[quota.measure]
            yield ToldQuota(
                quota.name, quota.title, quota.cite, measure.unit, quota.subject, tuple(sorted(told, key=_order))
            )


def _obligation(member: Member, figure: QuotaFigure, reason: str | None) -> ToldObligation:
    return ToldObligation(
        department=_department(member.subject),
        person=member.subject.name if member.subject.kind == "person" else None,
        title=member.title,
        group=member.group,
        calendar=figure.calendar,
        period=figure.period,
        target=shortest(figure.target),
        actual=shortest(figure.actual),
        state=figure.state,
        on_time=figure.on_time,
        waived_reason=reason if figure.state == "waived" else None,
    )


def _order(told: ToldObligation) -> tuple[str, ...]:
    return told.period, told.group or "", told.department or "", told.person or ""


def _rate(rates: Rates, quota: str | None, title: str, group: str | None, *, overall: bool) -> ToldRate:
    reported = rates.reported
    return ToldRate(
        quota,
        title,
        group,
        overall,
        shortest(reported.expected),
        shortest(reported.submitted),
        shortest(reported.on_time),
        reported.rate,
        reported.on_time_rate,
        rates.items,
        rates.adopted,
        rates.adoption_rate,
    )
