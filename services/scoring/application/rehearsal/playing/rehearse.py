"""Play happenings under a rulebook: from what an example says to the ledger, the obligations and the cards."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from services.scoring.application.rehearsal.playing.player import Player
from services.scoring.application.rehearsal.playing.record import Record
from services.scoring.application.rehearsal.playing.rehearsal import Closing, Rehearsal
from services.scoring.application.rehearsal.playing.rulebook import Rulebook, rulebook_of
from services.scoring.application.rehearsal.reading.declared import Declared
from services.scoring.application.rehearsal.reading.happenings import Close, Happening
from services.scoring.application.rehearsal.reading.organisation import Organisation
from services.scoring.application.rehearsal.reading.places import Where
from services.scoring.application.rehearsal.telling.scripts import Facts, Script
from services.scoring.application.rehearsal.telling.translation import translate
from services.scoring.domain.errors import CannotFold
from shared.calendars import UnknownYear
from shared.schemes.model import Scheme

_AS_THEY_ARE: Facts = {}


class Unplayable(Exception):
    """What happens contradicts itself, or a due date depends on the workdays of a year that nobody has told."""

    def __init__(self, message: str, where: Where | None) -> None:
        super().__init__(message)
        self.where = where
        """Of the happening at which it came out; None when it came out as time passed after the last."""


def rehearse(
    organisation: Organisation,
    schemes: Sequence[Scheme],
    happenings: Sequence[Happening],
    until: datetime,
    departments: Sequence[str] | None = None,
    facts: Facts = _AS_THEY_ARE,
) -> Rehearsal:
    """Play what happens, in the order of its instants, up to and at ``until``.

    ``schemes`` are all versions of one scheme. ``departments`` are those that take part: all of the organisation's when
    None. Raises SchemeMistakes with everything that may not happen so.
    """
    declared = Declared(organisation, tuple(sorted(schemes, key=lambda scheme: scheme.version)))
    taking_part = tuple(organisation.departments if departments is None else departments)
    scripts = translate(declared, taking_part, facts, happenings)
    rulebook = rulebook_of(declared.schemes)
    closed = (one for one in happenings if isinstance(one, Close) and not one.at.refused)
    closings = [Closing(one.at.instant, one.calendar, one.last_on) for one in closed]
    return Rehearsal(organisation.name, rulebook, taking_part, _Theatre(declared, rulebook, scripts, until), closings)


class _Theatre:
    """Plays each department once, when it is asked for."""

    def __init__(self, declared: Declared, rulebook: Rulebook, scripts: Mapping[str, Script], until: datetime) -> None:
        self._declared = declared
        self._rulebook = rulebook
        self._scripts = scripts
        self._until = until
        self._played: dict[str, Record] = {}

    def __call__(self, department: str) -> Record:
        record = self._played.get(department)
        if record is None:
            record = self._played[department] = self._play(self._scripts[department])
        return record

    def _play(self, script: Script) -> Record:
        """Raises Unplayable."""
        organisation, name = self._declared.organisation, script.department.name
        player = Player(self._rulebook, organisation.name, name, organisation.time_zone, Record(name))
        where: Where | None = None
        try:
            if script.joins_at <= self._until:
                player.begin(script.beginning, script.joins_at)
                for told in script.told:
                    if told.at > self._until:
                        break
                    where = told.where
                    player.tell(told.data, told.at)
                where = None
                player.pass_time(self._until)
        except (CannotFold, UnknownYear) as reason:
            raise Unplayable(str(reason), where) from reason
        return player.record
