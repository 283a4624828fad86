"""What the generated district has beside departments: persons, a campaign, quotas of all, waivers, adoptions."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from psycopg import Connection

from services.scoring.adapters.item_codec import encode_part
from services.scoring.domain.obligations import Part
from tests.integration.scorecards.generated import ORGANISATION, SCHEME, TEXT

AT = datetime(2014, 3, 20, 2, tzinfo=UTC)
PART = encode_part(Part(None, date(2014, 3, 1), {}))

SECOND = (
    TEXT.replace(f"scheme: {SCHEME}", "scheme: wider")
    .replace("calendars:\n", "calendars:\n  campaign: {from: 2014-03-01}\n")
    .replace("  reports:\n", "  reports:\n    persons: {roles: [author]}\n")
    .replace(
        "quotas:\n",
        "quotas:\n"
        "  everyones: {measure: reports, calendar: month, at_least: 1000, subject: organisation}\n"
        "  personal: {measure: reports, calendar: month, at_least: 2, applies_to: {roles: [correspondent]}}\n",
    )
    .replace(
        "\nscorecards:\n",
        "\n  mine: {formula: reports, subject: person}\n"
        "  best: persons_best(mine)\n"
        "  place: best_rank(mine)\n"
        "  missing: {formula: shortfall(everyones), subject: organisation}\n"
        "  all_missing: organisation(missing)\n"
        "  late: {formula: missed(personal), subject: person}\n"
        "  lacking: missed(weekly_reports) + persons(late)\n"
        "  so_far: over(month, total)\n"
        "  growth: total - previous(total)\n"
        "  whole: {formula: organisation(total), subject: organisation}\n"
        "  groups_total: {formula: group(total), subject: group}\n"
        "\nscorecards:\n"
        "  people: {calendar: month, subject: person, lines: [mine, late], rank: {by: mine, within: all, awards: 1}}\n"
        "  all: {calendar: month, subject: organisation, lines: [whole, missing]}\n"
        "  groups: {calendar: month, subject: group, lines: [groups_total], rank: {by: groups_total, within: all}}\n"
        "  campaign: {lines: [so_far]}\n",
    )
    .replace(
        "month: {lines: [reporting, adopted, instructed, total], final_after: P5D}",
        "month: {lines: [total, best, place, all_missing, lacking, growth], final_after: P5D,"
        " rank: {by: total, within: all}, disqualified: lacking, ranked: last}",
    )
    .replace("half:  {lines: [total]", "half:  {lines: [so_far]")
    .replace("rank: {by: total, within: group", "rank: {by: so_far, within: group")
)
"""The district's rulebook with the wider language, under a name of its own."""


def widen(conn: Connection[Any]) -> None:
    """The generated district under a second scheme, which has persons and quotas of all kinds."""
    conn.execute(
        "INSERT INTO directory_schemes (organisation, scheme, scheme_version, title, effective_from, text, digest,"
        " version) SELECT organisation, 'wider', 1, title, effective_from, %s, 'wider', 1 FROM directory_schemes",
        (SECOND,),
    )
    for table in ("periods", "totals", "ledger", "obligations", "decisions"):
        conn.execute(f"CREATE TEMP TABLE copied AS SELECT * FROM {table}")
        conn.execute("UPDATE copied SET scheme = 'wider'")
        if table == "ledger":
            conn.execute("UPDATE copied SET stream_version = stream_version + 1000000")
        conn.execute(f"INSERT INTO {table} SELECT * FROM copied")
        conn.execute("DROP TABLE copied")
    _add_persons(conn)
    _add_parts(conn)
    conn.execute(
        'INSERT INTO periods (organisation, scheme, calendar, period, department, scheme_version, first, "end",'
        " partial, opened_at) SELECT organisation, scheme, 'campaign', 'campaign', department, 1, '2014-03-01',"
        " '3000-01-01', false, '2014-02-28T16:00Z' FROM periods"
        " WHERE scheme = 'wider' AND calendar = 'month' AND period = '2014-03'"
    )


def _add_persons(conn: Connection[Any]) -> None:
    """Two in the department d003, who wrote three reports and one; the second leaves in March."""
    for place, (person, last_on, reports) in enumerate((("wang", None, 3), ("li", "2014-03-31", 1)), start=1):
        conn.execute(
            "INSERT INTO persons VALUES (%s, 'd003', %s, %s, '2014-02-01', %s, %s, '{correspondent}', '{}',"
            " '2014-02-01T00:00Z')",
            (ORGANISATION, person, 2_000_000 + place, last_on, person.title()),
        )
        for number in range(reports):
            conn.execute(
                "INSERT INTO ledger VALUES (%s, 'd003', %s, %s, 'wider', 1, 'reports', %s, 'f', 1, '2014-03-20',"
                " 'tongbao.item.submitted.v1', %s, %s)",
                (ORGANISATION, 2_000_010 + place, number, f"item-{person}-{number}", AT, person),
            )
        conn.execute(
            "INSERT INTO totals VALUES (%s, 'wider', 'month', '2014-03', 'd003', 'reports', %s, %s, %s)",
            (ORGANISATION, Decimal(reports), reports, person),
        )
        _add_obligation(conn, "personal", "d003", person, "met" if reports > 1 else "missed", reports, 2)


def _add_parts(conn: Connection[Any]) -> None:
    """What each department added to what all owe: its reports of March."""
    reports = conn.execute(
        "SELECT department, sum(amount) FROM ledger WHERE scheme = 'wider' AND measure = 'reports' AND person IS NULL"
        " AND dated >= '2014-03-01' AND dated < '2014-04-01' GROUP BY 1"
    )
    for department, amount in reports.fetchall():
        _add_obligation(conn, "everyones", department, "", "part", amount, 0)


def _add_obligation(
    conn: Connection[Any], quota: str, department: str, person: str, state: str, actual: Decimal | int, target: int
) -> None:
    conn.execute(
        "INSERT INTO obligations (organisation, department, scheme, quota, period, person, calendar, scheme_version,"
        " measure, period_first, period_end, target, actual, state, ordinal, opened_at, due_at, due_passed_at, on_time,"
        " actual_when_due, part) VALUES (%s, %s, 'wider', %s, '2014-03', %s, 'month', 1, 'reports', '2014-03-01',"
        " '2014-04-01', %s, %s, %s, 1, '2014-02-28T16:00Z', '2014-03-31T16:00Z', '2014-03-31T16:00Z', %s, %s, %s)",
        (
            *(ORGANISATION, department, quota, person, target, actual, state),
            *(True if state == "met" else None, actual, PART if state == "part" else None),
        ),
    )
    if state != "part":
        conn.execute(
            "INSERT INTO decisions VALUES (%s, %s, 'wider', %s, '2014-03', 1, %s, %s, %s, %s, %s, 2000020, %s)",
            (ORGANISATION, department, quota, f"tongbao.quota.{state}.v1", state, target, actual, AT, person),
        )
