"""An invented half year of the demo organisation: what its departments submitted, and what came of it.

The same end gives the same history, and a later end the same one with more at its end: every week of a department is
drawn from a seed of its own.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

MONTHS = 6
_SEED = "tongbao-demo"
_WEEK = timedelta(weeks=1)

_ACTIONS: Mapping[str, Sequence[str]] = {
    "progress": ("召开{}工作推进会", "部署下半年{}工作", "{}工作取得阶段性成效", "开展{}专项检查", "启动{}集中行动"),
    "problem": ("{}中存在的问题及建议", "居民反映{}管理不到位", "{}工作面临人手不足", "{}长效机制有待完善"),
    "practice": ("“三个到位”推动{}", "创新{}工作模式", "“门前三包”促{}", "以点带面抓好{}", "网格化管理助力{}"),
    "event": ("举办{}主题宣传活动", "组织志愿者参加{}", "开展{}知识竞赛", "举行{}启动仪式", "组织{}观摩交流"),
    "emergency": ("妥善处置强降雨影响{}", "连夜清除积雪保障{}", "及时化解{}引发的纠纷"),
}
_THEMES = (
    "文明交通引导", "公共文明引导", "社区环境整治", "学雷锋志愿服务", "道德讲堂", "垃圾分类", "文明旅游", "文明餐桌",
    "未成年人思想道德建设", "邻里守望", "背街小巷整治", "全民阅读", "文明校园创建", "诚信经营", "文明礼仪宣讲",
    "无障碍环境建设", "楼门文化建设", "共享单车停放秩序", "网络文明传播", "市民文明学校", "老旧小区改造", "我们的节日",
)  # fmt: skip
_TOPICS = ("progress", "practice", "event", "problem", "emergency")
_TOPIC_WEIGHTS = (38, 24, 26, 8, 4)
_FAMILY_NAMES = "王李张刘陈杨赵黄周吴徐孙"
_GIVEN_NAMES = ("敏", "静", "丽娜", "伟", "晓东", "建国", "雪梅", "志强", "婷婷", "海燕", "文博", "思远")
_REJECTIONS = ("与上一条内容重复", "不属于报送范围", "缺少时间、地点等要素")
_INSTRUCTIONS = ("请相关部门学习借鉴。", "做法很好，请总结推广。", "请抓好落实，及时反馈。")


@dataclass(frozen=True)
class Span:
    """The time that the demo tells of: from the first day of a month to the moment of loading."""

    end: datetime
    zone: ZoneInfo

    @property
    def first_day(self) -> date:
        """The first of the month, MONTHS before the month of the end."""
        local = self.end.astimezone(self.zone).date()
        months = local.year * 12 + local.month - 1 - MONTHS
        return date(months // 12, months % 12 + 1, 1)

    def weeks(self) -> Iterator[date]:
        """The Mondays of all weeks that it touches."""
        monday = self.first_day - timedelta(days=self.first_day.weekday())
        while self._instant(monday, time.min) < self.end:
            yield monday
            monday += _WEEK

    def instant(self, day: date, rng: random.Random) -> datetime:
        """A moment of a working day."""
        return self._instant(day, time(rng.randrange(8, 18), rng.randrange(60), rng.randrange(60)))

    def covers(self, at: datetime) -> bool:
        """Whether it lies within."""
        return self._instant(self.first_day, time.min) <= at < self.end

    def _instant(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.zone).astimezone(UTC)


def history(organisation: Mapping[str, Any], span: Span) -> list[dict[str, Any]]:
    """The lines of an import, in the order of time: commands of all departments, dated within the span."""
    lines = [
        line
        for department in organisation["departments"]
        for monday in span.weeks()
        for line in _week(department, monday, organisation["outlets"], span)
    ]
    return sorted(lines, key=lambda line: (line["at"], line["key"]))


def _week(
    department: Mapping[str, Any], monday: date, outlets: Sequence[Mapping[str, Any]], span: Span
) -> Iterator[dict[str, Any]]:
    rng = random.Random(f"{_SEED}/{department['name']}/{monday}")
    for number in range(_items_of_the_week(department, rng)):
        # Drawn in full before anything is left out, so that the end of the span does not change what stays.
        item = _Item(f"{department['name']}-{monday:%Y%m%d}-{number + 1}", department, monday, rng)
        told = [line for line in item.lines(outlets, span) if span.covers(datetime.fromisoformat(line["at"]))]
        if told and told[0]["command"] == "submit":
            yield from told


def _items_of_the_week(department: Mapping[str, Any], rng: random.Random) -> int:
    """Those who must report two a week nearly always do; how nearly is the department's character."""
    diligence = random.Random(f"{_SEED}/{department['name']}").uniform(0.86, 1.0)
    if "key_unit" not in department["tags"]:
        return rng.choices((0, 1, 2), (35, 45, 20))[0]
    if rng.random() > diligence:
        return rng.choices((0, 1), (25, 75))[0]
    return rng.choices((2, 3, 4), (60, 28, 12))[0]


