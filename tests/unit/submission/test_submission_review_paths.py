"""Which stages an item goes through."""

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from services.submission.domain.commands import Correct, Resubmit, Review
from services.submission.domain.review_paths import stages_of
from shared.schemes.model import Attribute, Bands, Condition, Kind, ReviewPath
from tests.unit.submission.building import content, item

LONG = Bands((("short", Decimal(0)), ("long", Decimal(800))))


def kind(*paths: ReviewPath) -> Kind:
    types: dict[str, Any] = {
        "channel": "choice",
        "tags": "choices",
        "words": "number",
        "photos": "integer",
        "public": "boolean",
        "filmed_on": "date",
        "aired_at": "time",
        "films": "files",
    }
    attributes = {name: Attribute(name, name, type_) for name, type_ in types.items()}
    return Kind("report", "信息", attributes, paths)


def path(*stages: str, **condition: Any) -> ReviewPath:
    return ReviewPath(stages, (Condition(**condition),) if condition else ())


def test_the_first_path_that_fits_is_the_items() -> None:
    outside = path("section", "office", field="channel", values=frozenset({"outside"}))
    of = kind(outside, path("office"))

    assert stages_of(of, {"channel": "outside"}) == ("section", "office")
    assert stages_of(of, {"channel": "own_site"}) == ("office",)
    assert stages_of(of, {}) == ("office",)
    assert stages_of(kind(outside), {"channel": "own_site"}) == ()
    assert stages_of(kind(), {}) == ()


@pytest.mark.parametrize(
    ("condition", "fitting", "unfitting"),
    [
        ({"field": "tags", "values": frozenset({"red"})}, ["green", "red"], ["green"]),
        ({"field": "public", "values": frozenset({"true"})}, True, False),
        ({"field": "photos", "values": frozenset({"3"})}, 3, 4),
        ({"field": "words", "values": frozenset({"3.5"})}, "3.50", "3.51"),
        ({"field": "words", "values": frozenset({"long"}), "bands": LONG}, "800", "799.9"),
        ({"field": "channel", "none_of": frozenset({"outside"})}, "own_site", "outside"),
        ({"field": "words", "at_least": Decimal(800)}, "800", "799.99"),
        ({"field": "photos", "above": Decimal(2)}, 3, 2),
        ({"field": "films", "at_most": Decimal(1)}, ["a"], ["a", "b"]),
        ({"field": "filmed_on", "below": date(2024, 3, 30)}, "2024-03-29", "2024-03-30"),
        ({"field": "aired_at", "at_least": time(16)}, "16:00", "15:59"),
    ],
)
def test_every_form_of_condition_is_understood(condition: dict[str, Any], fitting: Any, unfitting: Any) -> None:
    of = kind(path("office", **condition))

    assert stages_of(of, {condition["field"]: fitting}) == ("office",)
    assert stages_of(of, {condition["field"]: unfitting}) == ()


def test_an_attribute_that_is_not_there_fulfils_only_none_of() -> None:
    assert stages_of(kind(path("office", field="words", at_least=Decimal(0))), {}) == ()
    assert stages_of(kind(path("office", field="channel", none_of=frozenset({"outside"}))), {}) == ("office",)


def test_a_correction_leaves_an_item_on_its_way() -> None:
    state = item(Review("accepted"), Correct(content(title="改"), "错字"))

    assert (state.title, state.state, state.awaits, state.stages) == (
        "改",
        "submitted",
        "office",
        ("section", "office"),
    )
    mended = item(Review("returned", reason="缺"), Resubmit(content(title="补")))
    assert (mended.awaits, mended.stages_passed) == ("section", 0)
