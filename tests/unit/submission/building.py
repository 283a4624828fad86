"""A scheme and items to decide on."""

import datetime as dt
from dataclasses import replace
from functools import cache
from typing import Any

from services.submission.domain.commands import Content, ItemCommand, Submit
from services.submission.domain.item_state import ItemState, begin, evolve
from services.submission.domain.items import decide, submit
from shared.contracts.directory_events import OutletStanding
from shared.schemes import read_scheme
from shared.schemes.model import Kind, Scheme

TODAY = dt.date(2014, 3, 8)
SUBMITTER, REVIEWER = "token:submitter", "token:reviewer"
STANDINGS = (
    OutletStanding(dt.date(2014, 1, 1), "日报", "city", "newspaper"),
    OutletStanding(dt.date(2014, 3, 1), "日报", "national", "newspaper"),
)

TEXT = """
scheme: news
version: 1
title: 信息报送办法
effective: {from: 2014-01-01, begins: at_once}
time_zone: Asia/Shanghai
calendars: {week: {every: week}, month: {every: month}}
kinds:
  report:
    title: 信息
    attributes:
      topic: {type: choice, of: [progress, problem, practice], required: true}
      tags: {type: choices, of: [red, green]}
      photos: {type: integer}
      hours: {type: number}
      public: {type: boolean}
      filmed_on: {type: date}
      place: {type: text}
      aired_at: {type: time}
      films: {type: files, min: 1, max: 3}
      score: {type: integer, min: 1, max: 5}
    review: [{stages: [section, office]}]
  notice: {title: 通知}
measures:
  reports: {title: 报送, count: submitted, where: {kind: report}}
quotas:
  weekly: {title: 每周一条, measure: reports, calendar: week, at_least: 1, due: {after_end: P0D}, remind: [P2D]}
lines: {total: reports}
scorecards:
  week: {lines: [total]}
"""


@cache
def scheme(name: str = "news", version: int = 1, effective: str = "2014-01-01") -> Scheme:
    text = TEXT.replace("scheme: news", f"scheme: {name}").replace("version: 1", f"version: {version}")
    return read_scheme(text.replace("from: 2014-01-01", f"from: {effective}"))


def kind(name: str = "report") -> Kind:
    return scheme().kinds[name]


def content(**changes: Any) -> Content:
    return replace(Content("动态", attributes={"topic": "progress"}), **changes)


def item(*commands: ItemCommand, of: str = "report") -> ItemState:
    """An item that was submitted, and on which these commands were carried out by somebody else."""
    said = content() if of == "report" else Content("通知")
    event = submit(Submit("i1", "press", of, said), scheme(), kind(of), TODAY)
    state = begin(event, "press", scheme(), SUBMITTER)
    for command in commands:
        state = carry_out(state, command)
    return state


def carry_out(state: ItemState, command: ItemCommand, actor: str = REVIEWER) -> ItemState:
    event = decide(state, command, kind(state.kind), actor, TODAY)
    return state if event is None else evolve(state, event, kind(state.kind))
