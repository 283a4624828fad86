"""What is told at the terminal when everything runs: where to look, what to paste, and what else there is."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from dev.demo import rulebooks


def first_steps(urls: Mapping[str, str], token: str, loaded: Sequence[str]) -> str:
    """The addresses, the page of each organisation that is there, and two commands to paste."""
    shown = [name for name in rulebooks.offered() if name in loaded]
    pages = [f"  scorecards     {urls['scoring']}{rulebooks.offered()[name].page}" for name in shown]
    hint = "   (sign in with the token)"
    lines = [
        "",
        "Tongbao is running. Ctrl-C stops it and keeps the data.",
        "",
        f"  submission     {urls['submission']}",
        f"  scoring        {urls['scoring']}",
        f"  notify         {urls['notify']}",
        *(page + (hint if place == 0 else "") for place, page in enumerate(pages)),
        f"  token          {token}",
        "",
    ]
    if rulebooks.DEFAULT in loaded:
        lines += ["Submit an item, then read the department's scorecard:", "", *_commands(urls, token)]
    return "\n".join(lines)


def further(loaded: Sequence[str], options: str) -> str:
    """The rulebooks that are not loaded yet, and how to load them; ``options`` are those of the data directory."""
    left = [one for one in rulebooks.offered().values() if one.name not in loaded]
    if not left:
        return ""
    width = max(len(one.name) for one in left)
    args = f' args="{options}"' if options else ""
    return "\n".join(
        (
            f"{len(left)} more rulebooks are there, each with a year of invented work. In a second terminal:",
            "",
            f"  make load rulebooks={left[0].name}{args}",
            f"  make load rulebooks={rulebooks.ALL}{args}",
            "",
            *(f"  {one.name:{width}}  {one.about}" for one in left),
            "",
        )
    )


def _commands(urls: Mapping[str, str], token: str) -> list[str]:
    organisation = "/v1" + rulebooks.offered()[rulebooks.DEFAULT].page
    item = {
        "department": "culture",
        "kind": "report",
        "title": "文化委开展全民阅读活动",
        "attributes": {"topic": "event"},
    }
    submit = (
        f"curl -sS -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' "
        f"-d '{json.dumps(item, ensure_ascii=False)}' {urls['submission']}{organisation}/items"
    )
    month = datetime.now(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m")
    read = (
        f"curl -sS -H 'Authorization: Bearer {token}' "
        f"'{urls['scoring']}{organisation}/scorecards/culture?calendar=month&period={month}'"
    )
    return [submit, "", read, ""]
