from itertools import count
from pathlib import Path

import pytest

from shared.eventstore import sql

_numbers = count()


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that can be imported by its name."""
    directory = tmp_path / f"queried_{next(_numbers)}"
    directory.mkdir()
    (directory / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    return directory


def test_each_name_gives_its_query(package: Path) -> None:
    (package / "queries.sql").write_text(
        "-- about the file\n\n-- name: first\n-- why\nSELECT 1\nFROM a;\n\n-- name: second\nSELECT 2;\n"
    )
    queries = sql.load(package.name)
    assert queries.first == "-- why\nSELECT 1\nFROM a"
    assert queries.second == "SELECT 2"


def test_an_unknown_name_is_told_with_its_file(package: Path) -> None:
    (package / "queries.sql").write_text("-- name: first\nSELECT 1;\n")
    with pytest.raises(AttributeError, match=rf"{package.name}/queries\.sql has no query named third"):
        _ = sql.load(package.name).third


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("-- name: a\nSELECT 1;\n-- name: a\nSELECT 2;\n", "twice"),
        ("SELECT 1;\n-- name: a\nSELECT 2;\n", "before the first"),
    ],
)
def test_a_mistake_in_the_file_is_told_when_it_is_loaded(package: Path, text: str, mistake: str) -> None:
    (package / "queries.sql").write_text(text)
    with pytest.raises(ValueError, match=mistake):
        sql.load(package.name)
