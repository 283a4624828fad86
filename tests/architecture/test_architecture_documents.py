"""What is not documented fails."""

import re
from pathlib import Path

import pytest
import yaml

from dev import documents
from shared.contracts import alert_events, department_events, directory_events, scoring_events
from shared.contracts.envelope import published_types

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
CONTRACTS = (alert_events, department_events, directory_events, scoring_events)
SETTING = re.compile(r"\bTONGBAO_[A-Z_]*[A-Z]\b")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def test_the_pages_made_from_the_code_are_current() -> None:
    assert documents.stale_pages() == [], "run `make docs`"


@pytest.mark.parametrize("place", ["services", "shared", "dev", "docker-compose.yml", "README.md", "docs"])
def test_no_setting_is_named_that_is_not_listed(place: str) -> None:
    listed = set(SETTING.findall((DOCS / "settings.md").read_text()))
    files = [file for file in (ROOT / place).rglob("*") if file.suffix in {".py", ".md", ".html"}] or [ROOT / place]
    named = {name for file in files for name in SETTING.findall(file.read_text())}
    assert named - listed == set()


def test_every_event_is_described() -> None:
    described = (DOCS / "asyncapi.yaml").read_text()
    assert [name for name, _ in published_types() if name not in described] == []


@pytest.mark.parametrize("page", sorted([ROOT / "README.md", *DOCS.rglob("*.md")]), ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    broken = [target for target in LINK.findall(page.read_text()) if not (page.parent / target).exists()]
    assert broken == []


def test_problems_have_chinese_words_only_where_there_are_such_problems() -> None:
    words = yaml.safe_load((ROOT / "shared" / "web" / "translations" / "problems.zh.yaml").read_text("utf-8"))
    listed = documents.problems_page()

    assert [slug for slug in words if f"`{slug}`" not in listed and f"## {slug}" not in listed] == []
    assert all(each.keys() == {"title", "help"} for each in words.values())
