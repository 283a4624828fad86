"""``tongbao scheme check`` as somebody at a terminal meets it."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from services.scoring.scheme_commands.check import check as command
from tests.unit.schemes.examples import SCHEME, spoiled


def check(file: Path) -> Result:
    return CliRunner().invoke(command, [str(file)])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "scheme.yaml"


def test_a_scheme_without_mistakes_is_named(file: Path) -> None:
    file.write_text(SCHEME)

    result = check(file)

    assert (result.exit_code, result.output) == (0, f"{file}: no mistakes; scheme small, version 1\n")


def test_a_mistake_is_shown_with_its_line_and_a_mark(file: Path) -> None:
    file.write_text(spoiled("measure: reports", "measure: report"))

    result = check(file)

    assert result.exit_code == 1
    assert result.output == (
        f'{file}:32:14: there is no measure "report" (did you mean "reports"?)\n'
        "      measure: report\n"
        "               ^^^^^^\n"
        "1 mistake\n"
    )


def test_the_mark_stands_below_what_follows_wide_characters(file: Path) -> None:
    file.write_text(spoiled("photo: {}", "photo: {title: 照片, of: 1}"))

    lines = check(file).output.splitlines()

    assert lines[1] == "    photo: {title: 照片, of: 1}"
    assert lines[2] == "                         ^^"


def test_a_long_line_is_shown_around_its_mistake(file: Path) -> None:
    file.write_text(spoiled("title: 考核办法", f"title: x\neffects: {'y' * 500}"))

    assert max(len(line) for line in check(file).output.splitlines()[1:]) < 140


def test_a_mistake_behind_the_last_line_is_shown_too(file: Path) -> None:
    file.write_text("scheme: [a")

    result = check(file)

    assert result.exit_code == 1
    assert "not YAML" in result.output


def test_a_file_that_is_no_text_is_refused_in_a_sentence(file: Path) -> None:
    file.write_bytes(b"scheme: \xff")

    result = check(file)

    assert result.exit_code == 1
    assert result.output == f"Error: {file} is not UTF-8 text: byte 9 is wrong\n"


def test_a_huge_file_is_not_read(file: Path) -> None:
    file.write_bytes(b"#" * 300_000)

    assert check(file).output == f"Error: {file} is longer than 256 KiB\n"


def test_a_file_that_does_not_exist_is_refused_in_a_sentence(file: Path) -> None:
    result = check(file)

    assert result.exit_code == 2
    assert "does not exist" in result.output
