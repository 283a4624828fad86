"""Choosing schemes, publishing versions, outlets' standings, imported instants."""

import datetime as dt
from dataclasses import replace

import pytest

from services.submission.domain.departments import check_change, check_registration
from services.submission.domain.imports import check_instant, event_of, fact_of, item_of
from services.submission.domain.outlets import with_standing
from services.submission.domain.refusals import (
    AmbiguousScheme,
    ChangeBeforeLast,
    DateInFuture,
    DepartmentLive,
    InstantRefused,
    NotJoined,
    Refused,
    SchemeMismatch,
    UnknownKind,
    UnknownScheme,
    VersionOutOfOrder,
)
from services.submission.domain.rulebooks import (
    Closing,
    Rulebook,
    check_address,
    check_succession,
    choose_scheme,
    day_of,
    in_force,
    is_open,
    today_of,
)
from shared.calendars import Campaign
from shared.contracts.directory_events import OutletStanding
from tests.unit.submission.building import STANDINGS, scheme

UTC = dt.UTC
ONE, TWO = scheme(), scheme(version=2, effective="2014-07-01")


def test_the_version_in_force_is_that_of_the_day_in_its_own_zone() -> None:
    midnight = dt.datetime(2014, 6, 30, 16, tzinfo=UTC)

    assert in_force((ONE, TWO), midnight - dt.timedelta(microseconds=1)) == {"news": ONE}
    assert in_force((ONE, TWO), midnight) == {"news": TWO}
    assert in_force((ONE, TWO), dt.datetime(2013, 12, 31, tzinfo=UTC)) == {}
    assert today_of(ONE, midnight) == dt.date(2014, 7, 1)
    assert day_of(ONE, dt.date(2014, 7, 1)) == (midnight, midnight + dt.timedelta(days=1))


def test_the_scheme_of_an_item_is_the_only_one_that_has_its_kind() -> None:
    holding = {"news": ONE}
    assert choose_scheme(holding, "report", None) == (ONE, ONE.kinds["report"])

    both = {**holding, "campaign": scheme("campaign")}
    assert choose_scheme(both, "report", "campaign")[0].name == "campaign"
    with pytest.raises(AmbiguousScheme, match="campaign, news"):
        choose_scheme(both, "report", None)
    with pytest.raises(UnknownKind, match="did you mean “report”"):
        choose_scheme(holding, "reprot", None)
    with pytest.raises(UnknownKind, match="no scheme is in force yet"):
        choose_scheme({}, "report", None)
    with pytest.raises(UnknownScheme, match="did you mean “news”"):
        choose_scheme(holding, "report", "new")


def test_a_version_follows_the_one_before() -> None:
    check_succession(ONE, ())
    check_succession(TWO, (ONE,))
    for wrong, before in ((TWO, ()), (ONE, (ONE,)), (scheme(version=2), (ONE,)), (scheme(version=3), (ONE,))):
        with pytest.raises(VersionOutOfOrder):
            check_succession(wrong, before)
    check_address("news", 1, ONE)
    for name, version in (("other", 1), ("news", 2)):
        with pytest.raises(SchemeMismatch):
            check_address(name, version, ONE)


def test_a_closing_holds_in_every_version_in_which_the_calendar_is_open() -> None:
    campaign = Campaign("campaign", dt.date(2014, 1, 1))
    ended = Campaign("campaign", dt.date(2014, 1, 1), dt.date(2014, 3, 31))
    open_one = replace(ONE, calendars={**ONE.calendars, "campaign": campaign})
    ended_one = replace(TWO, calendars={**TWO.calendars, "campaign": ended})

    rulebook = Rulebook.of([open_one, ended_one], [Closing("news", "campaign", dt.date(2014, 5, 1))])

    assert rulebook.edition == 3
    lasts = [scheme.calendars["campaign"].period("campaign").last for scheme in rulebook.schemes]
    assert lasts == [dt.date(2014, 5, 1), dt.date(2014, 3, 31)]
    assert is_open(open_one, "campaign")
    assert not any(is_open(each, name) for each in rulebook.schemes for name in ("campaign", "week", "none"))


def test_standings_are_kept_oldest_first_and_the_last_word_on_a_day_holds() -> None:
    district = OutletStanding(dt.date(2013, 1, 1), "日报", "district", "newspaper")
    again = OutletStanding(dt.date(2014, 4, 1), "日报", "national", "newspaper")
    corrected = OutletStanding(dt.date(2014, 3, 1), "日报", "city", "newspaper")

    assert with_standing(STANDINGS, district) == (district, *STANDINGS)
    assert with_standing(STANDINGS, again) == STANDINGS
    assert with_standing(STANDINGS, corrected) == (STANDINGS[0], corrected)
    assert with_standing((), district) == (district,)


def test_ids_of_imports_follow_from_their_keys() -> None:
    made = {item_of("a", "R1"), item_of("b", "R1"), item_of("a", "R2"), fact_of("a", "R1"), event_of("a", "R1")}

    assert len(made) == 5
    assert item_of("a", "R1") in made


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"live": True}, DepartmentLive),
        ({"at": dt.datetime(2014, 6, 2, tzinfo=UTC)}, InstantRefused),
        ({"at": dt.datetime(2013, 12, 31, tzinfo=UTC)}, NotJoined),
        ({"at": dt.datetime(2014, 2, 28, tzinfo=UTC)}, InstantRefused),
    ],
)
def test_an_imported_instant_fits_between_the_last_one_and_now(
    changes: dict[str, object], refused: type[Refused]
) -> None:
    fitting = {
        "department": "press",
        "at": dt.datetime(2014, 3, 1, tzinfo=UTC),
        "live": False,
        "joins_at": dt.datetime(2014, 1, 1, tzinfo=UTC),
        "last_recorded_at": dt.datetime(2014, 3, 1, tzinfo=UTC),
        "now": dt.datetime(2014, 6, 1, tzinfo=UTC),
    }
    check_instant(**fitting)  # type: ignore[arg-type]

    with pytest.raises(refused):
        check_instant(**{**fitting, **changes})  # type: ignore[arg-type]


def test_descriptions_go_forward() -> None:
    march, april = dt.date(2014, 3, 1), dt.date(2014, 4, 1)
    check_change(april, march)
    with pytest.raises(ChangeBeforeLast):
        check_change(march, april)
    now = dt.datetime(2014, 3, 15, tzinfo=UTC)
    check_registration(april, dt.datetime(2014, 4, 1, tzinfo=UTC), True, now)
    with pytest.raises(DateInFuture):
        check_registration(april, dt.datetime(2014, 4, 1, tzinfo=UTC), False, now)
