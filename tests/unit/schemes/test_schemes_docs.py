"""The public reference is run: each of its examples is a scheme, and whatever a scheme may say stands in it."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from services.scoring.scheme_commands.check import check
from shared.calendars import EVERY
from shared.schemes import document, mistakes, read_scheme
from shared.schemes.facts import DATES, FIELDS, FORMS, INSTANTS
from shared.schemes.formulas.functions import FACT_FUNCTIONS, LINE_FUNCTIONS
from shared.schemes.formulas.parser import DEPTH_MAX, TOKENS_MAX
from shared.schemes.formulas.tokens import LENGTH_MAX
from shared.schemes.json_schema import json_schema
from shared.schemes.model import FactType
from shared.schemes.sections import (
    amounts,
    audiences,
    bands,
    bulletins,
    calendars,
    conditions,
    department_facts,
    evaluating,
    kinds,
    lines,
    measures,
    policies,
    quotas,
    ranks,
    reminders,
    scorecards,
    targets,
    workdays,
)

REFERENCE = Path("docs/SCHEMES.md")
TEXT = REFERENCE.read_text()

_BLOCK = re.compile(r"^```(\w+)( mistaken)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    language: str
    mistaken: bool
    text: str
    line: int


BLOCKS = [
    Block(found[1], bool(found[2]), found[3], TEXT[: found.start()].count("\n") + 1) for found in _BLOCK.finditer(TEXT)
]
RIGHT = [block for block in BLOCKS if block.language == "yaml" and not block.mistaken]
REFERENCE_BEGINS = TEXT[: TEXT.index("\n## Reference\n")].count("\n")


def joined(scheme: dict[str, Any], addition: dict[str, Any]) -> dict[str, Any]:
    """The scheme with the named entries of some sections added or replaced."""
    result = dict(scheme)
    for key, value in addition.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = {**result[key], **value} if both else value
    return result


def loaded(block: Block) -> dict[str, Any]:
    """As the text says it: a number or a date stays text, as for the reader."""
    found = yaml.load(block.text, Loader=yaml.BaseLoader)
    assert isinstance(found, dict)
    return found


def tutorial() -> dict[str, Any]:
    scheme: dict[str, Any] = {}
    for block in RIGHT:
        if block.line < REFERENCE_BEGINS:
            scheme = joined(scheme, loaded(block))
    return scheme


def test_each_step_of_the_tutorial_is_a_scheme() -> None:
    scheme: dict[str, Any] = {}
    for block in RIGHT:
        if block.line < REFERENCE_BEGINS:
            scheme = joined(scheme, loaded(block))
            read_scheme(yaml.dump(scheme, sort_keys=False))

    assert {"quotas", "lines", "scorecards"} <= scheme.keys()


@pytest.mark.parametrize(
    "block", [block for block in RIGHT if block.line > REFERENCE_BEGINS], ids=lambda b: str(b.line)
)
def test_each_example_of_the_reference_is_part_of_a_scheme(block: Block) -> None:
    read_scheme(yaml.dump(joined(tutorial(), loaded(block)), sort_keys=False))


def test_the_mistaken_example_is_told_as_it_is_printed() -> None:
    wrong, printed = (
        next(block for block in BLOCKS if block.mistaken),
        next(block for block in BLOCKS if block.language == "text"),
    )
    rest = {key: value for key, value in tutorial().items() if key not in loaded(wrong)}

    with pytest.raises(mistakes.SchemeMistakes) as told:
        read_scheme(wrong.text + yaml.dump(rest, sort_keys=False))

    shown = []
    for mistake in told.value.mistakes:
        meant = f' (did you mean "{mistake.suggestion}"?)' if mistake.suggestion else ""
        shown.append(f"scheme.yaml:{mistake.line}:{mistake.column}: {mistake.message}{meant}")
    assert shown == printed.text.splitlines()


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.language == "console"], ids=lambda b: str(b.line))
def test_each_command_prints_what_is_printed(block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command, output = block.text.split("\n", 1)
    file = command.removeprefix("$ bin/tongbao scheme check ")
    if not Path(file).exists():
        monkeypatch.chdir(tmp_path)
        Path(file).write_text(RIGHT[0].text)

    result = CliRunner().invoke(check, [file])

    assert (result.exit_code, result.output) == (0, output)


def parts_of(schema: Any, keyword: str) -> list[Any]:
    """Whatever stands under a keyword anywhere in the language's JSON Schema."""
    if isinstance(schema, list):
        return [found for one in schema for found in parts_of(one, keyword)]
    if not isinstance(schema, dict):
        return []
    own = [schema[keyword]] if keyword in schema else []
    return [*own, *(found for one in schema.values() for found in parts_of(one, keyword))]


