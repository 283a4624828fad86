"""A district's first months of 2014 in the scoring database, written straight into its tables.

For tests and measurements of the read side alone: what stands in the tables is consistent (totals are the sums of the
ledger, obligations follow from it), only no event brought it about.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from psycopg import Connection

from shared.calendars import Calendar, Period, RegularCalendar, start_instant
from shared.schemes import read_scheme

ORGANISATION = "district"
SCHEME = "haidian-civilised-district"
TEXT = Path(__file__).with_name("district.yaml").read_text(encoding="utf-8")
ZONE = ZoneInfo("Asia/Shanghai")
BEGIN = date(2014, 1, 1)
NOW = datetime(2014, 4, 19, 2, 30, tzinfo=UTC)
"""A Saturday: reminders of week 16 have been sent, April is running."""

SHORT = timedelta(seconds=1)
GROUPS = {"committee": "工委", "department": "部门", "street": "街乡镇"}
NAMES = (
    *("区直机关工委", "教育工委", "政法工委", "农村工委", "科技园区工委", "统战部"),
    *("区文化委", "区卫生局", "区民政局", "区城管监察局", "区市政市容委", "区环保局", "公安分局"),
    *("中关村街道", "清华园街道", "北下关街道", "八里庄街道", "紫竹院街道", "上地街道", "四季青镇"),
)
TITLES = ("开展春节前环境整治", "志愿者进社区服务老人", "文明交通劝导日活动", "道德讲堂走进机关", "校园文明礼仪展示")


@dataclass
class Rows:
    """Rows by table, in the order of the columns named in COLUMNS."""

    of: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {table: [] for table in COLUMNS})


COLUMNS: dict[str, str] = {
    "directory_organisations": "organisation, title, time_zone, version",
    "directory_departments": "organisation, department, title, group_name, tags, facts, from_on, live, version",
    "directory_schemes": "organisation, scheme, scheme_version, title, effective_from, text, digest, version",
    "positions": "stream, version, recorded_at",
    "department_facts": "organisation, department, stream_version, from_on, title, group_name, tags, facts,"
    " recorded_at",
    "item_states": "organisation, department, item, scheme, kind, title, state, body",
    "ledger": "organisation, department, stream_version, entry, scheme, scheme_version, measure, item, fact, amount,"
    " dated, cause, recorded_at",
    "totals": "organisation, scheme, calendar, period, department, measure, amount, entries",
    "periods": 'organisation, scheme, calendar, period, department, scheme_version, first, "end", partial, opened_at,'
    " closed_at, final_at",
    "obligations": "organisation, department, scheme, quota, period, calendar, scheme_version, measure, period_first,"
    " period_end, target, actual, state, ordinal, opened_at, due_at, due_passed_at, due_soon_since, decided_at",
    "decisions": "organisation, department, scheme, quota, period, ordinal, event_type, outcome, target, actual,"
    " recorded_at, stream_version",
}


def generate(
    conn: Connection[Any],
    *,
    departments: int = len(NAMES),
    seed: int = 7,
    now: datetime = NOW,
    text: str = TEXT,
    busy: float = 1.0,
) -> list[str]:
    """Write the organisation and give its departments' names. ``busy`` multiplies how much everybody submits."""
    rows = Rows()
    scheme = read_scheme(text)
    random_ = random.Random(seed)
    rows.of["directory_organisations"].append((ORGANISATION, "海淀区创建办", "Asia/Shanghai", 1))
    rows.of["directory_schemes"].append(
        (ORGANISATION, scheme.name, 1, scheme.title, scheme.effective_from, text, scheme.digest, 1)
    )
    names = [_add_department(rows, number, now) for number in range(departments)]
    for name, *_ in names:
        _add_history(rows, random_, name, scheme.calendars.values(), now, busy)
    _add_totals(rows, scheme.calendars.values())
    with conn.cursor() as cursor:
        for table, columns in COLUMNS.items():
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows.of[table]:
                    copy.write_row(row)
        cursor.execute("ANALYZE")
    return [name for name, *_ in names]


