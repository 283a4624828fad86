"""Whatever a scheme, an organisation or an example may say stands in the public reference."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.scoring.application.rehearsal.reading import shapes
from services.scoring.application.rehearsal.reading.examples import SPAN_MAX
from services.scoring.application.rehearsal.reading.expected import OUTCOMES
from services.scoring.application.rehearsal.telling.stage import EVENTS_MAX
from services.scoring.domain.cards import nodes
from services.scoring.scheme_commands.group import scheme as scheme_commands
from shared.calendars import EVERY, WORKDAY_NUMBER_MAX
from shared.schemes import document, mistakes
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
from shared.schemes.shapes import Either, Entries, Keys, ListOf, Shape
from tests.unit.schemes.pages import PAGES, TUTORIAL, blocks_of, read_page, tables_of

EXAMPLES, FORMULAS = Path("docs/schemes/examples.md"), Path("docs/schemes/formulas.md")
RUN = [block for page in PAGES for block in blocks_of(page) if block.language == "yaml" and block.mark != "mistaken"]
TEXT = "\n".join(page.read_text() for page in PAGES)


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


def keys_of(shape: Shape) -> Iterator[str]:
    """All keys of a file, at any depth."""
    match shape:
        case Keys():
            for key in shape.keys:
                yield key.name
                yield from keys_of(key.of)
        case Either():
            for way in shape.ways:
                yield from keys_of(way)
        case ListOf() | Entries():
            yield from keys_of(shape.of)


@pytest.mark.parametrize("file", [shapes.ORGANISATION_FILE, shapes.EXAMPLES_FILE], ids=["organisation", "examples"])
def test_every_key_of_what_a_rulebook_is_tried_with_is_described(file: Shape) -> None:
    page = EXAMPLES.read_text()

    assert sorted(key for key in set(keys_of(file)) if f"`{key}`" not in page and f"`{key}: " not in page) == []


def test_every_command_is_described() -> None:
    page = EXAMPLES.read_text()

    assert [name for name in scheme_commands.commands if f"`bin/tongbao scheme {name}" not in page] == []
    options = [option for one in scheme_commands.commands.values() for each in one.params for option in each.opts]
    assert [name for name in options if name.startswith("--") and name not in TEXT] == []


def anchor(title: str) -> str:
    """As GitHub makes it of a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = []
    for link in re.findall(r"\]\(([^)]+)\)", page.read_text()):
        file, _, place = link.partition("#")
        target = page.parent / file if file else page
        titles = re.findall(r"^#+ (.*)$", target.read_text(), re.MULTILINE) if place else []
        if not target.exists() or (place and place not in map(anchor, titles)):
            lost.append(link)

    assert lost == []


@pytest.mark.parametrize("fact", FIELDS)
def test_every_field_date_and_instant_of_a_fact_is_described(fact: FactType) -> None:
    names = [fact, *FIELDS[fact], *FORMS, *DATES[fact], *INSTANTS[fact]]

    assert [name for name in names if f"`{name}`" not in TEXT] == []