def test_every_key_of_a_scheme_is_described() -> None:
    keys = {key for properties in parts_of(json_schema(), "properties") for key in properties}

    assert len(keys) > 80
    assert sorted(key for key in keys if f"`{key}`" not in TEXT and f"`{{{key}:" not in TEXT) == []


def test_every_word_that_a_value_may_be_is_described() -> None:
    words = {word for enum in parts_of(json_schema(), "enum") for word in enum}

    assert {*EVERY, *measures.UNITS} <= words
    assert sorted(word for word in words if f"`{word}`" not in TEXT) == []


@pytest.mark.parametrize("fact", FIELDS)
def test_every_field_date_and_instant_of_a_fact_is_described(fact: FactType) -> None:
    names = [fact, *FIELDS[fact], *FORMS, *DATES[fact], *INSTANTS[fact]]

    assert [name for name in names if f"`{name}`" not in TEXT] == []


def test_every_function_is_described() -> None:
    assert [name for name in {**LINE_FUNCTIONS, **FACT_FUNCTIONS} if f"`{name}(" not in TEXT] == []


@pytest.mark.parametrize(
    ("what", "limits"),
    [
        ("size of the text", f"{document.TEXT_BYTES_MAX // 1024} KiB"),
        ("values in it, depth", f"{document.NODES_MAX:,}, {document.DEPTH_MAX}"),
        ("spans in `workdays`", f"{workdays.SPANS_MAX}; {workdays.SPAN_DAYS_MAX}"),
        ("facts of departments", department_facts.FACTS_MAX),
        ("calendars; ", f"{calendars.CALENDARS_MAX}; {calendars.PERIODS_MAX}"),
        ("classes; ", f"{audiences.CLASSES_MAX}; {audiences.NAMES_MAX}"),
        ("fields with bands; ", f"{bands.BANDED_FIELDS_MAX}; {bands.STEPS_MAX}"),
        (
            "kinds; ",
            f"{kinds.KINDS_MAX}; {kinds.ATTRIBUTES_MAX}; {kinds.CHOICES_MAX}; {kinds.ROLES_MAX}; {kinds.PATHS_MAX}; "
            f"{kinds.STAGES_MAX}",
        ),
        (
            "measures; ",
            f"{measures.MEASURES_MAX}; {conditions.CONDITIONS_MAX}; {conditions.VALUES_MAX}; {amounts.ROWS_MAX:,}; "
            f"{policies.WEIGHTS_MAX}",
        ),
        ("quotas; ", f"{quotas.QUOTAS_MAX}; {reminders.REMINDERS_MAX}; {targets.ROWS_MAX}"),
        ("lines; ", f"{lines.LINES_MAX}; {LENGTH_MAX:,}, {TOKENS_MAX}, {DEPTH_MAX}"),
        ("lines worked out for one card", evaluating.EVALUATED_MAX),
        (
            "scorecards; ",
            f"{scorecards.SCORECARDS_MAX}; {scorecards.LINES_MAX}; {ranks.GROUPS_MAX}; {ranks.BONUSES_MAX}",
        ),
        ("bulletins", bulletins.BULLETINS_MAX),
        ("mistakes told at once", mistakes.MISTAKES_MAX),
    ],
)
def test_every_limit_is_described(what: str, limits: object) -> None:
    row = next(line for line in TEXT.splitlines() if line.startswith(f"| {what}"))

    assert row.split("|")[2].strip() == str(limits)
