"""What happens to items, as events: each function takes one happening, and raises Refused for what may not happen."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from services.scoring.application.rehearsal.reading import happenings
from services.scoring.application.rehearsal.telling import office
from services.scoring.application.rehearsal.telling.attributes import missing, stages_of
from services.scoring.application.rehearsal.telling.office import OfficeItem, Refused, Said
from services.scoring.application.rehearsal.telling.stage import Stage, Tellings
from shared.contracts import department_events as events
from shared.contracts.directory_events import OutletStanding
from shared.schemes.mistakes import listed
from shared.schemes.model import Kind, Scheme
from shared.schemes.schedule import version_in_force

FactHappening = happenings.Adopt | happenings.Instruct | happenings.Measure


def submit(stage: Stage, happening: happenings.Submit) -> Tellings:
    scheme = _scheme(stage, happening)
    kind = scheme.kinds.get(happening.kind)
    if kind is None:
        raise Refused(f'version {scheme.version}, in force then, has no kind "{happening.kind}"')
    call = happening.answers
    if call is not None and happening.departments[0] not in stage.calls.get(call, ()):
        raise Refused(f'"{happening.departments[0]}" has not been called upon by "{call}"')
    nothing = OfficeItem(
        "", happening.departments, scheme, kind, Said(happening.items[0], {}, (), None), (), "submitted"
    )
    said = stage.said(nothing, happening.content)
    _check(kind, said, stage.today(happening))
    stages = stages_of(scheme, kind, said.attributes)
    for name in happening.items:
        told = said if happening.content.title is not None else replace(said, title=name)
        item = OfficeItem(
            name, happening.departments, scheme, kind, told, stages, "submitted" if stages else "accepted"
        )
        stage.items[name] = item
        yield item.departments, office.submitted(item, call)


def _scheme(stage: Stage, happening: happenings.Submit) -> Scheme:
    """The version in force when it happens. Raises Refused before the first."""
    declared, today = stage.declared, stage.today(happening)
    scheme = version_in_force(declared.schemes, declared.latest.name, today)
    if scheme is None:
        raise Refused(f"no version of {declared.latest.name} is in force on {today}")
    return scheme


def _check(kind: Kind, said: Said, today: date) -> None:
    """Raises Refused for what no item of the kind may lack or have."""
    if said.happened_on is not None and said.happened_on > today:
        raise Refused(f"{said.happened_on} lies in the future of what happens here")
    lacking = missing(kind, said.attributes)
    if lacking:
        raise Refused(f"a {kind.name} must have {listed(lacking)}")
    roles = [one.role for one in said.contributors]
    unknown = [role for role in roles if kind.roles and role not in kind.roles]
    if unknown:
        raise Refused(f"a {kind.name} has no {listed(unknown)}; its contributors are {listed(kind.roles)}")
    absent = [role for role in kind.roles_required if role not in roles]
    if absent:
        raise Refused(f"a {kind.name} must name its {listed(absent)}")


def review(stage: Stage, happening: happenings.Review) -> Tellings:
    for item in stage.present(happening.items):
        for event in office.review(item, happening):
            yield item.departments, event


def adopt(stage: Stage, happening: happenings.Adopt) -> Tellings:
    standing = _standing(stage.declared.organisation.outlets[happening.outlet], happening)
    for item in _accepted(stage, happening, happening.adoption, "adopted", happening.published_on):
        yield (
            item.departments,
            events.ItemAdopted(
                item.name,
                happening.adoption,
                happening.outlet,
                standing.title,
                standing.tier,
                standing.medium,
                happening.form,
                happening.published_on,
                happening.placement,
                happening.words,
            ),
        )


def _standing(standings: Sequence[OutletStanding], happening: happenings.Adopt) -> OutletStanding:
    known = [one for one in standings if one.from_on <= happening.published_on]
    if not known:
        raise Refused(f'the outlet "{happening.outlet}" is known from {standings[0].from_on} on only')
    return known[-1]


def _accepted(stage: Stage, happening: FactHappening, fact: str, verb: str, day: date) -> Iterator[OfficeItem]:
    """The items that now have one more fact. Raises Refused for what is not accepted, and for days to come."""
    if day > stage.today(happening):
        raise Refused(f"{day} lies in the future of what happens here")
    names = happening.items
    stage.facts[fact] = names
    for item in stage.present(names):
        office.require(item, verb, "accepted")
        item.facts.add(fact)
        yield item


def instruct(stage: Stage, happening: happenings.Instruct) -> Tellings:
    on = happening.instructed_on
    for item in _accepted(stage, happening, happening.instruction, "instructed on", on):
        yield item.departments, events.ItemInstructed(item.name, happening.instruction, happening.level, on)


def measure(stage: Stage, happening: happenings.Measure) -> Tellings:
    on = happening.measured_on
    for item in _accepted(stage, happening, happening.measurement, "measured", on):
        measured = events.ItemMeasured(item.name, happening.measurement, happening.metric, happening.value, on)
        yield item.departments, measured


def retract(stage: Stage, happening: happenings.Retract) -> Tellings:
    fact, reason = happening.fact, happening.reason
    if fact in stage.calls:
        yield stage.calls.pop(fact), events.CallCancelled(fact, reason)
    elif fact in stage.adjustments:
        yield (stage.adjustments.pop(fact),), events.AdjustmentRetracted(fact, reason)
    elif fact in stage.facts:
        for item in stage.present(stage.facts[fact]):
            if fact not in item.facts:
                raise Refused(f'"{fact}" has been retracted already')
            item.facts.remove(fact)
            yield item.departments, events.ItemFactRetracted(item.name, fact, reason)
    else:
        raise Refused(f'"{fact}" is not there by then')


def resubmit(stage: Stage, happening: happenings.Resubmit) -> Tellings:
    for item in stage.present(happening.items):
        said = stage.said(item, happening.content)
        _check(item.kind, said, stage.today(happening))
        yield item.departments, office.resubmitted(item, said, stages_of(item.scheme, item.kind, said.attributes))


def correct(stage: Stage, happening: happenings.Correct) -> Tellings:
    for item in stage.present(happening.items):
        said = stage.said(item, happening.content)
        _check(item.kind, said, stage.today(happening))
        yield item.departments, office.corrected(item, said, happening.reason)


def withdraw(stage: Stage, happening: happenings.Withdraw) -> Tellings:
    for item in stage.present(happening.items):
        yield item.departments, office.withdrawn(item, happening.reason)
