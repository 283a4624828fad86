"""Cards: lines from totals, ranks within groups, awards, and how settled the figures are."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

import pytest

from services.scoring.application.reading.cards import Card, cards
from services.scoring.application.reading.records import Amounts, Membership
from tests.unit.scorecards.builders import OPENED, SCHEME, amounts, member, scheme

CLOSED = OPENED + timedelta(days=31)
FINAL = CLOSED + timedelta(days=5)


def drawn(calendar: str, members: Iterable[Membership], earned: Amounts) -> dict[str, Card]:
    read = scheme()
    return {card.department: card for card in cards(lambda _: read, calendar, members, earned)}


def test_lines_are_computed_in_the_cards_order_from_the_totals() -> None:
    earned = amounts(culture={"reports": "3", "adoption": "25.50", "instructions": "30"})

    card = drawn("month", [member("culture")], earned)["culture"]

    assert list(card.values.items()) == [
        ("reporting", Decimal(3)),
        ("adopted", Decimal("25.5")),
        ("instructed", Decimal(30)),
        ("total", Decimal("58.5")),
    ]
    assert card.headline == Decimal("58.5")


def test_a_department_that_did_nothing_has_a_card_of_zeros() -> None:
    assert set(drawn("month", [member("idle")], {})["idle"].values.values()) == {Decimal(0)}


def test_round_numbers_carry_no_exponent() -> None:
    card = drawn("half", [member("culture")], amounts(culture={"adoption": "100.00"}))["culture"]

    assert str(card.values["total"]) == "100"


def test_departments_are_ranked_within_their_group_and_the_first_are_awarded() -> None:
    members = [member("a", "street"), member("b", "street"), member("c", "street"), member("x", "committee")]
    earned = amounts(a={"reports": "5"}, b={"reports": "9"}, c={"reports": "5"}, x={"reports": "1"})

    by_department = drawn("half", members, earned)

    standings = {name: card.standing for name, card in by_department.items()}
    assert {name: (at.rank, at.of, at.within, at.awarded) for name, at in standings.items() if at} == {
        "a": (2, 3, "street", False),
        "b": (1, 3, "street", True),
        "c": (2, 3, "street", False),
        "x": (1, 1, "committee", True),
    }


def test_each_department_is_scored_by_the_version_its_period_belongs_to() -> None:
    versions = {
        1: scheme(),
        2: scheme(SCHEME.replace("version: 1", "version: 2").replace("reports * 1", "reports * 2")),
    }
    members = [member("a"), member("b", scheme_version=2)]

    old, new = cards(versions.__getitem__, "month", members, amounts(a={"reports": "3"}, b={"reports": "3"}))

    assert (old.headline, new.headline) == (Decimal(3), Decimal(6))


def test_a_calendar_with_quotas_alone_has_cards_without_lines() -> None:
    card = drawn("week", [member("culture")], amounts(culture={"reports": "1"}))["culture"]

    assert (card.values, card.headline, card.standing) == ({}, None, None)


@pytest.mark.parametrize(
    ("closed_at", "final_at", "restated_at", "state", "provisional"),
    [
        (None, None, None, "open", True),
        (CLOSED, None, None, "closed", True),
        (CLOSED, FINAL, None, "final", False),
        (CLOSED, FINAL, FINAL + timedelta(days=1), "restated", False),
    ],
)
def test_a_card_says_how_settled_it_is(closed_at, final_at, restated_at, state, provisional) -> None:  # type: ignore[no-untyped-def]
    one = member("culture", closed_at=closed_at, final_at=final_at, restated_at=restated_at)

    card = drawn("month", [one], {})["culture"]

    assert (card.state, card.provisional) == (state, provisional)


def test_a_closed_card_that_never_becomes_final_is_not_provisional() -> None:
    assert not drawn("half", [member("culture", closed_at=CLOSED)], {})["culture"].provisional
