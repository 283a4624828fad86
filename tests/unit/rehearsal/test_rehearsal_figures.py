"""Who has a card in a rehearsal."""

from datetime import UTC, date, datetime

import pytest

from services.scoring.application.rehearsal.playing.figures import Figures
from services.scoring.application.rehearsal.playing.record import Record
from services.scoring.application.rehearsal.playing.rulebook import Rulebook
from services.scoring.domain.changes import PeriodChange
from services.scoring.domain.descriptions import AppliedScheme, Description, PersonDescription
from services.scoring.domain.keys import PeriodKey
from shared.schemes import read_scheme
from tests.unit.rehearsal.small import SCHEME

AT = datetime(2014, 1, 1, tzinfo=UTC)
FEBRUARY = PeriodChange(1, date(2014, 2, 1), date(2014, 3, 1), opened_at=AT)


def told(place: int, from_on: str, last_on: str | None) -> PersonDescription:
    last = None if last_on is None else date.fromisoformat(last_on)
    return PersonDescription(date.fromisoformat(from_on), place, f"Wang {place}", (), {}, last)


@pytest.mark.parametrize(
    ("descriptions", "title"),
    [
        ([told(1, "2014-01-01", None)], "Wang 1"),
        ([told(1, "2014-03-01", None)], None),
        ([told(1, "2014-01-01", "2014-02-01")], "Wang 1"),
        ([told(1, "2014-01-01", "2014-01-31")], None),
        ([told(1, "2014-01-01", "2014-02-20"), told(2, "2014-02-05", "2014-02-10")], "Wang 2"),
        ([told(1, "2014-01-01", "2014-02-20"), told(2, "2014-01-15", "2014-01-20")], None),
        ([told(1, "2014-01-01", None), told(2, "2014-03-01", "2014-03-02")], "Wang 1"),
    ],
)
def test_a_person_has_a_card_as_described_last_in_a_period_in_which_they_were_there(
    descriptions: list[PersonDescription], title: str | None
) -> None:
    scheme = read_scheme(SCHEME)
    record = Record("office")
    record.descriptions = [(AT, Description(date(2014, 1, 1), 1, "Office", None, (), {}))]
    record.persons = [(AT, ("wang", one)) for one in descriptions]
    record.applied = [(AT, AppliedScheme(scheme.name, scheme.version, date(2014, 1, 1), 1))]
    record.periods = {PeriodKey(scheme.name, "month", "2014-02"): [(AT, FEBRUARY)]}

    members = list(Figures("town", record, Rulebook([scheme]), None).members("month", "2014-02"))

    assert [one.title for one in members] == ["Office", *([title] if title else [])]