def words_of(value: Any) -> Iterator[str]:
    """All keys and words of a block."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from words_of(one)
    else:
        yield value


def test_everything_that_may_be_said_stands_in_an_example_that_is_run() -> None:
    said = {word for block in RUN for word in words_of(block.content)}
    formulas = " ".join([*said, *(formula for formula, _ in tables_of(FORMULAS, "| formula | is |"))])
    may_be_said = {
        *(key for properties in parts_of(json_schema(), "properties") for key in properties),
        *(word for enum in parts_of(json_schema(), "enum") for word in enum),
        *keys_of(shapes.ORGANISATION_FILE),
        *keys_of(shapes.EXAMPLES_FILE),
        *OUTCOMES,
    }

    assert may_be_said - said == {*calendars.WEEKDAYS} - {"saturday"}, "one weekday stands for all"
    assert [name for name in {**LINE_FUNCTIONS, **FACT_FUNCTIONS} if f"{name}(" not in formulas] == []
    instants = {name for some in INSTANTS.values() for name in some}
    assert [name for name in instants if name not in formulas] == []


def test_every_block_of_a_page_is_of_a_sort_that_is_run() -> None:
    sorts = {(block.language, block.mark) for page in PAGES for block in blocks_of(page)}

    assert sorts == {("yaml", ""), ("yaml", "frame"), ("yaml", "mistaken"), ("text", ""), ("console", "")}
    read = [read_page(page) for page in PAGES if page != TUTORIAL]
    assert [str(case.block) for page in read for case in page.cases if not case.examples] == []


def test_every_function_is_described() -> None:
    assert [name for name in {**LINE_FUNCTIONS, **FACT_FUNCTIONS} if f"`{name}(" not in TEXT] == []


@pytest.mark.parametrize(
    ("what", "limits"),
    [
        ("size of the text", f"{document.TEXT_BYTES_MAX // 1024} KiB"),
        ("values in it, depth", f"{document.NODES_MAX:,}, {document.DEPTH_MAX}"),
        (
            "spans in `workdays`",
            f"{workdays.SPANS_MAX}; {workdays.SPAN_DAYS_MAX}; {workdays.YEARS_MAX}; {WORKDAY_NUMBER_MAX}",
        ),
        ("facts of departments", department_facts.FACTS_MAX),
        ("calendars; ", f"{calendars.CALENDARS_MAX}; {calendars.PERIODS_MAX}"),
        ("classes; ", f"{audiences.CLASSES_MAX}; {audiences.NAMES_MAX}; {audiences.PARTS_MAX}"),
        ("fields with bands; ", f"{bands.BANDED_FIELDS_MAX}; {bands.STEPS_MAX}"),
        (
            "kinds; ",
            f"{kinds.KINDS_MAX}; {kinds.ATTRIBUTES_MAX}; {kinds.CHOICES_MAX}; {kinds.ROLES_MAX}; {kinds.PATHS_MAX}; "
            f"{kinds.STAGES_MAX}",
        ),
        (
            "measures; ",
            f"{measures.MEASURES_MAX}; {conditions.CONDITIONS_MAX}; {conditions.VALUES_MAX}; {amounts.ROWS_MAX:,}; "
            f"{policies.WEIGHTS_MAX}; {policies.ROLES_MAX}; {measures.TOGETHER_MAX}",
        ),
        ("quotas; ", f"{quotas.QUOTAS_MAX}; {reminders.REMINDERS_MAX}; {targets.ROWS_MAX}"),
        ("lines; ", f"{lines.LINES_MAX}; {LENGTH_MAX:,}, {TOKENS_MAX}, {DEPTH_MAX}"),
        (
            "lines worked out for one card",
            f"{evaluating.EVALUATED_MAX}; {nodes.PERIODS_MAX:,}; {nodes.OPEN_FOR_MAX.days:,}",
        ),
        (
            "scorecards; ",
            f"{scorecards.SCORECARDS_MAX}; {scorecards.LINES_MAX}; {ranks.GROUPS_MAX}; {ranks.BONUSES_MAX}; "
            f"{ranks.THEN_MAX}; {ranks.PLACES_MAX:,}",
        ),
        ("bulletins", bulletins.BULLETINS_MAX),
        ("mistakes told at once", mistakes.MISTAKES_MAX),
        ("departments; ", f"{shapes.DEPARTMENTS_MAX:,}; {shapes.OUTLETS_MAX:,}; {shapes.PERSONS_MAX:,}"),
        ("tags; ", f"{shapes.TAGS_MAX}; {shapes.ROLES_MAX}; {shapes.FACTS_MAX}"),
        ("examples of ", f"{shapes.EXAMPLES_MAX}; {shapes.HAPPENINGS_MAX:,}; {shapes.EXPECTATIONS_MAX}"),
        ("`times`; ", f"{shapes.TIMES_MAX:,}; {shapes.CONTRIBUTORS_MAX}"),
        ("events of an example", f"{EVENTS_MAX:,}"),
        ("years that pass", SPAN_MAX.days // 365),
    ],
)
def test_every_limit_is_described(what: str, limits: object) -> None:
    row = next(line for line in TEXT.splitlines() if line.startswith(f"| {what}"))

    assert row.split("|")[2].strip() == str(limits)
