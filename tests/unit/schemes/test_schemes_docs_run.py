"""Every example of the public reference is run, and comes out as the page says."""

import shlex
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import urllib3
from click.testing import CliRunner

from services.__main__ import main
from services.scoring.application.rehearsal.folder import FolderMistakes, read_folder
from services.scoring.application.rehearsal.trying.trial import Tried, try_examples
from services.scoring.scheme_commands.reasons import reason_lines
from services.scoring.scheme_commands.wording import finding_text
from shared.schemes.formulas import Formula
from shared.schemes.mistakes import Mistake
from tests.unit.schemes.pages import (
    PAGES,
    TUTORIAL,
    Block,
    Case,
    Wrong,
    blocks_of,
    dumped,
    joined,
    read_page,
    tables_of,
)

READ = [read_page(page) for page in PAGES if page != TUTORIAL]
FORMULAS = Path("docs/schemes/formulas.md")


def told(file: str, mistake: Mistake) -> str:
    meant = f' (did you mean "{mistake.suggestion}"?)' if mistake.suggestion else ""
    return f"{file}:{mistake.line}:{mistake.column}: {mistake.message}{meant}"


def failure(tried: Tried) -> str:
    """Everything that is other than the page says, and why."""
    lines = [f"{tried.example.title}: {where.text} {message}" for where, message in tried.impossible]
    for finding in tried.failures:
        assert tried.rehearsal is not None
        lines.append(f"{tried.example.title}: {finding_text(finding, tried.rehearsal.rulebook.latest.time_zone)}")
        lines += (f"    {reason}" for reason in reason_lines(tried.rehearsal, finding))
    return "\n".join(lines)


@pytest.mark.parametrize("case", [case for page in READ for case in page.cases], ids=lambda case: str(case.block))
def test_each_example_comes_out_as_the_page_says(case: Case) -> None:
    folder = read_folder(case.texts())

    assert "\n".join(failure(tried) for tried in try_examples(folder) if not tried.passed) == ""


@pytest.mark.parametrize("wrong", [wrong for page in READ for wrong in page.wrong], ids=lambda wrong: str(wrong.block))
def test_each_mistake_is_told_as_the_page_says(wrong: Wrong) -> None:
    with pytest.raises(FolderMistakes) as found:
        read_folder(wrong.texts())

    assert [told(file, one) for file, some in found.value.mistakes.items() for one in some] == wrong.told


@pytest.mark.parametrize(("formula", "value"), list(tables_of(FORMULAS, "| formula | is |")))
def test_each_formula_gives_what_the_page_says(formula: str, value: str) -> None:
    assert Formula.parse(formula.strip("`")).evaluate({}) == Decimal(value)


@dataclass
class Typed:
    """The folder of the tutorial, as somebody has it who types along."""

    folder: Path
    scheme: str = ""

    def take(self, block: Block) -> None:
        if block.file != "scheme.yaml":
            (self.folder / block.file).write_text(block.text)
        elif "version" in block.content and self.scheme:
            first: dict[str, Any] = Block(block.page, "yaml", "", self.scheme, 1).content
            (self.folder / "scheme-2.yaml").write_text(dumped(joined(first, block.content)))
        else:
            begun = f"{self.scheme}\n{block.text}" if self.scheme else block.text
            (self.folder / "scheme.yaml").write_text(begun)
            if block.mark != "mistaken":
                self.scheme = begun


def answer(*_: object, **__: object) -> urllib3.BaseHTTPResponse:
    return urllib3.HTTPResponse(b"{}", status=201)


def test_the_tutorial_can_be_typed_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(urllib3.PoolManager, "request", answer)
    blocks = BLOCKS
    typed = Typed(tmp_path / "campus")
    typed.folder.mkdir()
    printed = []
    for block in blocks:
        if block.language == "yaml":
            typed.take(block)
        elif block.language == "console":
            printed.append((block, run(block)))

    assert "\n".join(shown for block, shown in printed) == "\n".join(block.text for block, _ in printed)


BLOCKS = blocks_of(TUTORIAL)


def run(block: Block) -> str:
    """The block as a terminal would show it: its command, and what that prints now."""
    command = block.text.splitlines()[0]
    program, *arguments = shlex.split(command.removeprefix("$ "))
    assert program == "bin/tongbao"
    return f"{command}\n{CliRunner().invoke(main, arguments).output}"
