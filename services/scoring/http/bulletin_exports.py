"""An issue's tables as files for spreadsheets."""

import csv
from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO, StringIO
from unicodedata import east_asian_width

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from services.scoring.domain.bulletins import Document
from services.scoring.http.presenters.bulletin_sheets import Cell, Column, Kind, Sheet

BYTE_ORDER_MARK = "\ufeff"
"""By it spreadsheets know a CSV file for UTF-8."""
DIGITS_EXACT_MAX = 15
"""A spreadsheet keeps numbers as binary fractions: one of more digits is written as text."""
WIDTH_MIN, WIDTH_MAX = 6, 48
"""Of a column, in characters of the Latin script."""
SHEET_NAME_LENGTH_MAX = 31
FONT = {"font_name": "Microsoft YaHei", "font_size": 11}
"""Excel's and WPS's own for Chinese; others take the nearest."""

_FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")
_NOT_IN_SHEET_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", "-"))
_NUMBER_FORMATS: dict[Kind, str] = {"number": "#,##0.############", "share": "0.00%"}


def csv_file(sheet: Sheet) -> bytes:
    """One table as CSV of RFC 4180: UTF-8 with a byte order mark, and no cell that a spreadsheet takes for a formula.

    Numbers are plain and exact; only text is kept from being calculated, by an apostrophe before it.
    """
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([_harmless(column.title) for column in sheet.columns])
    writer.writerows([_plain(cell) for cell in row] for row in sheet.rows)
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def xlsx_file(sheets: Sequence[Sheet], document: Document) -> bytes:
    """All tables as the worksheets of one workbook. The same issue gives the same bytes."""
    made = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "default_format_properties": FONT,
    }
    with xlsxwriter.Workbook(made, options) as workbook:
        issued_at = document.issued_at.replace(tzinfo=None, microsecond=0)
        workbook.set_properties({"title": document.title, "author": document.organisation_title, "created": issued_at})
        heading = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", **FONT})
        formats = {kind: workbook.add_format({"num_format": code, **FONT}) for kind, code in _NUMBER_FORMATS.items()}
        for sheet in sheets:
            _fill(workbook.add_worksheet(_sheet_name(sheet.title)), sheet, heading, formats)
    return made.getvalue()


def _fill(worksheet: Worksheet, sheet: Sheet, heading: Format, formats: dict[Kind, Format]) -> None:
    for place, column in enumerate(sheet.columns):
        worksheet.write_string(0, place, column.title, heading)
        worksheet.set_column(place, place, _width(column, [row[place] for row in sheet.rows]))
    for number, row in enumerate(sheet.rows, start=1):
        for place, (column, cell) in enumerate(zip(sheet.columns, row, strict=True)):
            _write(worksheet, number, place, column, cell, formats)
    worksheet.freeze_panes(1, 0)
    if sheet.rows:
        worksheet.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
    worksheet.set_landscape()
    worksheet.fit_to_pages(1, 0)
    worksheet.repeat_rows(0)


def _write(worksheet: Worksheet, row: int, place: int, column: Column, cell: Cell, formats: dict[Kind, Format]) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        worksheet.write_string(row, place, cell)
    elif isinstance(cell, Decimal) and len(cell.as_tuple().digits) > DIGITS_EXACT_MAX:
        worksheet.write_string(row, place, f"{cell:f}")
    else:
        worksheet.write_number(row, place, cell, formats.get(column.kind))


def _width(column: Column, cells: Sequence[Cell]) -> int:
    widest = max((_columns_wide(_shown(cell)) for cell in cells), default=0)
    return max(WIDTH_MIN, min(WIDTH_MAX, max(widest, _columns_wide(column.title)) + 2))


def _columns_wide(text: str) -> int:
    """Chinese characters are twice as wide as Latin ones."""
    return sum(2 if east_asian_width(each) in "WF" else 1 for each in text)


def _shown(cell: Cell) -> str:
    return f"{cell:f}" if isinstance(cell, Decimal) else "" if cell is None else str(cell)


def _plain(cell: Cell) -> str:
    return _harmless(cell) if isinstance(cell, str) else _shown(cell)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_BEGINS) else text


def _sheet_name(title: str) -> str:
    return title.translate(_NOT_IN_SHEET_NAMES)[:SHEET_NAME_LENGTH_MAX]
