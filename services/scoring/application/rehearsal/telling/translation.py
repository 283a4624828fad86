"""From the happenings of an example to the events that every department's stream would have of them.

Milestones are not among them: they come in between when the events are played (``player``).
"""

from collections.abc import Callable, Sequence
from typing import Any

from services.scoring.application.rehearsal.reading import happenings
from services.scoring.application.rehearsal.reading.declared import Declared
from services.scoring.application.rehearsal.reading.happenings import Happening
from services.scoring.application.rehearsal.telling import department_takes, item_takes
from services.scoring.application.rehearsal.telling.office import Mistaken, Refused
from services.scoring.application.rehearsal.telling.scripts import Facts, Script, leave_on_last_day, script_of
from services.scoring.application.rehearsal.telling.stage import Stage, Tellings
from shared.schemes.mistakes import SchemeMistakes
from shared.schemes.reading import Reading


def translate(
    declared: Declared, taking_part: Sequence[str], facts: Facts, happened: Sequence[Happening]
) -> dict[str, Script]:
    """The scripts of the departments, by name. Raises SchemeMistakes with everything that may not happen so.

    ``happened`` stands in the order in which it happens.
    """
    stage = Stage(declared, {name: script_of(declared, name, facts) for name in taking_part})
    for happening in happened:
        _take(stage, happening)
    if stage.reading.mistakes:
        raise SchemeMistakes(tuple(stage.reading.mistakes))
    for script in stage.scripts.values():
        leave_on_last_day(script, declared)
    return stage.scripts


def _take(stage: Stage, happening: Happening) -> None:
    """Tell it to the departments that it concerns, or note why it may not happen."""
    if happening.at.refused:
        _take_refused(stage, happening)
        return
    try:
        for departments, data in _TAKES[type(happening)](stage, happening):
            stage.tell(departments, happening, data)
    except Refused as refused:
        stage.refuse(happening, str(refused))
    except Mistaken:
        return


def _take_refused(stage: Stage, happening: Happening) -> None:
    """It is said to be impossible: note a mistake when it is not."""
    told, stage.reading = stage.reading, Reading()
    try:
        list(_TAKES[type(happening)](stage, happening))
    except (Refused, Mistaken):
        return
    finally:
        stage.reading = told
    stage.refuse(happening, "this is said to be refused, but it is possible")


_TAKES: dict[type, Callable[[Stage, Any], Tellings]] = {
    happenings.Submit: item_takes.submit,
    happenings.Review: item_takes.review,
    happenings.Adopt: item_takes.adopt,
    happenings.Instruct: item_takes.instruct,
    happenings.Measure: item_takes.measure,
    happenings.Retract: item_takes.retract,
    happenings.Resubmit: item_takes.resubmit,
    happenings.Correct: item_takes.correct,
    happenings.Withdraw: item_takes.withdraw,
    happenings.Adjust: department_takes.adjust,
    happenings.Call: department_takes.call,
    happenings.Waive: department_takes.waive,
    happenings.Close: department_takes.close,
    happenings.Backdate: department_takes.backdate,
    happenings.Change: department_takes.change,
    happenings.Leave: department_takes.leave,
}
