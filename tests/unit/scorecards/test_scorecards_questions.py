"""What was asked becomes what is meant: defaults, and refusals that say what would be right."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from services.scoring.application.reading.questions import (
    Asked,
    Misasked,
    NothingScored,
    Scope,
    resolve,
    resolve_period,
)
from services.scoring.application.reading.records import KnownPeriod, Window
from shared.schemes import Scheme
from tests.unit.scorecards.builders import OPENED, SCHEME, scheme


class Known:
    """Schemes, and the months January to March."""

    def __init__(self, *schemes: Scheme, months: Sequence[str] = ("2014-03", "2014-02", "2014-01")) -> None:
        self._schemes = schemes
        self._months = months

    def schemes(self, organisation: str) -> Sequence[Scheme]:
        return self._schemes

    def periods(self, scope: Scope, *, at_most: int, up_to: str | None = None) -> list[KnownPeriod]:
        known = [month for month in self._months if up_to is None or month <= up_to]
        return [KnownPeriod(Window(month, date(2014, 1, 1), date(2014, 2, 1)), 1, OPENED) for month in known[:at_most]]


def other(name: str, calendar: str = "month") -> Scheme:
    text = SCHEME.replace("scheme: district", f"scheme: {name}")
    return scheme(text.replace("month:", f"{calendar}:") if calendar != "month" else text)


def test_the_first_scorecards_calendar_and_the_latest_opened_period_are_the_defaults() -> None:
    known = Known(scheme())
    question = resolve(known, Asked("org"))

    assert question.calendar.name == "month"
    assert resolve_period(known, question, None).window.period == "2014-03"


def test_calendars_that_only_quotas_use_can_be_asked_for_too() -> None:
    assert resolve(Known(scheme()), Asked("org", calendar="week")).choices == ("month", "half", "week")


def test_the_newest_version_of_a_scheme_answers() -> None:
    newer = scheme(SCHEME.replace("version: 1", "version: 2"))

    assert resolve(Known(newer, scheme()), Asked("org")).scheme.version == 2


def test_a_calendar_picks_the_scheme_that_has_it() -> None:
    question = resolve(Known(scheme(), other("annual", "monthly")), Asked("org", calendar="month"))

    assert (question.scheme.name, question.schemes) == ("district", ("annual", "district"))


def test_an_unknown_calendar_is_refused_with_what_was_probably_meant() -> None:
    with pytest.raises(Misasked) as refusal:
        resolve(Known(scheme()), Asked("org", calendar="monht"))

    assert refusal.value.parameter == "calendar"
    assert 'did you mean "month"' in refusal.value.detail
    assert "month, half, week" in refusal.value.detail


def test_an_unknown_scheme_is_refused() -> None:
    with pytest.raises(Misasked, match="scheme"):
        resolve(Known(scheme()), Asked("org", scheme="distict"))


@pytest.mark.parametrize(
    ("period", "said"),
    [("2014-W09", "written like 2014-03"), ("2014-13", "no period"), ("2013-01", "the latest is 2014-03")],
)
def test_a_period_that_nobody_has_a_card_for_is_refused(period: str, said: str) -> None:
    known = Known(scheme())

    with pytest.raises(Misasked, match=said) as refusal:
        resolve_period(known, resolve(known, Asked("org")), period)

    assert refusal.value.parameter == "period"


def test_without_a_scheme_or_a_period_nothing_is_scored_yet() -> None:
    with pytest.raises(NothingScored):
        resolve(Known(), Asked("org"))
    known = Known(scheme(), months=())
    with pytest.raises(NothingScored):
        resolve_period(known, resolve(known, Asked("org")), None)


def test_a_day_stands_for_its_end_in_the_schemes_zone() -> None:
    as_of = resolve(Known(scheme()), Asked("org", as_of=date(2014, 3, 31))).scope.as_of

    assert as_of == datetime(2014, 3, 31, 15, 59, 59, 999999, tzinfo=UTC)
