from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from dev.demo_history import Span, history

ROOT = Path(__file__).resolve().parents[3]
BEIJING = ZoneInfo("Asia/Shanghai")
END = datetime(2025, 11, 19, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def organisation() -> dict[str, Any]:
    text = (ROOT / "schemes" / "haidian-civilised-district" / "organisation.yaml").read_text()
    found: dict[str, Any] = yaml.safe_load(text)
    return found


@pytest.fixture(scope="module")
def lines(organisation: dict[str, Any]) -> list[dict[str, Any]]:
    return history(organisation, Span(END, BEIJING))


def test_the_same_end_gives_the_same_history(organisation: dict[str, Any], lines: list[dict[str, Any]]) -> None:
    assert history(organisation, Span(END, BEIJING)) == lines


def test_a_later_end_only_adds(organisation: dict[str, Any], lines: list[dict[str, Any]]) -> None:
    later = history(organisation, Span(END + timedelta(days=8), BEIJING))
    assert [line for line in later if datetime.fromisoformat(line["at"]) < END] == lines
    assert len(later) > len(lines)


def test_it_covers_about_half_a_year_and_nothing_of_the_future(lines: list[dict[str, Any]]) -> None:
    instants = [datetime.fromisoformat(line["at"]) for line in lines]
    assert instants == sorted(instants)
    assert instants[0] >= datetime(2025, 5, 1, tzinfo=BEIJING)
    assert instants[-1] < END
    assert len({instant.astimezone(BEIJING).strftime("%Y-%m") for instant in instants}) == 7


def test_every_line_has_a_key_of_its_own_and_every_item_begins_with_its_submission(lines: list[dict[str, Any]]) -> None:
    assert len({line["key"] for line in lines}) == len(lines)
    first = dict[str, str]()
    for line in lines:
        first.setdefault(line["item"], line["command"])
    assert set(first.values()) == {"submit"}


def test_some_weeks_of_those_who_must_report_fall_short(
    organisation: dict[str, Any], lines: list[dict[str, Any]]
) -> None:
    obliged = [department["name"] for department in organisation["departments"] if "key_unit" in department["tags"]]
    submitted = Counter(
        (line["department"], datetime.fromisoformat(line["at"]).astimezone(BEIJING).strftime("%G-W%V"))
        for line in lines
        if line["command"] == "submit"
    )
    weeks = {week for _, week in submitted}
    short = [(name, week) for name in obliged for week in weeks if submitted[name, week] < 2]
    assert 0 < len(short) < len(obliged) * len(weeks) / 4


def test_every_command_of_the_rulebook_occurs(lines: list[dict[str, Any]]) -> None:
    assert {line["command"] for line in lines} == {"submit", "review", "adopt", "instruct"}
    assert {line["decision"] for line in lines if line["command"] == "review"} == {"accepted", "rejected"}