class _Item:
    """One submission and what follows from it, each step on a later day."""

    def __init__(self, reference: str, department: Mapping[str, Any], monday: date, rng: random.Random) -> None:
        self._reference = reference
        self._department = department
        self._rng = rng
        self._day = monday + timedelta(days=rng.choices(range(6), (20, 20, 20, 20, 17, 3))[0])

    def lines(self, outlets: Sequence[Mapping[str, Any]], span: Span) -> list[dict[str, Any]]:
        """All of its commands, the submission first."""
        rng, day = self._rng, self._day
        at = span.instant(day, rng)
        lines = [self._line("submit", at, **self._content(day))]
        if rng.random() < 0.04:
            at += timedelta(days=1)
            return [*lines, self._line("review", at, decision="rejected", reason=rng.choice(_REJECTIONS))]
        at += timedelta(hours=rng.randrange(2, 30))
        lines.append(self._line("review", at, decision="accepted"))
        for outlet, form in self._adoptions(outlets):
            published = at.astimezone(span.zone).date() + timedelta(days=rng.randrange(1, 9))
            noted = span.instant(published, rng)
            said = {"outlet": outlet, "form": form, "published_on": published.isoformat()}
            lines.append(self._line(f"adopt/{outlet}", noted, **said))
        if rng.random() < 0.02:
            day = at.astimezone(span.zone).date() + timedelta(days=rng.randrange(2, 12))
            level = rng.choices(("district", "city", "capital"), (75, 20, 5))[0]
            said = {"level": level, "instructed_on": day.isoformat(), "text": rng.choice(_INSTRUCTIONS)}
            lines.append(self._line("instruct", span.instant(day, rng), **said))
        return lines

    def _adoptions(self, outlets: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
        weights = {"district": 12, "city": 4, "national": 1}
        count = self._rng.choices((0, 1, 2), (70, 25, 5))[0]
        chosen = self._rng.choices(outlets, [weights[outlet["tier"]] for outlet in outlets], k=count)
        return [
            (name, self._rng.choice(("whole", "edited"))) for name in dict.fromkeys(each["name"] for each in chosen)
        ]

    def _content(self, day: date) -> dict[str, Any]:
        rng = self._rng
        topic = rng.choices(_TOPICS, _TOPIC_WEIGHTS)[0]
        title = self._department["title"] + rng.choice(_ACTIONS[topic]).format(rng.choice(_THEMES))
        author = rng.choice(_FAMILY_NAMES) + rng.choice(_GIVEN_NAMES)
        return {
            "kind": "report",
            "title": title,
            "summary": f"{title}。{day.month}月{day.day}日，有关负责同志参加，活动取得良好效果。",
            "contributors": [{"name": author, "role": "author"}],
            "attributes": {"topic": topic},
            "happened_on": day.isoformat(),
        }

    def _line(self, step: str, at: datetime, **said: Any) -> dict[str, Any]:
        return {
            "key": f"demo/{self._reference}/{step}",
            "at": at.isoformat(),
            "command": step.partition("/")[0],
            "department": self._department["name"],
            "item": self._reference,
            **said,
        }
