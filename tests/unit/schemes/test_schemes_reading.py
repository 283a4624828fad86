"""What a scheme says is what its model holds."""

import json
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from shared.calendars import Due, Duration, RegularCalendar
from shared.schemes import SchemeMistakes, read_scheme
from shared.schemes.formulas import Formula
from shared.schemes.model import (
    Attribute,
    Audience,
    Bulletin,
    Condition,
    FixedAmount,
    Kind,
    Line,
    Measure,
    PerItem,
    Quota,
    Rank,
    ReviewPath,
    Scorecard,
    TableAmount,
)
from tests.unit.schemes.examples import SCHEME, spoiled

DISTRICT = Path("schemes/haidian-civilised-district")


def test_the_head_of_a_scheme_is_read() -> None:
    scheme = read_scheme(SCHEME)

    assert (scheme.name, scheme.version, scheme.title) == ("small", 1, "考核办法")
    assert scheme.effective_from == date(2014, 1, 1)
    assert scheme.time_zone == ZoneInfo("Asia/Shanghai")
    assert scheme.digest == sha256(SCHEME.encode()).hexdigest()


def test_calendars_and_kinds_are_read() -> None:
    scheme = read_scheme(SCHEME)

    assert scheme.calendars == {
        "week": RegularCalendar("week", "week"),
        "month": RegularCalendar("month", "month"),
    }
    assert scheme.kinds["photo"] == Kind("photo", "photo", {}, ())
    assert scheme.kinds["report"].review == (ReviewPath(("office",)),)
    assert scheme.kinds["report"].attributes["topic"] == Attribute("topic", "topic", "choice", ("progress", "problem"))


def test_measures_are_read_with_what_they_leave_out() -> None:
    scheme = read_scheme(SCHEME)

    rows = {
        ("district", "whole"): Decimal(5),
        ("district", "edited"): Decimal(2),
        ("city", "whole"): Decimal(20),
        ("city", "edited"): Decimal("10.5"),
    }
    assert scheme.measures == {
        "reports": Measure(
            name="reports",
            title="reports",
            cite="",
            count="submitted",
            where=(Condition("kind", frozenset({"report"})),),
            unit="items",
            amount=FixedAmount(Decimal(1)),
            per_item=PerItem(),
            dated="submitted_on",
        ),
        "adoption": Measure(
            name="adoption",
            title="adoption",
            cite="",
            count="adopted",
            where=(),
            unit="points",
            amount=TableAmount(("tier", "form"), rows),
            per_item=PerItem("highest"),
            dated="published_on",
        ),
    }


def test_quotas_are_read_with_the_longest_reminder_first() -> None:
    assert read_scheme(SCHEME).quotas == {
        "weekly": Quota(
            name="weekly",
            title="weekly",
            cite="",
            measure="reports",
            calendar="week",
            at_least=FixedAmount(Decimal(2)),
            applies_to=Audience(),
            due=Due(after_end=Duration(1)),
            remind=(Duration(2), Duration(0, 720)),
            severity="warning",
            joiners="exempt",
        )
    }


def test_lines_stand_behind_those_that_they_use() -> None:
    lines = read_scheme(SCHEME).lines

    assert list(lines) == ["reporting", "total"]
    assert lines["total"] == Line("total", "total", "", Formula.parse("reporting + adoption"))


def test_scorecards_and_bulletins_are_read() -> None:
    scheme = read_scheme(SCHEME)

    rank = Rank("total", "group", {"street": 3})
    assert scheme.scorecards == {"month": Scorecard("month", "month", ("reporting", "total"), Duration(5), rank)}
    assert scheme.bulletins == {"monthly": Bulletin("monthly", "month", Duration(1))}


def test_conditions_hold_their_values_as_text() -> None:
    wrong = "{count: submitted, where: {kind: [report, photo], topic: progress, urgent: true, pages: [1, 2]}}"

    where = read_scheme(spoiled("{count: submitted, where: {kind: report}}", wrong)).measures["reports"].where

    assert {condition.field: condition.values for condition in where} == {
        "kind": {"report", "photo"},
        "topic": {"progress"},
        "urgent": {"true"},
        "pages": {"1", "2"},
    }


