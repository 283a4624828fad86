"""Ranks: order, ties, who is compared with whom, awards, bonuses, the disqualified."""

from decimal import Decimal
from typing import Any

import pytest

from services.scoring.domain.cards.evaluation import Card, evaluate
from shared.schemes.model import Audience, Rank
from tests.unit.scorecards.figures import DictBook, card, department, line, member, person, ranked, scheme


def drawn(rank: Rank, reports: dict[str, int], **said: Any) -> dict[str, Card]:
    """Cards of departments with so many reports; the adoptions break ties, 13 reports disqualify."""
    lines = [line("total", "reports"), line("second", "adoption"), line("unlucky", "reports == 13")]
    read = scheme(lines, [card("month", ["total"], rank=rank, **said)])
    book = DictBook(read, everyone=[member(department(name), name[0]) for name in reports])
    for name, amount in reports.items():
        book.earn(department(name), "2014-03", reports=amount, adoption=len(name))
    return {each.member.subject.name: each for each in evaluate(book, "month", "2014-03")}


def ranks(found: dict[str, Card]) -> dict[str, int | None]:
    return {name: each.rank for name, each in found.items()}


def test_a_card_of_certain_roles_is_that_of_those_persons_alone() -> None:
    written = line("own", "reports", "person")
    awards = ranked("own", awards={"all": 1})
    read = scheme([written], [card("month", ["own"], "person", awards, roles=frozenset({"correspondent"}))])
    wang, li, chen = (person(name, "office") for name in ("wang", "li", "chen"))
    roles = {wang: ("correspondent", "leader"), li: ("leader",), chen: ("correspondent",)}
    book = DictBook(read, everyone=[member(one, roles=held) for one, held in roles.items()])
    for one, amount in ((wang, 2), (li, 9), (chen, 1)):
        book.earn(one, "2014-03", reports=amount)

    found = {each.member.subject: each for each in evaluate(book, "month", "2014-03", "person")}

    assert {one: each.rank for one, each in found.items()} == {wang: 1, chen: 2}
    assert (found[wang].rivals, found[wang].awarded) == (2, True)


def test_ties_share_a_rank_and_those_behind_stand_where_they_would_without_ties() -> None:
    assert ranks(drawn(ranked("total"), {"a": 5, "b": 9, "c": 5, "d": 1})) == {"a": 2, "b": 1, "c": 2, "d": 4}


def test_dense_ties_leave_no_number_out() -> None:
    found = drawn(ranked("total", ties="dense"), {"a": 5, "b": 9, "c": 5, "d": 1})

    assert ranks(found) == {"a": 2, "b": 1, "c": 2, "d": 3}


def test_the_lowest_may_come_first() -> None:
    assert ranks(drawn(ranked("total", order="lowest"), {"a": 5, "b": 9, "c": 1})) == {"a": 2, "b": 3, "c": 1}


def test_further_lines_decide_among_equals_and_whom_they_leave_equal_shares() -> None:
    found = drawn(ranked("total", then=("second",)), {"a": 5, "bbb": 5, "cc": 5, "dd": 5})

    assert ranks(found) == {"a": 4, "bbb": 1, "cc": 2, "dd": 2}


def test_groups_are_ranked_for_themselves_and_awarded_by_their_own_number() -> None:
    rank = ranked("total", within="group", awards={"a": 1, "b": 2})

    found = drawn(rank, {"a1": 5, "a2": 9, "b1": 3, "b2": 2, "b3": 1})

    assert ranks(found) == {"a1": 2, "a2": 1, "b1": 1, "b2": 2, "b3": 3}
    assert {name for name, each in found.items() if each.awarded} == {"a2", "b1", "b2"}
    assert (found["a1"].rivals, found["a1"].within) == (2, "a")


def test_one_number_of_awards_holds_for_each_group() -> None:
    found = drawn(ranked("total", within="group", awards={"all": 1}), {"a1": 5, "a2": 9, "b1": 3})

    assert {name for name, each in found.items() if each.awarded} == {"a2", "b1"}


def test_all_who_share_the_last_awarded_rank_are_awarded() -> None:
    found = drawn(ranked("total", awards={"all": 2}), {"a": 9, "b": 5, "c": 5, "d": 1})

    assert {name for name, each in found.items() if each.awarded} == {"a", "b", "c"}


