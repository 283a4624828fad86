"""Days are days on the wall, hours are exact, also where the clock is moved."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.calendars import Duration, start_instant

# Zones that move their clock at midnight, by half an hour, that skipped a whole day, and that never move it.
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo", "America/Havana", "Australia/Lord_Howe", "Pacific/Apia")

zones = st.sampled_from(ZONES).map(ZoneInfo)
durations = st.builds(Duration, st.integers(0, 400), st.integers(0, 100_000))
instants = st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))
days = st.dates(date(1990, 1, 1), date(2037, 1, 1))


@settings(deadline=None)
@given(st.builds(Duration, st.integers(0, 9999), st.integers(0, 9999)))
def test_a_length_of_time_is_written_as_it_is_read(duration: Duration) -> None:
    assert Duration.parse(str(duration)) == duration


@pytest.mark.parametrize(
    ("text", "days", "minutes"),
    [("P0D", 0, 0), ("P2D", 2, 0), ("PT36H", 0, 2160), ("P1DT2H", 1, 120), ("P1W", 7, 0), ("PT1H30M", 0, 90)],
)
def test_lengths_of_time_are_read(text: str, days: int, minutes: int) -> None:
    assert Duration.parse(text) == Duration(days, minutes)


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1DT", "2D", "p2d", "P1W2D", "P-1D", "P1.5D", "P1M", "P2D ", "P٢D", "P99999D"]
)
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no length of time"):
        Duration.parse(text)


@settings(deadline=None)
@given(days, zones)
def test_days_begin_one_after_another(day: date, zone: ZoneInfo) -> None:
    assert start_instant(day, zone) <= start_instant(day + timedelta(days=1), zone)


@settings(deadline=None)
@given(days, zones)
def test_a_day_begins_with_its_own_date_unless_the_zone_skipped_it(day: date, zone: ZoneInfo) -> None:
    begins = start_instant(day, zone)

    assert (begins - timedelta(microseconds=1)).astimezone(zone).date() < day
    skipped = zone.key == "Pacific/Apia" and day == date(2011, 12, 30)
    assert begins.astimezone(zone).date() == day + timedelta(days=skipped)


def test_a_day_whose_midnight_the_clock_skips_begins_after_the_gap() -> None:
    zone = ZoneInfo("America/Sao_Paulo")

    begins = start_instant(date(2018, 11, 4), zone)

    assert begins.astimezone(zone).isoformat() == "2018-11-04T01:00:00-02:00"


def test_a_day_whose_midnight_the_clock_shows_twice_begins_at_the_first() -> None:
    zone = ZoneInfo("America/Havana")

    begins = start_instant(date(2020, 11, 1), zone)

    assert begins.astimezone(zone).isoformat() == "2020-11-01T00:00:00-04:00"


@settings(deadline=None)
@given(instants, zones, st.integers(0, 100_000))
def test_hours_are_exact(instant: datetime, zone: ZoneInfo, minutes: int) -> None:
    assert Duration(0, minutes).after(instant, zone) - instant == timedelta(minutes=minutes)
    assert instant - Duration(0, minutes).before(instant, zone) == timedelta(minutes=minutes)


@settings(deadline=None)
@given(days, zones, st.integers(0, 400))
def test_days_lead_from_midnight_to_midnight(day: date, zone: ZoneInfo, count: int) -> None:
    start = start_instant(day, zone)
    moved_midnight = start.astimezone(zone).hour != 0

    if not moved_midnight:
        assert Duration(count).after(start, zone) == start_instant(day + timedelta(days=count), zone)
        assert Duration(count).before(start, zone) == start_instant(day - timedelta(days=count), zone)


@settings(deadline=None)
@given(instants, instants, zones, durations)
def test_what_comes_later_stays_later(one: datetime, other: datetime, zone: ZoneInfo, duration: Duration) -> None:
    """Within an hour of a changed clock two instants may meet, but a longer wait never ends much earlier."""
    first, second = sorted((one, other))

    assert duration.after(first, zone) - duration.after(second, zone) <= timedelta(hours=1)


@settings(deadline=None)
@given(instants, zones, durations)
def test_a_length_of_time_never_leads_backwards(instant: datetime, zone: ZoneInfo, duration: Duration) -> None:
    assert duration.after(instant, zone) >= instant
    assert duration.before(instant, zone) <= instant


def test_a_day_across_the_change_to_summer_time_has_23_hours() -> None:
    zone = ZoneInfo("Europe/Berlin")
    noon = datetime(2024, 3, 30, 12, tzinfo=zone)

    assert Duration(1).after(noon, zone) - noon == timedelta(hours=23)
    assert Duration(0, 24 * 60).after(noon, zone) - noon == timedelta(hours=24)


def test_nothing_is_added_to_an_instant_that_the_clock_shows_the_second_time() -> None:
    zone = ZoneInfo("Europe/Berlin")
    second = datetime(2024, 10, 27, 1, 30, tzinfo=UTC)

    assert Duration().after(second, zone) == second
