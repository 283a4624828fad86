"""In what figures differ from those that were told, and what of that was corrected before."""

from collections.abc import Mapping
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.scoring.domain.errata import Erratum, Figure, FigureKey, differences, figures_of, retold
from services.scoring.domain.told import Figures, Table, ToldCard, ToldLine, ToldObligation, ToldQuota

TOTAL = FigureKey("line", "department", "north", None, None, "total", "")


def figures(total: str = "5", rank: int | None = 1, state: str = "met", actual: str = "2") -> Figures:
    card = ToldCard(
        "north", None, "北局", "bureau", "closed", {"total": Decimal(total)}, rank, 3, "bureau", rank == 1, False
    )
    owed = ToldObligation("north", None, "北局", "bureau", "week", "2014-W09", Decimal(2), Decimal(actual), state, None)  # type: ignore[arg-type]
    return Figures(
        (Table("department", (ToldLine("total", "总分", "", ""),), "total", (card,)),),
        (ToldQuota("weekly", "每周两条", "不得少于2条", "items", "department", (owed,)),),
        (),
    )


def changed(before: Figures, now: Figures) -> list[tuple[str, str | None, str | None]]:
    found = differences(figures_of(before), figures_of(now))
    return [(key.of, was and was.value, figure and figure.value) for key, was, figure in found]


def test_equal_figures_differ_in_nothing() -> None:
    assert changed(figures(), figures()) == []


def test_a_line_a_rank_an_award_and_an_outcome_are_told_of() -> None:
    assert changed(figures(), figures("2", 2, "missed", "1")) == [
        ("line", "5", "2"),
        ("rank", "1", "2"),
        ("outcome", "met", "missed"),
        ("actual", "2", "1"),
        ("awarded", "true", None),
    ]


def test_a_card_that_comes_or_goes_is_told_of_with_all_its_figures() -> None:
    nobody = Figures((), (), ())
    assert changed(nobody, figures(rank=None)) == [
        ("line", None, "5"),
        ("outcome", None, "met"),
        ("actual", None, "2"),
    ]
    assert changed(figures(rank=None), nobody) == [("line", "5", None), ("outcome", "met", None), ("actual", "2", None)]


values = st.dictionaries(st.sampled_from("abcde"), st.sampled_from("123"))


def keyed(told: Mapping[str, str]) -> dict[FigureKey, Figure]:
    return {TOTAL._replace(name=name): Figure(value, "北局", name) for name, value in told.items()}


@given(st.lists(values, min_size=2, max_size=6))
def test_what_was_told_with_all_later_errata_is_what_is_so(history: list[dict[str, str]]) -> None:
    told, *later = map(keyed, history)
    errata: list[Erratum] = []
    for now in later:
        for key, was, figure in list(differences(retold(told, errata), now)):
            shown = figure or was
            assert shown is not None
            errata.append(
                Erratum(
                    *(1, "month", "2014-02", *key[:5], shown.title, key.name, shown.name_title, key.period),
                    was=was.value if was else None,
                    now=figure.value if figure else None,
                )
            )
        assert retold(told, errata) == now
        assert list(differences(retold(told, errata), now)) == []
