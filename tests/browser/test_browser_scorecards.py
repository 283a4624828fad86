"""What people see and do on the scorecard pages."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from psycopg import Connection
from psycopg.rows import TupleRow

from tests.browser.conftest import AXE, OpenPage
from tests.integration.scorecards.generated import SCHEME
from tests.integration.scorecards.wider import widen

GRID = "/organisations/district"
CARD = f"{GRID}/departments/d008"
MARCH = "calendar=month&period=2014-03"


def count_one_more(conn: Connection[TupleRow], department: str) -> None:
    """What the fold writes for one item submitted in April."""
    with conn.transaction():
        conn.execute(
            "INSERT INTO ledger SELECT 'district', %s, version + 1, 1, %s, 1, 'reports', 'new', 'fact', 1,"
            " '2014-04-19',"
            " 'tongbao.item.submitted.v1', %s, NULL FROM positions WHERE stream = %s",
            (department, SCHEME, datetime(2014, 4, 19, 3, tzinfo=UTC), f"district/{department}"),
        )
        conn.execute(
            "UPDATE totals SET amount = amount + 1, entries = entries + 1 WHERE department = %s AND measure = 'reports'"
            " AND (calendar, period) IN (('week', '2014-W16'), ('month', '2014-04'), ('half', '2014-H1'))",
            (department,),
        )
        conn.execute("UPDATE positions SET version = version + 1 WHERE stream = %s", (f"district/{department}",))


def number_in(page: Page, cell: str) -> int:
    return int(page.locator(f"[id='{cell}'] .figure").inner_text())


def test_the_grid_shows_numbers_and_states(open_page: OpenPage, departments: list[str]) -> None:
    page = open_page(f"{GRID}?calendar=week")

    expect(page.get_by_role("heading", level=1)).to_contain_text("海淀区创建办")
    assert page.locator("td.cell").count() == len(departments) * 8
    missed = page.locator("td.is-missed").first
    expect(missed.locator("svg.shape")).to_be_visible()
    expect(missed.locator(".figure")).to_have_text(re.compile(r"^[01]/2$"))
    expect(missed.get_by_role("link")).to_have_accessible_name(re.compile("未完成"))
    expect(page.get_by_role("region", name="图例")).to_be_visible()


def test_the_state_filter_and_the_sorting_are_links(open_page: OpenPage, departments: list[str]) -> None:
    page = open_page(f"{GRID}?calendar=week&sort=state")

    page.get_by_role("navigation", name="2014年第16周").get_by_role("link", name=re.compile("即将到期")).click()

    expect(page).to_have_url(re.compile("state=due_soon"))
    expect(page).to_have_url(re.compile("sort=state"))
    rows = page.locator("tbody tr:not(.group)")
    assert 0 < rows.count() < len(departments)
    expect(page.locator("td.cell:last-child:not(.is-due-soon)")).to_have_count(0)


def test_an_explanation_is_opened_and_closed_with_the_keyboard(open_page: OpenPage, departments: list[str]) -> None:
    page = open_page(f"{CARD}?{MARCH}")
    link = page.locator("#explain-adopted")

    link.focus()
    page.keyboard.press("Enter")

    explanation = page.get_by_role("complementary", name="采用得分：计算依据")
    expect(explanation).to_be_focused()
    expect(explanation).to_contain_text("adoption")
    expect(explanation.locator("table.entries tbody tr")).not_to_have_count(0)
    expect(page).to_have_url(re.compile("line=adopted"))

    page.get_by_role("link", name="收起").focus()
    page.keyboard.press("Enter")

    expect(page).not_to_have_url(re.compile("line="))
    expect(page.locator("#explain-adopted")).to_be_focused()


def test_the_address_of_an_opened_explanation_opens_it_again(open_page: OpenPage, departments: list[str]) -> None:
    page = open_page(f"{CARD}?{MARCH}&line=total")

    expect(page.locator("#explanation")).to_contain_text("reporting + adopted + instructed")
    page.locator("#explanation").get_by_role("link", name="采用得分").first.click()
    expect(page.locator("#explanation-title")).to_have_text("采用得分：计算依据")
    page.go_back()
    expect(page.locator("#explanation-title")).to_have_text("总分：计算依据")


def test_every_entry_leads_to_its_item(open_page: OpenPage, departments: list[str]) -> None:
    page = open_page(f"{CARD}?{MARCH}&line=adopted")
    item = page.locator("#explanation table.entries tbody a").first
    title = item.inner_text()

    item.click()

    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    expect(page.locator("table.entries")).to_contain_text("采用得分")


def test_the_language_is_switched_and_kept(open_page: OpenPage, departments: list[str]) -> None:
    page = open_page(f"{CARD}?{MARCH}&line=total")

    page.get_by_role("link", name="English").click()

    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", name="March 2014")).to_be_visible()
    expect(page.locator("#explanation")).to_contain_text("With values")
    page.goto(re.sub(r"\?.*", "", page.url))
    expect(page.get_by_role("heading", name="April 2014")).to_be_visible()


def test_the_grid_updates_by_itself_and_marks_what_changed(
    open_page: OpenPage, connection: Connection[TupleRow], departments: list[str]
) -> None:
    page = open_page(f"{GRID}?calendar=month")
    cell = page.locator("[id='d003-2014-04']")
    before = number_in(page, "d003-2014-04")
    page.locator("[id='to-d003-2014-04']").focus()

    count_one_more(connection, "d003")

    expect(cell.locator(".figure")).to_have_text(str(before + 1))
    expect(page.locator("td.changed")).to_have_count(1)
    expect(cell).to_have_class(re.compile("changed"))
    expect(page.locator("#news")).to_have_text("1 处有更新")
    expect(page.locator("[id='to-d003-2014-04']")).to_be_focused()
    expect(page.locator("td.changed")).to_have_count(0)


def test_the_card_updates_by_itself_with_its_explanation_open(
    open_page: OpenPage, connection: Connection[TupleRow], departments: list[str]
) -> None:
    page = open_page(f"{CARD}?calendar=month&period=2014-04&line=reporting")
    entries = page.locator("#explanation table.entries tbody tr")
    before = entries.count()

    count_one_more(connection, "d008")

    expect(entries).to_have_count(before + 1)
    expect(page).to_have_url(re.compile("line=reporting"))


def test_the_past_stands_still(open_page: OpenPage, connection: Connection[TupleRow], departments: list[str]) -> None:
    page = open_page(f"{GRID}?calendar=month")
    page.get_by_label("查看截至").fill("2014-03-10")
    page.get_by_role("button", name="查看").click()

    expect(page.get_by_text("以下是截至 2014年3月10日 23:59 已知的情况")).to_be_visible()
    expect(page.locator("thead th.period").last).to_contain_text("2014年3月")
    assert page.locator("#live[hx-get]").count() == 0
    page.get_by_role("link", name="回到现在").click()
    expect(page.locator("thead th.period").last).to_contain_text("2014年4月")


def test_everything_can_be_read_without_scripts(open_page: OpenPage, departments: list[str]) -> None:
    page = open_page(f"{GRID}?calendar=half", java_script_enabled=False)

    page.get_by_role("link", name="名次", exact=True).click()
    expect(page.locator(".awarded").first).to_have_text("第1")
    page.locator("td.cell a").first.click()
    page.locator("#explain-total").click()

    expect(page.locator("#explanation-title")).to_have_text("总分：计算依据")
    page.locator("#explanation details").first.locator("summary").click()
    expect(page.locator("#explanation table.entries").first).to_be_visible()


def test_markup_in_a_title_is_shown_as_text(
    open_page: OpenPage, connection: Connection[TupleRow], departments: list[str]
) -> None:
    title = "<script>document.title='owned'</script><b>粗体</b>'\"&amp;"
    connection.execute("UPDATE department_facts SET title = %s WHERE department = 'd008'", (title,))
    connection.execute("UPDATE item_states SET title = %s WHERE department = 'd008'", (title,))

    for path in (f"{GRID}?calendar=month", f"{CARD}?{MARCH}&line=adopted"):
        page = open_page(path)
        expect(page.get_by_text(title, exact=True).first).to_be_visible()
        assert page.title() != "owned"
        assert page.locator("main script, main b").count() == 0


def test_a_token_of_one_department_lands_on_its_own_card(
    open_page: OpenPage, connection: Connection[TupleRow], departments: list[str]
) -> None:
    from tests.integration.scorecards.application import add_token

    add_token(connection, "tongbao_own", role="submitter", department="d008")

    page = open_page("/", token="tongbao_own")

    expect(page).to_have_url(re.compile("/departments/d008$"))
    page.goto(re.sub(r"/departments.*", "", page.url))
    expect(page.locator("tbody tr:not(.group)")).to_have_count(1)


@pytest.fixture
def wider(connection: Connection[TupleRow], departments: list[str]) -> str:
    """The name of a scheme with persons, groups and quotas of all kinds."""
    widen(connection)
    return "wider"


def test_persons_have_rows_and_cards_of_their_own(open_page: OpenPage, wider: str) -> None:
    page = open_page(f"{GRID}?scheme={wider}&calendar=month&until=2014-03")

    page.get_by_role("navigation", name="对象").get_by_role("link", name="个人").click()
    expect(page.locator("tbody tr:not(.group)")).to_have_count(2)
    page.get_by_role("link", name="Wang", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Wang")
    expect(page.locator("#standing")).to_have_text(re.compile("第 1 名（共 2 个）"))
    page.locator("#explain-mine").click()
    expect(page.locator("#explanation table.entries tbody tr")).to_have_count(3)
    page.get_by_role("link", name="农村工委").click()
    expect(page).to_have_url(re.compile("/departments/d003$"))


def test_a_function_shows_what_it_is_made_of(open_page: OpenPage, wider: str) -> None:
    page = open_page(f"{CARD}?scheme={wider}&calendar=half&period=2014-H1&line=so_far")

    months = page.locator(".made-of li")
    expect(months).to_have_count(4)
    months.first.get_by_role("link", name="2014年1月").click()
    expect(page.locator("#explanation-title")).to_contain_text("总分")


def test_the_disqualified_are_marked(open_page: OpenPage, wider: str) -> None:
    page = open_page(f"{GRID}?scheme={wider}&calendar=month&until=2014-03&sort=rank")

    expect(page.locator("td.cell .badge", has_text="取消资格").first).to_be_visible()


def test_waived_and_met_in_grace_are_told_with_their_reasons(
    open_page: OpenPage, connection: Connection[TupleRow], departments: list[str]
) -> None:
    connection.execute(
        "UPDATE obligations SET state = 'waived', waived_reason = '机构改革'"
        " WHERE department = 'd008' AND period = '2014-W10'"
    )
    connection.execute(
        "UPDATE obligations SET state = 'met', on_time = false WHERE department = 'd008' AND period = '2014-W11'"
    )

    page = open_page(f"{CARD}?{MARCH}")

    expect(page.get_by_role("row", name=re.compile("第10周"))).to_contain_text("机构改革")
    expect(page.get_by_role("row", name=re.compile("第11周"))).to_contain_text("宽限期内完成")


def test_rates_and_distribution_are_reached_from_the_grid(open_page: OpenPage, departments: list[str]) -> None:
    page = open_page(f"{GRID}?calendar=week")

    page.get_by_role("link", name="报送率").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("报送率")
    expect(page.get_by_role("row", name=re.compile("合计")).first).to_contain_text("%")
    page.locator("a[rel=prev]").click()
    expect(page).to_have_url(re.compile("period=2014-W15"))
    page.get_by_role("link", name="海淀区创建办").click()
    page.get_by_role("link", name="全年分布").click()
    expect(page.get_by_role("heading", level=2)).to_have_text("2014")
    page.get_by_role("link", name="采用得分").click()
    expect(page).to_have_url(re.compile("measure=adoption"))
    expect(page.locator("td.crowded").first).to_be_visible()


def test_somebody_without_a_token_is_asked_for_one_and_led_back(open_page: OpenPage, departments: list[str]) -> None:
    page = open_page(f"{CARD}?{MARCH}", token=None)

    page.get_by_label("令牌").fill("tongbao_administrator")
    page.get_by_role("button", name="登录").click()

    expect(page).to_have_url(re.compile(re.escape(f"{CARD}?{MARCH}")))


def test_an_organisation_without_scores_says_what_to_do_next(
    open_page: OpenPage, connection: Connection[TupleRow]
) -> None:
    connection.execute("INSERT INTO directory_organisations VALUES ('new', '新组织', 'Asia/Shanghai', 1)")

    page = open_page("/")

    expect(page).to_have_url(re.compile("/organisations/new$"))
    expect(page.get_by_text("还没有得分")).to_be_visible()
    expect(page.get_by_text("curl -X PUT").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path",
    [
        f"{GRID}?calendar=month",
        f"{GRID}?calendar=half&sort=rank",
        f"{GRID}?calendar=week&as_of=2014-03-10",
        f"{CARD}?{MARCH}&line=total",
        f"{CARD}/ledger?{MARCH}&measure=adoption",
        f"{GRID}/rates?calendar=week",
        f"{GRID}/distribution",
    ],
)
def test_axe_finds_nothing_serious(open_page: OpenPage, departments: list[str], path: str, scheme: str) -> None:
    page = open_page(path, color_scheme=scheme, bypass_csp=True)
    page.add_script_tag(path=AXE)

    found = page.evaluate("axe.run().then(result => result.violations)")

    grave = [each for each in found if each["impact"] in {"serious", "critical"}]
    assert [(each["id"], each["nodes"][0]["html"], each["nodes"][0]["failureSummary"]) for each in grave] == []


@pytest.mark.parametrize(
    "path",
    [f"{GRID}?calendar=week", f"{CARD}?{MARCH}&line=total", f"{GRID}/rates?calendar=week", f"{GRID}/distribution"],
)
def test_a_phone_shows_it_without_scrolling_the_page_sideways(
    open_page: OpenPage, departments: list[str], path: str
) -> None:
    page = open_page(path, viewport={"width": 360, "height": 740})

    assert page.evaluate("document.documentElement.scrollWidth") == 360
    if path.startswith(f"{GRID}?"):
        expect(page.locator("thead th.period").last).to_be_in_viewport(ratio=0.99)
