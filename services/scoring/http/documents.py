"""What the API answers with, as plain values. Decimals become strings, instants RFC 3339 in UTC, days dates."""

from datetime import timedelta
from typing import Any

from services.scoring.application.reading.cards import Card
from services.scoring.application.reading.explanations import ExplainedLine, ExplainedMeasure
from services.scoring.application.reading.lines import plain
from services.scoring.application.reading.questions import Question
from services.scoring.application.reading.records import KnownPeriod, LedgerEntry, ObligationRecord, ParkedDepartment
from services.scoring.application.reading.scorecards import DepartmentsCard, ExplainedCard, Scorecards
from services.scoring.http import links
from shared.schemes.model import Scheme
from shared.web import cursors

_DAY = timedelta(days=1)


def scorecards(read: Scorecards, shown: list[Card]) -> dict[str, Any]:
    return {
        **_heading(read.question, read.period, read.scheme),
        "scorecards": [_card(card) for card in shown],
    }


def scorecard(read: DepartmentsCard) -> dict[str, Any]:
    return {**_heading(read.question, read.period, read.scheme), **_card(read.card)}


def explanation(explained: ExplainedCard) -> dict[str, Any]:
    of = explained.of
    return {
        **_heading(of.question, of.period, of.scheme),
        "department": of.card.department,
        "title": of.card.title,
        "state": of.card.state,
        "line": _explained_line(explained.explanation.line),
        "uses": {
            "lines": [_explained_line(line) for line in explained.explanation.lines],
            "measures": [_explained_measure(of, measure) for measure in explained.explanation.measures],
        },
        "links": {"page": links.card_page(of, line=explained.explanation.line.line)},
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
    keys = (last.due_at, last.department, last.scheme, last.quota, last.period) if last else ()
    return {
        "items": [_listed_obligation(obligation) for obligation in page],
        "next_cursor": cursors.encode(*keys) if last else None,
    }


def ledger_entry(entry: LedgerEntry) -> dict[str, Any]:
    return {
        "department": entry.department,
        "stream_version": entry.stream_version,
        "entry": entry.entry,
        "scheme": entry.scheme,
        "scheme_version": entry.scheme_version,
        "measure": entry.measure,
        "item": entry.item,
        "item_title": entry.item_title,
        "fact": entry.fact,
        "amount": plain(entry.amount),
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


def _heading(question: Question, period: KnownPeriod, scheme: Scheme) -> dict[str, Any]:
    scorecard = scheme.scorecards.get(question.calendar.name)
    rank = scorecard.rank if scorecard else None
    window = period.window
    return {
        "organisation": question.scope.organisation,
        "scheme": scheme.name,
        "scheme_version": scheme.version,
        "calendar": question.calendar.name,
        "period": {"period": window.period, "first": window.first, "last": window.end - _DAY},
        "as_of": question.scope.as_of,
        "scorecard": {
            "lines": [
                {"line": name, "title": scheme.lines[name].title, "cite": scheme.lines[name].cite}
                for name in (scorecard.lines if scorecard else ())
            ],
            "rank": {"by": rank.by, "within": rank.within} if rank else None,
        },
    }


def _card(card: Card) -> dict[str, Any]:
    standing = card.standing
    return {
        "department": card.department,
        "title": card.title,
        "group": card.group,
        "tags": card.tags,
        "scheme_version": card.scheme_version,
        "state": card.state,
        "provisional": card.provisional,
        "partial": card.partial,
        "opened_at": card.opened_at,
        "closed_at": card.closed_at,
        "final_at": card.final_at,
        "restated_at": card.restated_at,
        "lines": {name: {"value": value} for name, value in card.values.items()},
        "rank": {"place": standing.rank, "of": standing.of, "awarded": standing.awarded} if standing else None,
        "obligations": [_obligation(obligation) for obligation in card.obligations],
    }


def _obligation(obligation: ObligationRecord) -> dict[str, Any]:
    return {
        "quota": obligation.quota,
        "calendar": obligation.calendar,
        "period": obligation.period,
        "state": obligation.state,
        "target": plain(obligation.target),
        "actual": plain(obligation.actual),
        "due_at": obligation.due_at,
        "due_soon_since": obligation.due_soon_since,
    }


def _listed_obligation(obligation: ObligationRecord) -> dict[str, Any]:
    return {
        "department": obligation.department,
        "scheme": obligation.scheme,
        "scheme_version": obligation.scheme_version,
        "measure": obligation.measure,
        "period_first": obligation.period_first,
        "period_last": obligation.period_end - _DAY,
        "shortfall": plain(max(obligation.target - obligation.actual, obligation.target * 0)),
        "decided_at": obligation.decided_at,
        **_obligation(obligation),
    }


def _explained_line(line: ExplainedLine) -> dict[str, Any]:
    return {
        "line": line.line,
        "title": line.title,
        "cite": line.cite,
        "value": line.value,
        "formula": line.formula,
        "with_values": line.with_values,
        "uses": line.uses,
    }


def _explained_measure(of: DepartmentsCard, measure: ExplainedMeasure) -> dict[str, Any]:
    behind = measure.behind
    return {
        "measure": measure.measure,
        "title": measure.title,
        "cite": measure.cite,
        "unit": measure.unit,
        "amount": measure.amount,
        "entries": [ledger_entry(entry) for entry in behind.entries],
        "entries_total": behind.total,
        "links": {
            "ledger": links.ledger(of, measure.measure),
            "next": links.ledger(of, measure.measure, behind.more_after) if behind.more_after else None,
        },
    }
