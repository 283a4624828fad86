"""Why a command is refused. Each refusal names the fields it is about, and becomes one type of problem document."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class FieldMistake:
    field: str
    """Where in the command: ``attributes.topic``, ``published_on``."""
    detail: str


class Refused(Exception):
    """A command that the rules do not allow. Nothing was written."""

    def __init__(self, *mistakes: FieldMistake) -> None:
        super().__init__("; ".join(f"{mistake.field}: {mistake.detail}" for mistake in mistakes))
        self.mistakes = mistakes


class Invalid(Refused):
    """What the command says does not fit the rulebook or the calendar: another wording of it may pass."""


class UnknownKind(Invalid):
    """No scheme in force has such items."""


class UnknownScheme(Invalid):
    """The organisation has no such scheme in force."""


class AmbiguousScheme(Invalid):
    """Several schemes in force have the kind, and the command does not say which one it means."""


class AttributeMistakes(Invalid):
    """Attributes that the kind lacks, needs, or understands differently: all mistakes in one go."""


class ContributorMistakes(Invalid):
    """Contributors that the kind has no role for, lacks, or that no department knows: all mistakes in one go."""


class UnknownDepartment(Invalid):
    """The organisation has no such department."""


class UnfitDepartments(Invalid):
    """A list of departments names one twice, or the department that it is beside."""


class UnknownPerson(Invalid):
    """The department has no such person."""


class UnknownCall(Invalid):
    """The department was issued no such call, or the call was cancelled."""


class UnknownQuota(Invalid):
    """No version of the scheme has the quota, or it is not owed by whom the command names."""


class UnknownPeriod(Invalid):
    """The calendar has no period of this name."""


class UnknownCalendar(Invalid):
    """No version of the scheme has the calendar."""


class UnknownOutlet(Invalid):
    """The organisation's registry of outlets does not know it, or not yet on that day."""


class DateInFuture(Invalid):
    """Something is said to have happened on a day that has not come yet, in the scheme's time zone."""


class DateInPast(Invalid):
    """Something that is to come or to end has passed already."""


class ReasonMissing(Invalid):
    """An item cannot be returned without saying what to mend."""


class ChangeBeforeLast(Invalid):
    """A description that holds from a day before the last known change: the past is not rewritten."""


class BackdatingRefused(Invalid):
    """A version cannot hold from that day: it holds already, or the scheme had not begun."""


class StillLive(Invalid):
    """A department that is live cannot go back to having its past imported."""


class SchemeMismatch(Invalid):
    """The address names another scheme, or another version, than the text does."""


class VersionOutOfOrder(Invalid):
    """Versions are published one after the other, each with a later day from which it holds."""


class SchemeTooLate(Invalid):
    """A new version would hold for days that have already been counted by the one before."""


class InstantRefused(Invalid):
    """An imported line's instant lies in the future, or before what the department's stream already holds."""


class UnknownReference(Invalid):
    """An imported line is about something that no line before it brought."""


class ImportKeyReused(Invalid):
    """The key of an imported line was used before, for a line that said something else."""


class NotNow(Refused):
    """The command is sound, but what it is about stands elsewhere."""


class WrongState(NotNow):
    """The item's state does not allow it: one cannot, say, adopt what is not accepted."""


class WrongStage(NotNow):
    """The review is for another stage than the one at which the item waits."""


class DepartmentImporting(NotNow):
    """The department's past is being imported: it takes imports only, until it goes live."""


class DepartmentLive(NotNow):
    """The department's past is complete: it takes no imports."""


class NotJoined(NotNow):
    """The department's first day has not come yet."""


class DepartmentHasLeft(NotNow):
    """The department's last day has passed, or is said already."""


class CalendarNotOpen(NotNow):
    """The calendar's end is known already, or was from the beginning."""


class WorkdaysUnknown(NotNow):
    """What comes next in the department's time depends on the workdays of a year that nobody has told."""


class TooManyFacts(NotNow):
    """The item holds as many facts of that sort as an item may."""


class DifferentText(NotNow):
    """This version of the scheme was published with another text, and a published version never changes."""


class OwnSubmission(Refused):
    """Nobody reviews what they submitted themselves."""


def suggestion(wrong: str, known: Iterable[str]) -> str:
    """ "; did you mean “practice”?" — or what there is to choose from, or nothing when there is nothing."""
    choices = sorted(known)
    close = get_close_matches(wrong, choices, n=1)
    if close:
        return f"; did you mean “{close[0]}”?"
    return f"; there is {', '.join(choices[:20])}" if choices else ""
