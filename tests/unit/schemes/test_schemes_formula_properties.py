"""Whatever formula can be written: it gives what plain recursion over its tree gives, asking for the same values."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.schemes.formulas import Formula
from tests.reference.examples import share
from tests.unit.schemes import formula_trees
from tests.unit.schemes.formula_trees import NothingToDivideBy, Tree, evaluated, printed, trees

OTHERWISE = Decimal("-7.5")
VALUE_MAX = Fraction(10) ** 15
NEAREST = Fraction(1, 10**28)


class Asked(dict[str, Decimal]):
    """Remembers which values it was asked for."""

    def __init__(self, values: dict[str, Decimal]) -> None:
        super().__init__(values)
        self.keys_asked: list[str] = []

    def __getitem__(self, key: str) -> Decimal:
        self.keys_asked.append(key)
        return super().__getitem__(key)


def expected(tree: Tree, values: dict[str, Decimal]) -> tuple[Fraction, list[str]]:
    """The value, and which values it takes, in order."""
    asked: list[str] = []
    try:
        value = evaluated(tree, values, asked)
    except NothingToDivideBy:
        return Fraction(OTHERWISE), asked
    within = max(-VALUE_MAX, min(VALUE_MAX, value))
    return (within if abs(within) >= NEAREST else Fraction(0)), asked


@settings(deadline=None, max_examples=share(400))
@given(trees, formula_trees.values)
def test_a_formula_gives_what_its_tree_says(tree: Tree, values: dict[str, Decimal]) -> None:
    asked = Asked(values)

    value = Formula.parse(printed(tree), OTHERWISE).evaluate(asked)

    assert (Fraction(value), asked.keys_asked) == expected(tree, values)


@settings(deadline=None)
@given(trees, formula_trees.values)
def test_further_parentheses_and_spaces_change_nothing(tree: Tree, values: dict[str, Decimal]) -> None:
    text = printed(tree)

    spaced = Formula.parse(f" (( {text.replace(' ', '  ')} ))\n", OTHERWISE)

    assert spaced.evaluate(values) == Formula.parse(text, OTHERWISE).evaluate(values)


@settings(deadline=None, max_examples=share(200))
@given(trees, formula_trees.values)
def test_a_formula_with_its_numbers_put_in_is_a_formula_of_the_same_value(
    tree: Tree, values: dict[str, Decimal]
) -> None:
    formula = Formula.parse(printed(tree), OTHERWISE)

    shown = Formula.parse(formula.with_values(values), OTHERWISE)

    assert shown.references == ()
    assert shown.evaluate({}) == formula.evaluate(values)


@settings(deadline=None)
@given(trees, formula_trees.values)
def test_a_formula_whose_divisors_are_certain_never_divides_by_zero(tree: Tree, values: dict[str, Decimal]) -> None:
    formula = Formula.parse(printed(tree))

    if formula.uncertain_divisor is None:
        assert formula.evaluate(values).is_finite()


@settings(deadline=None)
@given(trees)
def test_references_are_those_that_stand_in_the_text(tree: Tree) -> None:
    text = printed(tree)
    formula = Formula.parse(text)

    for reference in formula.references:
        places = formula.places_of(reference)

        assert places
        assert all(text[start:end] == reference.key for start, end in places)


bounds = st.decimals(-3, 3, places=1, allow_nan=False)
nudges = st.sampled_from([Decimal("-0.000001"), Decimal(0), Decimal("0.000001")])


@settings(deadline=None)
@given(st.lists(st.tuples(bounds, st.booleans()), min_size=1, max_size=6, unique=True), st.data())
def test_a_band_holds_from_each_step_on_to_the_next(steps: list[tuple[Decimal, bool]], data: st.DataObject) -> None:
    text = ", ".join(f"{'above ' * above}{bound:f}: {place}" for place, (bound, above) in enumerate(steps, 1))
    value = data.draw(st.sampled_from([bound for bound, _ in steps])) + data.draw(nudges)

    given_place = Formula.parse(f"band(x, {text})").evaluate({"x": value})

    reached = [step for step in steps if value > step[0] or (value == step[0] and not step[1])]
    assert given_place == (steps.index(max(reached)) + 1 if reached else 0)


@settings(deadline=None)
@given(st.decimals(-9999, 9999, places=5, allow_nan=False), st.integers(0, 4))
def test_halves_are_rounded_away_from_zero(value: Decimal, places: int) -> None:
    rounded = Formula.parse(f"round(x, {places})").evaluate({"x": value})

    unit = Decimal(1).scaleb(-places)
    assert rounded % unit == 0
    assert abs(abs(rounded) - abs(value)) <= unit / 2
    assert abs(rounded) >= abs(value) or abs(value) - abs(rounded) < unit / 2
