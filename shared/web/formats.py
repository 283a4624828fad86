"""Numbers, dates, instants and periods in the reader's form."""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal

from shared.web.languages import Language, language, translate

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_PERIOD = re.compile(r"(\d{4})(?:-(?:W(\d{2})|Q(\d)|H(\d)|(\d{2})(?:-(\d{2}))?))?", re.ASCII)


def number(value: Decimal | int | None) -> str:
    """No needless zeros, thousands set apart, a real minus sign; an en dash where there is no number."""
    if value is None:
        return "–"
    text = f"{value:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text.replace("-", "−")


def day(value: date) -> str:
    if language() == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def instant(value: datetime, zone: tzinfo = UTC) -> str:
    """Date and time to the minute, in the organisation's zone."""
    local = value.astimezone(zone)
    return f"{day(local.date())} {local:%H:%M}"


def period(text: str) -> str:
    """A period's id as people say it; an id of another form as it is."""
    found = _PERIOD.fullmatch(text)
    if found is None:
        return text
    year, week, quarter, half, month, of_month = found.groups()
    if of_month:
        return day(date(int(year), int(month), int(of_month)))
    chinese = language() == "zh"
    if week:
        return f"{year}年第{int(week)}周" if chinese else f"Week {int(week)}, {year}"
    if quarter:
        return f"{year}年第{'一二三四'[int(quarter) - 1]}季度" if chinese else f"Q{quarter} {year}"
    if half:
        return (
            f"{year}年{'上下'[int(half) - 1]}半年" if chinese else f"{('First', 'Second')[int(half) - 1]} half {year}"
        )
    if month:
        return f"{year}年{int(month)}月" if chinese else f"{_MONTHS[int(month) - 1]} {year}"
    return f"{year}年" if chinese else year


def span(length: timedelta) -> str:
    """A length of time in its two largest units: "2 d 3 h"."""
    minutes = int(abs(length).total_seconds()) // 60
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    parts = [("time.days", days), ("time.hours", hours), ("time.minutes", rest)]
    told = [translate(key, n=n) for key, n in parts if n][:2]
    separator: dict[Language, str] = {"zh": "", "en": " "}
    return separator[language()].join(told) or translate("time.less_than_a_minute")
