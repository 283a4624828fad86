"""Some of the numbers, each time; ``make mutation`` changes them all."""

from pathlib import Path

import pytest

from tests.mutation.folders import FOLDERS, Tally, try_folder
from tests.mutation.numbers import mutants

ONE_IN = 12


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_a_changed_number_is_noticed_by_an_example(folder: Path) -> None:
    tally = Tally()
    for found in try_folder(folder, one_in=ONE_IN):
        tally = found

    assert tally.tried > 0
    assert tally.survivors == []


def test_every_number_of_a_text_is_changed_and_nothing_else() -> None:
    text = "scheme: a1\nversion: 3\nmeasures:\n  m2: {title: 2 items, amount: 1.5, where: {words: {at_least: 800}}}\n"
    text += 'lines:\n  x: "band(m2, 0.9: 3)"\nquotas: {q: {by: 2024-03-01, remind: P2D, due: {at: "16:00"}}}\n'
    text += "calendars: {y: {starts_on: 09-01}}\n"

    changed = [(mutant.before, mutant.after) for mutant in mutants(text)]

    assert changed == [
        ("1.5", "1.6"), ("1.5", "1.4"), ("800", "801"), ("800", "799"), ("0.9", "1.0"), ("0.9", "0.8"),
        ("3", "4"), ("3", "2"), ("2024-03-01", "2024-03-02"), ("2024-03-01", "2024-02-29"),
        ("P2D", "P3D"), ("P2D", "P1D"), ("16:00", "16:01"), ("16:00", "15:59"), ("09-01", "09-02"), ("09-01", "08-31"),
    ]  # fmt: skip
