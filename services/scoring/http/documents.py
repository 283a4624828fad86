"""What the API answers with, as plain values. Decimals become strings, instants RFC 3339 in UTC, days dates."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from services.scoring.application.reading.cards import Card
from services.scoring.application.reading.explanations import ExplainedMeasure
from services.scoring.application.reading.questions import Question
from services.scoring.application.reading.records import KnownPeriod, LedgerEntry, ObligationRecord, ParkedDepartment
from services.scoring.application.reading.scorecards import ExplainedCard, OneCard, Scorecards
from services.scoring.domain.cards.book import QuotaFigure
from services.scoring.domain.cards.evaluation import shortest
from services.scoring.domain.cards.explaining import ExplainedLine, PartOfValue, UsedValue
from services.scoring.http import links
from shared.schemes.model import Scheme, Scorecard
from shared.web import cursors


class _Value(msgspec.Struct, gc=False):
    """Of one line. Thousands of these stand in one answer: structs that the garbage collector need not look at."""

    value: Decimal


class _Obligation(msgspec.Struct, gc=False):
    """As the schema has it; thousands as well."""

    quota: str
    calendar: str
    period: str
    state: str
    target: Decimal
    actual: Decimal
    due_at: datetime | None
    due_soon_since: datetime | None
    grace_ends_at: datetime | None
    on_time: bool | None
    waived_reason: str | None


_NOTHING = Decimal(0)


def scorecards(read: Scorecards, shown: list[Card]) -> dict[str, Any]:
    return {
        **_heading(read.question, read.period, read.scheme, read.scorecard),
        "scorecards": [_card(card) for card in shown],
    }


def scorecard(read: OneCard) -> dict[str, Any]:
    return {**_heading(read.question, read.period, read.scheme, read.scorecard), **_card(read.card)}


def explanation(explained: ExplainedCard) -> dict[str, Any]:
    of = explained.of
    return {
        **_heading(of.question, of.period, of.scheme, of.scorecard),
        "department": of.card.department,
        "person": of.card.person,
        "title": of.card.title,
        "state": of.card.state,
        "line": _explained_line(explained.explanation.line),
        "uses": {
            "lines": [_explained_line(line) for line in explained.explanation.lines],
            "measures": [_explained_measure(of, measure) for measure in explained.explanation.measures],
        },
        "links": {"page": links.card_page(of, line=explained.explanation.line.line.name)},
    }


def ledger_page(entries: list[LedgerEntry], limit: int) -> dict[str, Any]:
    """``entries`` holds one more than the page when there is a further one."""
    page = entries[:limit]
    return {
        "items": [ledger_entry(entry) for entry in page],
        "next_cursor": links.ledger_cursor(page[-1].place) if len(entries) > limit else None,
    }


def obligations_page(obligations: list[ObligationRecord], limit: int) -> dict[str, Any]:
    page = obligations[:limit]
    last = page[-1].place if len(obligations) > limit else None
    keys = (last.due_at, last.department, last.scheme, last.quota, last.period, last.person) if last else ()
    return {
        "items": [_listed_obligation(obligation) for obligation in page],
        "next_cursor": cursors.encode(*keys) if last else None,
    }


def ledger_entry(entry: LedgerEntry) -> dict[str, Any]:
    return {
        "department": entry.department,
        "person": entry.person,
        "stream_version": entry.stream_version,
        "entry": entry.entry,
        "scheme": entry.scheme,
        "scheme_version": entry.scheme_version,
        "measure": entry.measure,
        "item": entry.item,
        "item_title": entry.item_title,
        "fact": entry.fact,
        "amount": entry.amount,
        "dated": entry.dated,
        "cause": entry.cause,
        "recorded_at": entry.recorded_at,
    }


def parked(department: ParkedDepartment) -> dict[str, Any]:
    return {
        "department": department.department,
        "title": department.title,
        "version": department.version,
        "kind": department.kind,
        "reason": department.reason,
        "parked_at": department.parked_at,
        "resume_requested_at": department.resume_requested_at,
    }


def _heading(question: Question, known: KnownPeriod, scheme: Scheme, scorecard: Scorecard | None) -> dict[str, Any]:
    rank = scorecard.rank if scorecard else None
    return {
        "organisation": question.scope.organisation,
        "scheme": scheme.name,
        "scheme_version": scheme.version,
        "calendar": question.calendar.name,
        "period": period(known),
        "as_of": question.scope.as_of,
        "scorecard": {
            "name": scorecard.name if scorecard else None,
            "subject": question.kind,
            "lines": [
                {"line": name, "title": scheme.lines[name].title, "cite": scheme.lines[name].cite}
                for name in (scorecard.lines if scorecard else ())
            ],
            "rank": {"by": rank.by, "within": rank.within} if rank else None,
        },
    }


def period(known: KnownPeriod) -> dict[str, Any]:
    """The last day of a period that is open still is not known."""
    found = known.period
    return {"period": found.id, "first": found.first, "last": None if found.open else found.last}


def _card(card: Card) -> dict[str, Any]:
    standing = card.standing
    rank = None
    if standing is not None:
        rank = {"place": standing.rank, "of": standing.of, "within": standing.within, "awarded": standing.awarded}
    kind = card.subject.kind
    return {
        "department": card.department if kind in ("department", "person") else None,
        "person": card.person,
        "title": card.title,
        "group": card.group,
        "tags": card.tags,
        "roles": card.roles,
        "scheme_version": card.scheme_version,
        "state": card.state,
        "provisional": card.provisional,
        "partial": card.partial,
        "opened_at": card.opened_at,
        "closed_at": card.closed_at,
        "final_at": card.final_at,
        "restated_at": card.restated_at,
        "lines": {name: _Value(value) for name, value in card.values.items()},
        "rank": rank,
        "disqualified": card.disqualified,
        "obligations": [_obligation(obligation) for obligation in card.obligations],
    }


def _obligation(obligation: ObligationRecord) -> _Obligation:
    return _Obligation(
        obligation.quota,
        obligation.calendar,
        obligation.period,
        obligation.state,
        obligation.target,
        obligation.actual,
        obligation.falls_due_at,
        obligation.due_soon_since,
        obligation.grace_lasts_until,
        obligation.on_time,
        obligation.waived_reason,
    )


def _listed_obligation(obligation: ObligationRecord) -> dict[str, Any]:
    return {
        "subject": obligation.subject.kind,
        "department": obligation.department or None,
        "person": obligation.person or None,
        "group": obligation.group or None,
        "departments": list(obligation.departments) or [obligation.department],
        "waiting_for": list(obligation.waiting_for),
        "scheme": obligation.scheme,
        "scheme_version": obligation.scheme_version,
        "measure": obligation.measure,
        "period_first": obligation.period_first,
        "period_last": obligation.last_on,
        "shortfall": max(obligation.target - obligation.actual, _NOTHING),
        "decided_at": obligation.decided_at,
        **msgspec.structs.asdict(_obligation(obligation)),
    }


def _explained_line(explained: ExplainedLine) -> dict[str, Any]:
    line = explained.line
    return {
        "line": line.name,
        "title": line.title,
        "cite": line.cite,
        "value": explained.value,
        "formula": line.formula.text,
        "with_values": explained.with_values,
        "uses": [_used(used) for used in explained.uses],
    }


def _used(used: UsedValue) -> dict[str, Any]:
    reference = used.reference
    return {
        "reference": reference.key,
        "function": reference.function,
        "name": reference.name,
        "value": used.value,
        "parts": [_part(part) for part in used.parts],
        "obligations": [_figure(figure) for figure in used.figures],
    }


def _part(part: PartOfValue) -> dict[str, Any]:
    subject = part.subject
    return {
        "subject": subject.kind,
        "name": subject.name,
        "department": subject.department,
        "calendar": part.period.calendar,
        "period": part.period.id,
        "value": part.value,
    }


def _figure(figure: QuotaFigure) -> dict[str, Any]:
    subject = figure.subject
    return {
        "quota": figure.quota,
        "subject": subject.kind,
        "name": subject.name,
        "department": subject.department,
        "calendar": figure.calendar,
        "period": figure.period,
        "state": figure.state,
        "target": shortest(figure.target),
        "actual": shortest(figure.actual),
        "on_time": figure.on_time,
    }


def _explained_measure(of: OneCard, explained: ExplainedMeasure) -> dict[str, Any]:
    measure, behind = explained.measure, explained.behind
    return {
        "measure": measure.name,
        "title": measure.title,
        "cite": measure.cite,
        "unit": measure.unit,
        "amount": explained.amount,
        "entries": [ledger_entry(entry) for entry in behind.entries],
        "entries_total": behind.total,
        "links": {
            "ledger": links.ledger(of, measure.name),
            "next": links.ledger(of, measure.name, behind.more_after) if behind.more_after else None,
        },
    }