def _add_department(rows: Rows, number: int, now: datetime) -> tuple[str, str]:
    title = NAMES[number % len(NAMES)] + (f" {number // len(NAMES) + 1}" if number >= len(NAMES) else "")
    group = list(GROUPS)[min(number % len(NAMES) // 7, 2)]
    name = f"d{number:03}"
    tags = ["key_unit"] if number % 5 != 4 else []
    at = start_instant(BEGIN, ZONE)
    described = (BEGIN, title, group, tags, "{}", at)
    rows.of["directory_departments"].append((ORGANISATION, name, title, group, tags, "{}", BEGIN, True, 1))
    rows.of["department_facts"].append((ORGANISATION, name, 1, *described))
    return name, group


def _add_history(rows: Rows, random_: random.Random, name: str, calendars: Any, now: datetime, busy: float) -> None:
    version = 10
    diligence = random_.choice((0.6, 1.0, 1.0, 1.4, 2.0)) * busy
    by_week: Counter[str] = Counter()
    weeks = RegularCalendar("week", "week")
    day = BEGIN
    while start_instant(day, ZONE) < now:
        for _ in range(_count(random_, diligence * 2.2 / 5) if day.weekday() < 5 else 0):
            version += 1
            at = start_instant(day, ZONE) + timedelta(hours=9, minutes=random_.randrange(480))
            if at < now:
                by_week[weeks.period_of(day).id] += 1
                version = _add_item(rows, random_, name, version, at, now)
        day += timedelta(days=1)
    for calendar in calendars:
        for period in _periods(calendar, now):
            _add_period(rows, name, calendar, period, now)
    if int(name[1:]) % 5 != 4:
        for period in _periods(weeks, now):
            version = _add_obligation(rows, random_, name, version, period, by_week[period.id], now)
    rows.of["positions"].append((f"{ORGANISATION}/{name}", version, now - timedelta(minutes=random_.randrange(60))))


def _count(random_: random.Random, mean: float) -> int:
    return int(mean) + (random_.random() < mean % 1)


def _add_item(rows: Rows, random_: random.Random, name: str, version: int, at: datetime, now: datetime) -> int:
    item = f"{name}-{version}"
    title = f"{random_.choice(TITLES)}（{at:%m}月{at:%d}日）"
    rows.of["item_states"].append((ORGANISATION, name, item, SCHEME, "report", title, "accepted", b"{}"))
    _add_entry(rows, name, version, 1, "reports", item, "submitted", Decimal(1), at.astimezone(ZONE).date(), at)
    for measure, chance, fact, amounts in (
        ("adoption", 0.3, "adopted", (5, 2, 20, 10, 40)),
        ("instructions", 0.06, "instructed", (30, 40, 50)),
    ):
        then = at + timedelta(days=random_.randrange(1, 20))
        if random_.random() < chance and then < now:
            version += 1
            amount = Decimal(random_.choice(amounts))
            _add_entry(rows, name, version, 1, measure, item, fact, amount, then.astimezone(ZONE).date(), then)
    return version


def _add_entry(
    rows: Rows,
    name: str,
    version: int,
    entry: int,
    measure: str,
    item: str,
    fact: str,
    amount: Decimal,
    dated: date,
    at: datetime,
) -> None:
    where = (ORGANISATION, name, version, entry, SCHEME, 1, measure)
    rows.of["ledger"].append((*where, item, f"{fact}-{version}", amount, dated, f"tongbao.item.{fact}.v1", at))


def _periods(calendar: Calendar, now: datetime) -> Iterator[Period]:
    period = calendar.first_ending_after(BEGIN)
    while period is not None and start_instant(period.first, ZONE) < now:
        yield period
        period = calendar.following(period)


def _add_period(rows: Rows, name: str, calendar: Calendar, period: Period, now: datetime) -> None:
    opened = start_instant(max(period.first, BEGIN), ZONE)
    closed = start_instant(period.end, ZONE)
    final = start_instant(period.end + timedelta(days=5), ZONE)
    rows.of["periods"].append(
        (
            *(ORGANISATION, SCHEME, calendar.name, period.id, name, 1, period.first, period.end),
            *(period.first < BEGIN, opened),
            closed if closed <= now else None,
            final if final <= now and calendar.name == "month" else None,
        )
    )


def _add_obligation(
    rows: Rows, random_: random.Random, name: str, version: int, period: Period, came: int, now: datetime
) -> int:
    due = start_instant(period.end, ZONE)
    reminder = due - timedelta(days=2)
    opened = start_instant(max(period.first, BEGIN), ZONE)
    decided: list[tuple[str, str, datetime]] = []
    if came >= 2:
        decided.append(("tongbao.quota.met.v1", "met", min(due, now) - timedelta(hours=30)))
    elif reminder <= now:
        decided.append(("tongbao.quota.due_soon.v1", "open", reminder))
        if due <= now:
            decided.append(("tongbao.quota.missed.v1", "missed", due))
            decided.extend(_afterwards(rows, random_, name, version + 1, period, came, due))
            came = max(came, 2) if decided[-1][1] == "met_late" else came
    version += 4
    _add_outcome(rows, name, version, period, (opened, due, reminder), decided, came, now)
    return version


def _afterwards(
    rows: Rows, random_: random.Random, name: str, version: int, period: Period, came: int, due: datetime
) -> list[tuple[str, str, datetime]]:
    """Some that were missed are made good late, some are waived."""
    at = due + timedelta(hours=20)
    chance = random_.random()
    if chance < 0.15:
        for n in range(2 - came):
            item = f"{name}-{version}-{n}"
            rows.of["item_states"].append((ORGANISATION, name, item, SCHEME, "report", "补报信息", "accepted", b"{}"))
            _add_entry(rows, name, version, n, "reports", item, "submitted", Decimal(1), max(period.first, BEGIN), at)
        return [("tongbao.quota.met_late.v1", "met_late", at)]
    return [("tongbao.quota.waived.v1", "waived", at)] if chance > 0.93 else []


def _add_outcome(
    rows: Rows,
    name: str,
    version: int,
    period: Period,
    instants: tuple[datetime, datetime, datetime],
    decided: Sequence[tuple[str, str, datetime]],
    came: int,
    now: datetime,
) -> None:
    opened, due, reminder = instants
    key = (ORGANISATION, name, SCHEME, "weekly_reports", period.id)
    for ordinal, (event_type, outcome, at) in enumerate(decided, start=1):
        actual = 0 if outcome in {"open", "missed"} else came
        rows.of["decisions"].append((*key, ordinal, event_type, outcome, Decimal(2), Decimal(actual), at, version))
    reminded = any(event_type.endswith("due_soon.v1") for event_type, *_ in decided)
    rows.of["obligations"].append(
        (
            *key,
            *("week", 1, "reports", period.first, period.end, Decimal(2), Decimal(came)),
            *(decided[-1][1] if decided else "open", len(decided), opened, due),
            *(due if due <= now else None, reminder if reminded else None, decided[-1][2] if decided else None),
        )
    )


def _add_totals(rows: Rows, calendars: Any) -> None:
    sums: dict[tuple[str, str, str, str], Decimal] = {}
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for entry in rows.of["ledger"]:
        department, measure, amount, dated = entry[1], entry[6], entry[9], entry[10]
        for calendar in calendars:
            period = calendar.period_of(dated)
            assert period is not None, "regular calendars have no gaps"
            key = (calendar.name, period.id, department, measure)
            sums[key] = sums.get(key, Decimal(0)) + amount
            counts[key] += 1
    for key, amount in sums.items():
        rows.of["totals"].append((ORGANISATION, SCHEME, *key, amount, counts[key]))
