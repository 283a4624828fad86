"""What clients send by mistake or in malice: always a problem document that names the field, and nothing is written."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.submission.api import REPORT, SCHEME, Organisation, World


@pytest.fixture
def untouched(organisation: Organisation) -> Iterator[Organisation]:
    """Fails when the test left an event behind."""
    before = organisation.events()
    yield organisation
    assert [event for event in organisation.events() if event[0].startswith("item")] == [
        event for event in before if event[0].startswith("item")
    ]


@pytest.mark.parametrize(
    ("changes", "kind", "fields"),
    [
        ({"title": 7}, "invalid-input", ["title"]),
        ({"title": ""}, "invalid-input", ["title"]),
        ({"title": "长" * 201}, "invalid-input", ["title"]),
        ({"title": "a\x07b"}, "invalid-input", ["title"]),
        ({"summary": "a\x00b"}, "invalid-input", ["summary"]),
        ({"contributors": [{"role": "author"}]}, "invalid-contributors", ["contributors.0.name"]),
        ({"contributors": "me"}, "invalid-input", ["contributors"]),
        ({"attributes": ["topic"]}, "invalid-input", ["attributes"]),
        ({"colour": "red"}, "invalid-input", ["colour"]),
        ({"happened_on": "2014-02-30"}, "invalid-input", ["happened_on"]),
        ({"happened_on": "2199-01-01"}, "date-in-future", ["happened_on"]),
        ({"happened_on": 20140308}, "invalid-input", ["happened_on"]),
        ({"kind": "raport"}, "unknown-kind", ["kind"]),
        ({"department": "pres"}, "unknown-department", ["department"]),
        ({"department": "../etc"}, "invalid-input", ["department"]),
        ({"attributes": {}}, "invalid-attributes", ["attributes.topic"]),
        ({"attributes": {"topic": "practise"}}, "invalid-attributes", ["attributes.topic"]),
        ({"attributes": {"topic": "practice", "photos": "2"}}, "invalid-attributes", ["attributes.photos"]),
        ({"attributes": {"topic": "practice", "photos": 2.5}}, "invalid-attributes", ["attributes.photos"]),
        ({"attributes": {"topic": 1, "tpic": 2}}, "invalid-attributes", ["attributes.topic", "attributes.tpic"]),
        ({"attributes": {"topic": {"a": {"b": 1}}}}, "invalid-attributes", ["attributes.topic"]),
    ],
)
def test_an_item_that_is_wrong_names_its_fields(
    untouched: Organisation, changes: dict[str, Any], kind: str, fields: list[str]
) -> None:
    answer = untouched.api.post(f"{untouched.path}/items", {**REPORT, **changes})

    assert answer.problem(422, kind) == fields


def test_a_close_miss_is_told(untouched: Organisation) -> None:
    kind = untouched.api.post(f"{untouched.path}/items", {**REPORT, "kind": "raport"})
    topic = untouched.api.post(f"{untouched.path}/items", {**REPORT, "attributes": {"topic": "practise"}})

    assert "did you mean “report”" in kind.body["errors"][0]["detail"]
    assert "did you mean “practice”" in topic.body["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (b'{"title": ', 400, "malformed-request"),
        (b"\xff\xfe", 400, "malformed-request"),
        (b"[" * 100_000, 400, "malformed-request"),
        (b"[]", 422, "invalid-input"),
        (b"null", 422, "invalid-input"),
        (b"", 422, "invalid-input"),
        (b'{"title": "' + b"x" * 2_000_000 + b'"}', 413, "body-too-large"),
    ],
)
def test_a_body_that_is_no_item_is_refused(untouched: Organisation, body: bytes, status: int, kind: str) -> None:
    path = f"{untouched.path}/items"

    untouched.api.send("POST", path, data=body, content_type="application/json").problem(status, kind)


def test_another_content_type_is_refused(untouched: Organisation) -> None:
    answer = untouched.api.send(
        "POST", f"{untouched.path}/items", data=json.dumps(REPORT), content_type="application/x-www-form-urlencoded"
    )
    answer.problem(415, "unsupported-media-type")


def test_an_instant_without_a_zone_is_refused(organisation: Organisation) -> None:
    path = f"{organisation.path}/items"

    naive = {"submitted_from": "2014-03-08T10:00:00"}
    assert organisation.api.get(path, **naive).problem(422, "invalid-input") == ["submitted_from"]
    token = {"title": "t", "role": "reader", "expires_at": "2199-01-01T00:00:00"}
    assert organisation.api.post(f"{organisation.path}/tokens", token).problem(422, "invalid-input") == ["expires_at"]


@pytest.mark.parametrize(
    ("right", "wrong", "field"),
    [
        ("lines: {total: reports}", "lines: {total: other, other: total}", "lines"),
        ("measure: reports", "measure: raports", "quotas.weekly.measure"),
    ],
)
def test_a_scheme_with_a_mistake_names_the_line(world: World, right: str, wrong: str, field: str) -> None:
    organisation = world.organisation(scheme=None)
    text = SCHEME.replace(right, wrong)

    answer = organisation.publish(text)

    answer.problem(422, "invalid-scheme")
    mistake = answer.body["errors"][0]
    assert mistake["field"].startswith(field)
    assert wrong in text.splitlines()[mistake["line"] - 1]
    assert organisation.api.get(f"{organisation.path}/schemes").expect(200)["items"] == []


def test_hostile_texts_are_no_scheme(world: World) -> None:
    organisation = world.organisation(scheme=None)
    bomb = "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]"

    for text in (bomb, "scheme: !!python/object/apply:os.system [ls]", "[" * 10_000, "", "scheme: news\n\tversion: 1"):
        path = f"{organisation.path}/schemes/news/versions/1"
        organisation.api.put_text(path, text).problem(422, "invalid-scheme")
    organisation.api.send("PUT", path, data=b"\xff", content_type="application/yaml").problem(400, "malformed-request")
    organisation.api.put_text(path, SCHEME, "image/png").problem(415, "unsupported-media-type")
    organisation.api.put_text(path, SCHEME + "#" * 2_000_000).problem(413, "body-too-large")


@pytest.mark.parametrize("path", ["/items/7", "/items/00000000-0000-7000-8000-000000000000", "/nothing"])
def test_what_is_not_there_is_not_found(organisation: Organisation, path: str) -> None:
    organisation.api.get(organisation.path + path).problem(404, "not-found")
