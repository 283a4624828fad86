"""What was asked becomes what is meant: defaults, and refusals that say what would be right."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

import pytest

from services.scoring.application.reading.questions import (
    Asked,
    Misasked,
    NothingScored,
    Scope,
    known_periods,
    resolve,
    resolve_period,
)
from services.scoring.application.reading.records import KnownPeriod
from shared.calendars import Period
from shared.schemes import Scheme
from tests.unit.scorecards.builders import OPENED, SCHEME, scheme


class Known:
    """Schemes, and the months January to March."""

    def __init__(self, *schemes: Scheme, months: Sequence[str] = ("2014-03", "2014-02", "2014-01")) -> None:
        self._schemes = schemes
        self._months = months

    def schemes(self, organisation: str) -> Sequence[Scheme]:
        return self._schemes

    def closings(self, scope: Scope) -> Mapping[str, date]:
        return {"campaign": date(2014, 5, 31)}

    def periods(self, scope: Scope, *, at_most: int, up_to: str | None = None) -> list[KnownPeriod]:
        return self.named_periods(
            scope, [month for month in self._months if up_to is None or month <= up_to], at_most=at_most
        )

    def named_periods(self, scope: Scope, names: Sequence[str], *, at_most: int) -> list[KnownPeriod]:
        known = [name for name in names if name in self._months]
        return [
            KnownPeriod(Period(scope.calendar, name, date(2014, 1, 1), date(2014, 2, 1)), 1, OPENED)
            for name in known[:at_most]
        ]


def other(name: str, calendar: str = "month") -> Scheme:
    text = SCHEME.replace("scheme: district", f"scheme: {name}")
    return scheme(text.replace("month:", f"{calendar}:") if calendar != "month" else text)


PERSONAL = SCHEME.replace(
    "  total: reporting", "  mine: {formula: department(reports), subject: person}\n  total: reporting"
).replace("scorecards:\n", "scorecards:\n  people: {calendar: month, subject: person, lines: [mine]}\n")


def test_the_first_scorecards_calendar_and_the_latest_opened_period_are_the_defaults() -> None:
    known = Known(scheme())
    question = resolve(known, Asked("org"))

    assert question.calendar.name == "month"
    assert resolve_period(known, question, None).period.id == "2014-03"


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


def test_a_scorecards_name_says_calendar_and_subject() -> None:
    question = resolve(Known(scheme(PERSONAL)), Asked("org", scorecard="people"))

    assert (question.kind, question.calendar.name, question.kinds) == ("person", "month", ("department", "person"))


@pytest.mark.parametrize(
    ("asked", "parameter", "said"),
    [
        (Asked("org", scorecard="poeple"), "name", 'did you mean "people"'),
        (Asked("org", scorecard="people", calendar="half"), "calendar", 'is of the calendar "month"'),
        (Asked("org", scorecard="people", subject="department"), "subject", "is of a person"),
        (Asked("org", calendar="week", subject="person"), "calendar", "there is: month"),
    ],
)
def test_what_does_not_fit_the_scorecard_is_refused(asked: Asked, parameter: str, said: str) -> None:
    with pytest.raises(Misasked, match=said) as refusal:
        resolve(Known(scheme(PERSONAL)), asked)

    assert refusal.value.parameter == parameter


def test_a_calendar_of_persons_alone_means_persons() -> None:
    personal = PERSONAL.replace("people: {calendar: month", "people: {calendar: quarter").replace(
        "  week: {every", "  quarter: {every: quarter}\n  week: {every"
    )

    assert resolve(Known(scheme(personal)), Asked("org", calendar="quarter")).kind == "person"


def test_where_nobody_of_a_kind_is_scored_there_is_nothing() -> None:
    with pytest.raises(NothingScored, match="of a group"):
        resolve(Known(scheme()), Asked("org", subject="group"))


def test_listed_periods_come_in_the_order_of_their_days() -> None:
    terms = (
        "{periods: {2014-spring: {from: 2014-02-01, to: 2014-07-31}, 2014-autumn: {from: 2014-09-01, to: 2014-12-31}}}"
    )
    known = Known(
        scheme(SCHEME.replace("month: {every: month}", f"month: {terms}")), months=("2014-autumn", "2014-spring")
    )
    question = resolve(known, Asked("org", calendar="month"))

    assert [each.period.id for each in known_periods(known, question, 2)] == ["2014-autumn", "2014-spring"]
    assert [each.period.id for each in known_periods(known, question, 2, "2014-spring")] == ["2014-spring"]


CAMPAIGN = SCHEME.replace("calendars:\n", "calendars:\n  campaign: {from: 2014-03-01}\n").replace(
    "scorecards:\n", "scorecards:\n  campaign: {lines: [total]}\n"
)


def test_a_campaign_that_was_closed_has_its_last_day() -> None:
    calendar = resolve(Known(scheme(CAMPAIGN)), Asked("org", calendar="campaign")).calendar

    assert calendar.period("campaign").last == date(2014, 5, 31)


def test_as_of_an_instant_before_it_was_closed_a_campaign_is_open_whatever_end_is_stored() -> None:
    class KnownThen(Known):
        def closings(self, scope: Scope) -> Mapping[str, date]:
            return {}

    known = KnownThen(scheme(CAMPAIGN), months=["campaign"])
    question = resolve(known, Asked("org", calendar="campaign", as_of=datetime(2014, 4, 1, tzinfo=UTC)))

    assert resolve_period(known, question, "campaign").period.open
