"""An organisation to measure with: one rulebook, and live departments that owe nothing for years."""

from collections.abc import Callable
from typing import Any

from tests.acceptance.district import SCHEME, SCHEME_TEXT

ORGANISATION = "bench"
PATH = f"/v1/organisations/{ORGANISATION}"

Put = Callable[[str, bytes | dict[str, Any]], None]
"""Puts YAML text or a JSON document to a path of the submission service; raises when it is refused."""


def describe(put: Put, departments: int) -> list[str]:
    """Describe the organisation over HTTP; the names of its departments."""
    put(PATH, {"title": "比较", "time_zone": "Asia/Shanghai"})
    put(f"{PATH}/schemes/{SCHEME}/versions/1", SCHEME_TEXT.encode())
    names = [f"department-{n:03}" for n in range(departments)]
    for name in names:
        described = {"title": name, "group": "street", "tags": [], "facts": {}, "from": "2014-01-01", "live": True}
        put(f"{PATH}/departments/{name}", described)
    return names


def item(department: str) -> dict[str, Any]:
    return {
        "department": department,
        "kind": "report",
        "title": "文明创建工作动态",
        "summary": "开展礼仪文明、环境文明、秩序文明、服务文明、观摩文明、网络文明六大文明行动的情况。",
        "contributors": [{"name": "信息员", "role": "author"}],
        "attributes": {"topic": "progress"},
    }