def test_a_line_may_say_what_it_gives_when_it_divides_by_zero() -> None:
    text = spoiled("reports * 1", "{title: 率, cite: 条款, formula: adoption / reports, otherwise: 0.5}")

    line = read_scheme(text).lines["reporting"]

    assert (line.title, line.cite) == ("率", "条款")
    assert line.formula.evaluate({"adoption": Decimal(3), "reports": Decimal(0)}) == Decimal("0.5")


def test_a_scheme_may_be_written_as_json() -> None:
    as_json = json.dumps(yaml.safe_load(SCHEME), default=str, indent=2)

    read, written = read_scheme(as_json), read_scheme(SCHEME)

    assert (read.measures, read.lines, read.quotas) == (written.measures, written.lines, written.quotas)


@pytest.mark.parametrize("spelled", [SCHEME.replace("\n", "\r\n"), "\ufeff" + SCHEME, "---\n" + SCHEME + "...\n"])
def test_the_line_ends_and_marks_of_other_systems_do_no_harm(spelled: str) -> None:
    assert read_scheme(spelled).lines == read_scheme(SCHEME).lines


def test_words_that_yaml_takes_for_something_else_stay_words() -> None:
    text = spoiled("of: [progress, problem]", "of: [no, 2014-01-01, 1.0, null]")

    assert read_scheme(text).kinds["report"].attributes["topic"].of == ("no", "2014-01-01", "1.0", "null")


def test_equal_texts_give_equal_schemes_that_caches_can_hold() -> None:
    assert {read_scheme(SCHEME): "kept"}[read_scheme(SCHEME)] == "kept"


def test_all_mistakes_are_told_at_once_in_the_order_of_the_text() -> None:
    text = (
        spoiled("version: 1", "version: one").replace("at_least: 2", "at_least: -1").replace("adopted\n", "adpoted\n")
    )

    with pytest.raises(SchemeMistakes) as told:
        read_scheme(text)

    found = [(mistake.line, mistake.path, mistake.text) for mistake in told.value.mistakes]
    assert found == [
        (2, "version", "one"),
        (23, "measures.adoption.count", "adpoted"),
        (34, "quotas.weekly.at_least", "-1"),
    ]


def test_a_text_full_of_mistakes_stops_at_fifty() -> None:
    text = SCHEME + "".join(f"unknown{number}: 1\n" for number in range(500))

    with pytest.raises(SchemeMistakes) as told:
        read_scheme(text)

    assert len(told.value.mistakes) == 50


def test_the_district_cites_a_clause_for_each_of_its_rules() -> None:
    scheme = read_scheme((DISTRICT / "scheme.yaml").read_text())

    rules: list[Measure | Quota | Line] = [*scheme.measures.values(), *scheme.quotas.values(), *scheme.lines.values()]
    assert scheme.name == DISTRICT.name
    assert [rule.name for rule in rules if not rule.cite] == []


def test_the_district_has_the_groups_tags_and_tiers_that_its_scheme_speaks_of() -> None:
    scheme = read_scheme((DISTRICT / "scheme.yaml").read_text())
    organisation = yaml.safe_load((DISTRICT / "organisation.yaml").read_text())

    departments, outlets = organisation["departments"], organisation["outlets"]
    rank, amount = scheme.scorecards["half"].rank, scheme.measures["adoption"].amount
    assert rank is not None
    assert isinstance(amount, TableAmount)
    assert {department["group"] for department in departments} == set(rank.awards)
    assert {outlet["tier"] for outlet in outlets} == {tier for tier, _ in amount.rows}
    assert len({department["name"] for department in departments}) == len(departments) == 20
    assert sum("key_unit" in department["tags"] for department in departments) == 12
    assert organisation["organisation"]["time_zone"] == scheme.time_zone.key
