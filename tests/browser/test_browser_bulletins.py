"""What people see of bulletins: the list, and an issue on the screen, on a phone and on paper."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect
from psycopg import Connection
from psycopg.rows import TupleRow

from tests.browser.conftest import AXE, OpenPage
from tests.integration.bulletins.conftest import order, retract  # noqa: F401 - the fixture that orders an issue
from tests.integration.scorecards.conftest import client  # noqa: F401 - what it orders with

LIST = "/organisations/district/bulletins"
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}


@pytest.fixture
def issue(
    client: FlaskClient,  # noqa: F811
    connection: Connection[TupleRow],
    order: Callable[..., Any],  # noqa: F811
    departments: list[str],
) -> str:
    """The address of March's issue, which corrects what February's told."""
    order("2014-02")
    retract(connection, "d003")
    text = "各单位：\n现将{period}宣传信息报送和采用情况通报如下。请未完成报送任务的单位查找原因，及时整改。"
    return f"{LIST}/{order('2014-03', text=text)['issue']}"


def test_an_issue_reads_as_a_circular(open_page: OpenPage, issue: str) -> None:
    page = open_page(issue)

    expect(page.get_by_role("heading", level=1)).to_have_text("宣传信息计分考核办法")
    circular = page.get_by_role("article")
    expect(circular).to_contain_text("第 2 期")
    expect(circular).to_contain_text("现将2014年3月宣传信息报送和采用情况通报如下。")
    expect(circular.get_by_role("heading", level=2)).to_have_text(["得分与排名", "任务完成情况", "报送率", "更正"])
    expect(circular.get_by_role("table", name="部门得分与排名").get_by_role("row")).to_have_count(24)
    expect(circular.get_by_role("region", name="更正").get_by_role("row", name=re.compile("总分"))).to_contain_text(
        "撤销"
    )
    expect(circular).to_contain_text("每周报送信息不得少于2条")


def test_it_is_found_from_the_grid_by_way_of_the_list(open_page: OpenPage, issue: str) -> None:
    page = open_page("/organisations/district")

    page.get_by_role("link", name="历期通报").click()
    expect(page).to_have_url(re.compile(f"{LIST}$"))
    page.get_by_role("link", name="宣传信息计分考核办法 第 2 期").click()

    expect(page).to_have_url(re.compile(f"{issue}$"))


def test_what_has_changed_since_is_a_page_of_its_own(
    open_page: OpenPage, issue: str, connection: Connection[TupleRow]
) -> None:
    page = open_page(issue)
    page.get_by_role("link", name="本期发布以后的更正").click()
    expect(page.get_by_text("所载数字没有变动")).to_be_visible()

    page.goto(page.url.replace(issue.split("/")[-1], str(of_period(connection, "2014-02"))))
    expect(page.get_by_role("row", name=re.compile("农村工委.*采用得分"))).to_contain_text("撤销")


def test_it_is_there_in_english_too(open_page: OpenPage, issue: str) -> None:
    page = open_page(issue, locale="en-GB")

    expect(page.get_by_role("article")).to_contain_text("No. 2")
    expect(page.get_by_role("heading", name="Reporting rates")).to_be_visible()


@pytest.mark.parametrize("options", [{}, PHONE, {"color_scheme": "dark"}], ids=["desk", "phone", "dark"])
def test_the_page_is_wide_enough_and_accessible(open_page: OpenPage, issue: str, options: dict[str, Any]) -> None:
    for path in (issue, LIST):
        page = open_page(path, bypass_csp=True, **options)

        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.add_script_tag(path=AXE)
        found = page.evaluate("axe.run().then(result => result.violations)")
        assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []


def test_on_paper_only_the_circular_is_left(open_page: OpenPage, issue: str) -> None:
    page = open_page(issue)

    page.emulate_media(media="print")

    expect(page.get_by_role("article")).to_be_visible()
    expect(page.get_by_text("XLSX")).to_be_hidden()
    expect(page.get_by_role("banner").first).to_be_hidden()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_without_issues_the_list_says_how_to_make_one(open_page: OpenPage, departments: list[str]) -> None:
    page = open_page(LIST)

    expect(page.get_by_text("还没有发布过通报")).to_be_visible()


def of_period(connection: Connection[TupleRow], period: str) -> Any:
    row = connection.execute("SELECT issue FROM bulletins WHERE period = %s", (period,)).fetchone()
    assert row is not None
    return row[0]
