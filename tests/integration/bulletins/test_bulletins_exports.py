"""An issue as CSV and as a spreadsheet, opened again and compared with what it tells."""

import csv
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from psycopg import Connection
from psycopg.rows import TupleRow

from tests.integration.bulletins.conftest import PATH, retract

Order = Callable[..., Any]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def issue(client: FlaskClient, connection: Connection[TupleRow], order: Order, departments: list[str]) -> Any:
    """The issue of March, with errata, of departments of which two have dangerous names."""
    connection.execute("UPDATE department_facts SET title = '=HYPERLINK(\"//x\")' WHERE department = 'd001'")
    connection.execute("UPDATE department_facts SET title = '-2 科' WHERE department = 'd002'")
    order("2014-02")
    retract(connection, "d003")
    return order("2014-03")


def document(client: FlaskClient, issue: Any) -> Any:
    return client.get(f"{PATH}/{issue['issue']}").get_json()["document"]


def csv_rows(client: FlaskClient, issue: Any, query: str = "") -> list[list[str]]:
    answer = client.get(f"{PATH}/{issue['issue']}.csv{query}", headers={"Accept-Language": "zh"})
    assert answer.status_code == 200
    assert answer.content_type == "text/csv; charset=utf-8"
    raw = answer.get_data()
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(raw.decode("utf-8-sig"), newline="")))


def workbook(client: FlaskClient, issue: Any) -> Any:
    answer = client.get(f"{PATH}/{issue['issue']}.xlsx", headers={"Accept-Language": "zh"})
    assert (answer.status_code, answer.content_type) == (200, XLSX)
    return load_workbook(BytesIO(answer.get_data()))


def test_the_ranking_as_csv_holds_every_figure(client: FlaskClient, issue: Any) -> None:
    heading, *rows = csv_rows(client, issue)

    (table,) = document(client, issue)["figures"]["tables"]
    assert heading == ["组别", "名次", "部门", *(line["title"] for line in table["lines"]), "备注"]
    for row, card in zip(rows, table["cards"], strict=True):
        assert row[0] == (card["within"] or "")
        assert [Decimal(value) for value in row[3:-1]] == [Decimal(value) for value in card["lines"].values()]


def test_no_cell_of_csv_is_taken_for_a_formula(client: FlaskClient, issue: Any) -> None:
    titles = [row[2] for row in csv_rows(client, issue)]

    assert '\'=HYPERLINK("//x")' in titles
    assert "'-2 科" in titles
    for table in ("department", "quotas", "rates", "errata"):
        cells = [cell for row in csv_rows(client, issue, f"?table={table}") for cell in row]
        assert not [cell for cell in cells if cell[:1] in ("=", "+", "@") or (cell[:1] == "-" and not _number(cell))]


def test_the_errata_as_csv_say_what_was_and_is(client: FlaskClient, issue: Any) -> None:
    _, *rows = csv_rows(client, issue, "?table=errata")

    told = document(client, issue)["errata"]
    assert [(row[1], row[3], row[5], row[6]) for row in rows] == [
        (one["period"], one["department"], one["was"], one["now"]) for one in told
    ]
    assert all("撤销" in row[7] for row in rows)


def test_an_unknown_table_is_refused_with_those_that_there_are(client: FlaskClient, issue: Any) -> None:
    answer = client.get(f"{PATH}/{issue['issue']}.csv?table=rate")

    assert answer.status_code == 422
    assert 'did you mean "rates"' in answer.get_json()["errors"][0]["detail"]


def test_the_workbook_holds_the_same_cells_as_csv_with_numbers_as_numbers(client: FlaskClient, issue: Any) -> None:
    book = workbook(client, issue)

    names = ("department", "quotas", "rates", "errata")
    for worksheet, table in zip(book.worksheets, names, strict=True):
        expected = csv_rows(client, issue, f"?table={table}")
        cells = [[cell.value for cell in row] for row in worksheet.iter_rows()]
        assert len(cells) == len(expected)
        for row, texts in zip(cells, expected, strict=True):
            for value, text in zip(row, texts, strict=True):
                assert _same(value, text.removeprefix("'"))


def test_the_workbook_is_made_for_reading(client: FlaskClient, issue: Any) -> None:
    book = workbook(client, issue)

    ranking = book.worksheets[0]
    assert ranking.title == "部门得分与排名"
    assert ranking.freeze_panes == "A2"
    assert ranking["C2"].font.name == "Microsoft YaHei"
    assert ranking.column_dimensions["C"].width > 8
    figure = ranking["D2"]
    assert (figure.data_type, figure.number_format) == ("n", "#,##0.############")
    assert not [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    rates = book.worksheets[2]
    assert rates["H2"].number_format == "0.00%"


def test_the_same_issue_gives_the_same_workbook(client: FlaskClient, issue: Any) -> None:
    address = f"{PATH}/{issue['issue']}.xlsx"

    first = client.get(address)
    assert client.get(address).get_data() == first.get_data()
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert "attachment" in first.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("application/json", "application/json"),
        ("*/*", "application/json"),
        ("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"),
        ("text/csv", "text/csv; charset=utf-8"),
        (XLSX, XLSX),
    ],
)
def test_the_form_is_negotiated(client: FlaskClient, issue: Any, accept: str, content_type: str) -> None:
    answer = client.get(f"{PATH}/{issue['issue']}", headers={"Accept": accept})

    assert (answer.status_code, answer.content_type) == (200, content_type)


def test_a_form_that_there_is_not_is_not_found(client: FlaskClient, issue: Any) -> None:
    assert client.get(f"{PATH}/{issue['issue']}.pdf").status_code == 404


def _number(text: str) -> bool:
    try:
        Decimal(text)
    except ArithmeticError:
        return False
    return True


def _same(value: Any, text: str) -> bool:
    if value is None or isinstance(value, str):
        return (value or "") == text
    return Decimal(repr(value)) == Decimal(text)