def test_classes_are_ranked_for_themselves_and_a_member_of_two_stands_in_the_first() -> None:
    classes = {"big": Audience(departments=frozenset({"a", "b"})), "rest": Audience()}
    read = scheme(
        [line("total", "reports")], [card("month", ["total"], rank=ranked("total", within="class"))], classes=classes
    )
    book = DictBook(read, everyone=[member(department(name)) for name in "abc"])
    for name, amount in (("a", 1), ("b", 2), ("c", 0)):
        book.earn(department(name), "2014-03", reports=amount)

    found = {each.member.subject.name: each for each in evaluate(book, "month", "2014-03")}

    assert ranks(found) == {"a": 2, "b": 1, "c": 1}
    assert [found[name].within for name in "abc"] == ["big", "big", "rest"]


class TestDisqualified:
    def test_they_have_no_rank_and_those_behind_move_up(self) -> None:
        found = drawn(ranked("total", awards={"all": 2}), {"a": 13, "b": 9, "c": 5}, disqualified="unlucky")

        assert ranks(found) == {"a": None, "b": 1, "c": 2}
        assert [found[name].disqualified for name in "abc"] == [True, False, False]
        assert [found[name].awarded for name in "abc"] == [False, True, True]
        assert found["b"].rivals == 2

    def test_they_may_be_kept_as_last_in_their_own_order_without_an_award(self) -> None:
        rank = ranked("total", awards={"all": 9}, bonus={3: Decimal(5)})

        found = drawn(rank, {"a": 13, "b": 9, "c": 5}, disqualified="unlucky", ranked="last")

        assert ranks(found) == {"a": 3, "b": 1, "c": 2}
        assert (found["a"].awarded, found["a"].disqualified) == (False, True)

    def test_a_card_without_ranks_says_it_too(self) -> None:
        read = scheme([line("no", "reports == 0")], [card("month", ["no"], disqualified="no")])

        assert evaluate(DictBook(read, everyone=[member(department("a"))]), "month", "2014-03")[0].disqualified


class TestInFormulas:
    @pytest.fixture
    def book(self) -> DictBook:
        lines = [
            line("total", "reports"),
            line("place", "rank(total)"),
            line("prize", "rank_bonus(total)"),
            line("with_prize", "total + prize"),
            line("no", "reports == 13"),
            line("other", "rank(place)"),
            line("prizes", "over(month, prize)"),
        ]
        rank = ranked("total", bonus={1: Decimal(5), 2: Decimal("2.5")})
        cards = [
            card("month", ["total", "place", "prize", "with_prize", "other"], rank=rank, disqualified="no"),
            card("half", ["prizes", "place"]),
        ]
        book = DictBook(scheme(lines, cards), everyone=[member(department(name)) for name in "abc"])
        for name, amount in (("a", 7), ("b", 9), ("c", 13)):
            book.earn(department(name), "2014-03", reports=amount)
        return book

    def test_rank_and_its_bonus_are_those_of_the_card_that_ranks_by_the_line(self, book: DictBook) -> None:
        found = {each.member.subject.name: each.values for each in evaluate(book, "month", "2014-03")}

        assert [found[name]["place"] for name in "abc"] == [2, 1, 0]
        assert [found[name]["with_prize"] for name in "abc"] == [Decimal("9.5"), 14, 13]

    def test_there_is_no_rank_by_a_line_that_no_card_ranks_by(self, book: DictBook) -> None:
        assert {each.values["other"] for each in evaluate(book, "month", "2014-03")} == {0}

    def test_the_bonuses_of_months_add_up(self, book: DictBook) -> None:
        book.earn(department("a"), "2014-02", reports=1)

        found = {each.member.subject.name: each.values for each in evaluate(book, "half", "2014-H1")}

        # In every month without anything all three share the first rank: January, April, May and June.
        assert found["a"]["prizes"] == 4 * 5 + 5 + Decimal("2.5")
        assert found["a"]["place"] == 0  # the half's card ranks by nothing


def test_persons_are_ranked_over_all_departments() -> None:
    read = scheme([line("mine", "reports", "person")], [card("month", ["mine"], "person", ranked("mine"))])
    wang, li = person("wang", "a"), person("li", "b")
    book = DictBook(read, everyone=[member(department("a")), member(department("b")), member(wang), member(li)])
    book.earn(wang, "2014-03", reports=1).earn(li, "2014-03", reports=2)

    assert [(each.member.subject, each.rank) for each in evaluate(book, "month", "2014-03", "person")] == [
        (wang, 2),
        (li, 1),
    ]


def test_who_is_scored_by_a_version_without_the_ranked_line_has_no_rank() -> None:
    old = scheme({"other": "reports"})
    new = scheme([line("total", "reports")], [card("month", ["total"], rank=ranked("total"))], version=2)
    book = DictBook(old, new, everyone=[member(department("a")), member(department("b"), scheme_version=2)])

    assert [(each.rank, each.rivals) for each in evaluate(book, "month", "2014-03")] == [(None, 0), (1, 1)]
