"""Attributes against their kind."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.submission.domain.attributes import check_attributes
from services.submission.domain.refusals import AttributeMistakes
from tests.reference.examples import share
from tests.unit.submission.building import kind


@pytest.mark.parametrize(
    ("given_value", "travels"),
    [
        ({"photos": 3}, 3),
        ({"hours": Decimal("1.50")}, "1.50"),
        ({"hours": "2"}, "2"),
        ({"hours": Decimal("1E+2")}, "100"),
        ({"public": False}, False),
        ({"filmed_on": "2014-03-08"}, "2014-03-08"),
        ({"tags": ["green", "red"]}, ["green", "red"]),
        ({"place": "第一行\n第二行"}, "第一行\n第二行"),
        ({"aired_at": "16:00"}, "16:00"),
        ({"aired_at": "16:00:00"}, "16:00"),
        ({"aired_at": "16:00:30"}, "16:00:30"),
        ({"films": ["一.mp4", "https://example.org/2.mp4"]}, ["一.mp4", "https://example.org/2.mp4"]),
        ({"score": 5}, 5),
    ],
)
def test_values_travel_exactly(given_value: dict[str, Any], travels: object) -> None:
    (name,) = given_value

    assert check_attributes(kind(), {"topic": "progress", **given_value})[name] == travels


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("topic", "practise"),
        ("topic", 1),
        ("tags", "red"),
        ("tags", ["red", "red"]),
        ("tags", ["blue"]),
        ("photos", True),
        ("photos", "3"),
        ("photos", 10**30),
        ("hours", "much"),
        ("hours", "NaN"),
        ("hours", Decimal("Infinity")),
        ("hours", "1" * 40),
        ("hours", "1e999999"),
        ("public", 1),
        ("filmed_on", "2014-02-30"),
        ("filmed_on", 20140308),
        ("aired_at", "24:00"),
        ("aired_at", "16:00+08:00"),
        ("aired_at", "4pm"),
        ("aired_at", 16),
        ("films", "一.mp4"),
        ("films", [1]),
        ("films", []),
        ("films", ["a", "b", "c", "d"]),
        ("films", ["a", "a"]),
        ("films", [" "]),
        ("films", ["a\x00"]),
        ("films", ["x" * 501]),
        ("score", 0),
        ("score", 6),
        ("place", "a\x00b"),
        ("place", "x" * 2_001),
        ("place", None),
    ],
)
def test_an_unfit_value_is_named(name: str, value: object) -> None:
    with pytest.raises(AttributeMistakes) as refused:
        check_attributes(kind(), {"topic": "progress", name: value})

    assert [mistake.field for mistake in refused.value.mistakes] == [f"attributes.{name}"]


def test_all_mistakes_are_told_at_once_with_what_would_be_right() -> None:
    with pytest.raises(AttributeMistakes) as refused:
        check_attributes(kind(), {"photo": 1, "hours": "many"})

    told = {mistake.field: mistake.detail for mistake in refused.value.mistakes}
    assert set(told) == {"attributes.photo", "attributes.hours", "attributes.topic"}
    assert "did you mean “photos”?" in told["attributes.photo"]


def test_attributes_together_are_bounded() -> None:
    with pytest.raises(AttributeMistakes):
        check_attributes(kind(), {"topic": "progress", **{f"n{number}": "x" * 2_000 for number in range(50)}})


json_values = st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=5)


@settings(max_examples=share(50))
@given(
    st.dictionaries(
        st.sampled_from(sorted(kind().attributes)) | st.text(max_size=5),
        json_values | st.lists(json_values, max_size=2),
        max_size=4,
    )
)
def test_nothing_but_a_refusal_comes_of_nonsense(attributes: dict[str, Any]) -> None:
    try:
        accepted = check_attributes(kind(), attributes)
    except AttributeMistakes:
        return
    assert set(accepted) == set(attributes)
