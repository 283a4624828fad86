"""Loading quickly gives exactly what marshmallow gives."""

from typing import Any

import marshmallow as ma
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.submission.http.schemas import NewItemSchema
from shared.web.fields import Schema

ITEM = {
    "department": "press",
    "kind": "report",
    "title": "动态",
    "summary": "第一行\r\n第二行",
    "contributors": [{"name": "张三"}, {"name": "李四", "role": "photographer", "person": "p7"}],
    "attributes": {"topic": "progress", "n": None},
    "happened_on": "2014-03-08",
    "scheme": None,
}

scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.sampled_from(["2014-02-30", "\x00", ""])
values = scalars | st.lists(scalars, max_size=2) | st.dictionaries(st.text(max_size=3), scalars, max_size=2)


def by_marshmallow(body: Any) -> Any:
    """The body, or all mistakes, as the library says without any help."""
    try:
        return Schema.load(NewItemSchema(), body)
    except ma.ValidationError as mistake:
        return mistake.messages


def quickly(body: Any) -> Any:
    try:
        return NewItemSchema().load(body)
    except ma.ValidationError as mistake:
        return mistake.messages


def test_a_right_body_needs_no_marshmallow() -> None:
    assert NewItemSchema().quickly(ITEM) == by_marshmallow(ITEM)


@pytest.mark.parametrize("body", [None, [], "item", 7, {}, {**ITEM, "colour": "red"}, {**ITEM, "contributors": [7]}])
def test_a_wrong_body_is_told_as_marshmallow_tells_it(body: Any) -> None:
    assert quickly(body) == by_marshmallow(body)


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from([*ITEM, "other"]), values, max_size=3),
    st.sets(st.sampled_from(list(ITEM)), max_size=2),
)
def test_whatever_is_changed_both_agree(changes: dict[str, Any], removed: set[str]) -> None:
    body = {name: value for name, value in {**ITEM, **changes}.items() if name not in removed}

    assert quickly(body) == by_marshmallow(body)


@settings(deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(["name", "role", "person", "x"]), values, max_size=3), max_size=3))
def test_contributors_are_read_alike(contributors: list[dict[str, Any]]) -> None:
    body = {**ITEM, "contributors": contributors}

    assert quickly(body) == by_marshmallow(body)
