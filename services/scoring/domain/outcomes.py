"""Being met and being missed are facts too, which measures may count: dated on the last day of the quota's period.

A miss stays when the quota is met late. What is restated or waived is taken back. The outcome of a campaign that
nobody has closed yet has no date: it counts when that is known.
"""

from datetime import date, timedelta

from services.scoring.domain.department import DepartmentState
from services.scoring.domain.items import Fact, Item
from services.scoring.domain.keys import QuotaPeriod
from services.scoring.domain.measures import OUTCOME
from services.scoring.domain.obligations import Obligation
from services.scoring.domain.scoring import score
from shared.calendars import OPEN_END
from shared.contracts.envelope import Envelope
from shared.schemes.facts import number_text

_DAY = timedelta(days=1)


def enter(state: DepartmentState, obligation: Obligation, envelope: Envelope) -> list[QuotaPeriod]:
    """Let what the obligation has come to count; names the obligations that this moves. Raises NotResident."""
    rules = state.rules[obligation.scheme]
    kind = rules.kind(OUTCOME)
    if kind is None or not kind.all or obligation.period_end == OPEN_END:
        return []
    day = obligation.period_end - _DAY
    if obligation.outcome is None:
        if obligation.state not in ("met", "missed", "met_late"):
            return []
        obligation.outcome = _begun(obligation, day)
    obligation.outcome.facts = _facts(obligation, obligation.outcome.facts, envelope, day)
    return score(state, obligation.outcome, kind, kind.all, rules, envelope)


def outcome_name(obligation: Obligation) -> str:
    """What the ledger's entries call it: ``quota:NAME:PERIOD``, of a person with the person's name behind."""
    return ":".join(("quota", obligation.quota, obligation.period, *filter(None, [obligation.person])))


def _begun(obligation: Obligation, day: date) -> Item:
    return Item(
        item=outcome_name(obligation),
        scheme=obligation.scheme,
        kind=OUTCOME,
        title="",
        state="accepted",
        submitted_on=day,
        happened_on=None,
        accepted_on=None,
        attributes={},
        facts=[],
        credits={},
        person=obligation.person,
    )


def _facts(obligation: Obligation, before: list[Fact], envelope: Envelope, day: date) -> list[Fact]:
    if obligation.state not in ("met", "missed", "met_late"):
        return []
    known = {fact.type: fact for fact in before}
    if obligation.state == "met":
        on_time = "true" if obligation.on_time else "false"
        met = known.get("met") or Fact("met", "met", envelope.version, day, at=envelope.time)
        met.on, met.fields = day, {"quota": obligation.quota, "on_time": on_time}
        return [met]
    missed = known.get("missed")
    if missed is None:
        lacking = number_text(obligation.target - obligation.actual)
        fields: dict[str, str | int] = {"quota": obligation.quota, "on_time": "false", "shortfall": lacking}
        missed = Fact("missed", "missed", envelope.version, day, fields, envelope.time)
    missed.on = day
    if obligation.state == "missed":
        return [missed]
    late = known.get("met_late") or Fact(
        "met_late", "met_late", envelope.version, day, dict(missed.fields), envelope.time
    )
    late.on = day
    return [missed, late]
