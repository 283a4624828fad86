"""What happens to departments beside their items, as events: each function takes one happening."""

from collections.abc import Sequence
from dataclasses import replace

from services.scoring.application.rehearsal.reading import happenings
from services.scoring.application.rehearsal.telling.office import Refused
from services.scoring.application.rehearsal.telling.stage import Stage, Tellings
from shared.contracts import department_events as events


def adjust(stage: Stage, happening: happenings.Adjust) -> Tellings:
    if happening.adjusted_on > stage.today(happening):
        raise Refused(f"{happening.adjusted_on} lies in the future of what happens here")
    stage.adjustments[happening.adjustment] = happening.department
    made = events.AdjustmentMade(
        happening.adjustment,
        stage.declared.latest.name,
        happening.category,
        happening.value,
        happening.adjusted_on,
        happening.reason,
        happening.person,
    )
    yield (happening.department,), made


def call(stage: Stage, happening: happenings.Call) -> Tellings:
    if happening.due_at <= happening.at.instant:
        raise Refused("the call must fall due after it is issued")
    stage.calls[happening.call] = happening.departments
    scheme = stage.declared.latest.name
    yield happening.departments, events.CallIssued(happening.call, scheme, happening.title, happening.due_at)


def waive(stage: Stage, happening: happenings.Waive) -> Tellings:
    scheme = stage.declared.latest.name
    waived = events.ObligationWaived(scheme, happening.quota, happening.period, happening.reason, happening.person)
    yield (happening.department,), waived


def close(stage: Stage, happening: happenings.Close) -> Tellings:
    scheme, calendar = stage.declared.latest, stage.declared.calendar(happening.calendar)
    if happening.calendar in stage.closed:
        raise Refused(f'"{happening.calendar}" has been closed already')
    try:
        if calendar is not None:
            calendar.closed_on(happening.last_on)
    except ValueError as mistake:
        raise Refused(str(mistake)) from mistake
    if happening.last_on < stage.today(happening):
        raise Refused(
            f'"{happening.calendar}" has been counted as open since {happening.last_on}: close it before that'
        )
    stage.closed.add(happening.calendar)
    yield _to_all(stage, happening, events.CalendarClosed(scheme.name, happening.calendar, happening.last_on))


def backdate(stage: Stage, happening: happenings.Backdate) -> Tellings:
    scheme = next((one for one in stage.declared.schemes if one.version == happening.version), None)
    if scheme is None:
        raise Refused(f"there is no version {happening.version} of the scheme here")
    first_day = stage.declared.schemes[0].effective_from
    if scheme.effective_from > stage.today(happening):
        raise Refused(f"version {scheme.version} holds only from {scheme.effective_from} on; it has scored nothing yet")
    if happening.from_on >= scheme.effective_from:
        raise Refused(f"version {scheme.version} holds from {scheme.effective_from} on anyway: name an earlier day")
    if happening.from_on < first_day:
        raise Refused(f"the first version holds only from {first_day} on")
    backdated = events.SchemeBackdated(scheme.name, scheme.version, happening.from_on, happening.reason)
    yield _to_all(stage, happening, backdated)


def _to_all(stage: Stage, happening: happenings.Happening, data: object) -> tuple[Sequence[str], object]:
    """What all departments are told of, those that come later as they begin."""
    there = [name for name, script in stage.scripts.items() if script.joins_at <= happening.at.instant]
    for name in stage.scripts.keys() - there:
        stage.scripts[name].beginning.append(data)
    return there, data


def change(stage: Stage, happening: happenings.Change) -> Tellings:
    script = stage.scripts[happening.department]
    known = script.department
    script.department = described = replace(
        known,
        title=known.title if happening.title is None else happening.title,
        group=known.group if happening.group is None else happening.group,
        tags=known.tags if happening.tags is None else happening.tags,
        facts={**known.facts, **happening.facts},
    )
    changed = events.DepartmentChanged(
        described.title, described.group, described.tags, dict(described.facts), happening.from_on
    )
    yield (happening.department,), changed


def leave(stage: Stage, happening: happenings.Leave) -> Tellings:
    department = stage.scripts[happening.department].department
    if department.last_on is not None:
        raise Refused(f'the last day of "{department.name}" is {department.last_on} already')
    if happening.last_on < department.from_on:
        raise Refused(f'"{department.name}" is there only from {department.from_on} on')
    yield (happening.department,), events.DepartmentLeft(happening.last_on, happening.into)
