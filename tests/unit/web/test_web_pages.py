"""The pages' frame: two languages, states as shape and word, one stylesheet of sufficient contrast."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from shared.web import formats, languages
from shared.web.pages import STATES

CONTRAST_MIN = 4.5
"""WCAG 2.2, 1.4.3, level AA, for text."""
HTML = {"Accept": "text/html,application/xhtml+xml;q=0.9"}


def test_both_languages_have_the_same_words() -> None:
    chinese = languages.catalogue("shared.web", "zh")
    english = languages.catalogue("shared.web", "en")

    assert chinese.keys() == english.keys()
    for key, word in english.items():
        assert set(re.findall(r"{\w+}", word)) == set(re.findall(r"{\w+}", chinese[key])), key
        assert word.strip()
        assert chinese[key].strip()


@pytest.mark.parametrize(
    ("address", "headers", "expected"),
    [
        ("/sign-in", {}, "zh-Hans"),
        ("/sign-in", {"Accept-Language": "en-GB,en;q=0.8"}, "en"),
        ("/sign-in", {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}, "zh-Hans"),
        ("/sign-in", {"Accept-Language": "fr"}, "zh-Hans"),
        ("/sign-in?lang=en", {"Accept-Language": "zh-CN"}, "en"),
        ("/sign-in?lang=tlh", {"Accept-Language": "en"}, "en"),
    ],
)
def test_the_language_is_the_readers(client: FlaskClient, address: str, headers: dict[str, str], expected: str) -> None:
    assert f'<html lang="{expected}">' in client.get(address, headers=headers).get_data(as_text=True)


def test_a_chosen_language_is_kept_and_can_be_switched_back(client: FlaskClient) -> None:
    client.get("/sign-in?lang=en&next=/x")

    page = client.get("/sign-in?next=/x", headers={"Accept-Language": "zh-CN"}).get_data(as_text=True)

    assert '<html lang="en">' in page
    assert 'href="/sign-in?next=/x&amp;lang=zh"' in page


def test_a_page_that_is_not_there_is_told_as_a_page(client: FlaskClient) -> None:
    response = client.get("/<script>alert(1)</script>", headers=HTML)

    assert response.status_code == 404
    assert response.mimetype == "text/html"
    assert "<script>alert" not in response.get_data(as_text=True)


def test_a_problem_is_told_in_the_readers_language(client: FlaskClient) -> None:
    chinese = client.get("/nothing?lang=zh", headers=HTML).get_data(as_text=True)
    english = client.get("/nothing?lang=en", headers=HTML).get_data(as_text=True)

    assert "<h1>这里没有内容</h1>" in chinese
    assert "<h1>There is nothing here</h1>" in english


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/json, text/html;q=0.5", ""])
def test_a_program_is_told_a_problem_document(client: FlaskClient, accept: str) -> None:
    assert client.get("/nothing", headers={"Accept": accept}).mimetype == "application/problem+json"


def test_the_api_never_answers_with_a_page(client: FlaskClient) -> None:
    assert client.get("/v1/nothing", headers=HTML).mimetype == "application/problem+json"


def test_every_kind_of_problem_has_its_page(client: FlaskClient) -> None:
    listing = client.get("/problems/").get_data(as_text=True)

    for slug in re.findall(r'href="/problems/([a-z-]+)"', listing):
        assert client.get(f"/problems/{slug}").status_code == 200
    assert client.get("/problems/nonsense").status_code == 404


@pytest.mark.parametrize(
    "onward", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb"]
)
def test_signing_in_never_leads_to_another_site(client: FlaskClient, onward: str) -> None:
    page = client.get("/sign-in", query_string={"next": onward}).get_data(as_text=True)

    assert '<input type="hidden" name="next" value="/">' in page


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {},
    ],
)
def test_a_form_from_elsewhere_is_not_accepted(client: FlaskClient, headers: dict[str, str]) -> None:
    signed_in = client.post("/sign-in", data={"token": "x"}, headers=headers)
    signed_out = client.post("/sign-out", headers=headers)

    assert signed_in.status_code == 422
    assert "Set-Cookie" not in signed_in.headers
    assert signed_out.status_code == 403


def test_signing_out_takes_the_cookie_away(client: FlaskClient) -> None:
    client.set_cookie("tongbao_token", "x")

    response = client.post("/sign-out", headers={"Origin": "http://localhost"})

    assert response.status_code == 303
    assert client.get_cookie("tongbao_token") is None


def test_the_page_of_the_api_has_nothing_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/docs").get_data(as_text=True)

    for address in re.findall(r'(?:src|href|data-document)="([^"]+)"', page):
        assert address.startswith("/")
        with client.get(address) as response:
            assert response.status_code == 200
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*src=)", page)


def test_every_state_has_a_shape_of_its_own_and_a_word(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        legend = render_template_string('{% from "web/macros.html" import legend with context %}{{ legend() }}')
        marks = [
            render_template_string(
                '{% from "web/macros.html" import mark with context %}{{ mark(state) }}', state=state
            )
            for state in STATES
        ]

    shapes = [re.search(r"<svg.*?</svg>", mark, re.DOTALL) for mark in marks]
    assert len({shape.group() for shape in shapes if shape}) == len(STATES) == 8
    for state, mark in zip(STATES, marks, strict=True):
        assert f"state-{state.replace('_', '-')}" in mark
        assert languages.catalogue("shared.web", "en")[f"state.{state}"] in mark
        assert languages.catalogue("shared.web", "en")[f"state.{state}"] in legend


def test_a_bar_is_never_longer_than_its_target(app: Flask) -> None:
    template = '{% from "web/macros.html" import bar with context %}{{ bar(actual, target, "met") }}'
    with app.test_request_context("/"):
        wide = [
            re.findall(r'width="([\d.]+)" height="8" rx="2" fill', render_template_string(template, actual=a, target=b))
            for a, b in [(Decimal(3), Decimal(2)), (Decimal(1), Decimal(2)), (Decimal(-1), Decimal(2)), (0, 0)]
        ]

    assert [float(each[0]) for each in wide] == [100, 50, 0, 100]


def _colours(scheme: str) -> dict[str, str]:
    style = files("shared.web").joinpath("static", "style.css").read_text("utf-8")
    blocks = {
        "light": style[: style.index("@media (prefers-color-scheme: dark)")],
        "dark": style[style.index("@media (prefers-color-scheme: dark)") : style.index("/* The frame */")],
        "print": style[style.index("@media print") :],
    }
    light = dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6})", blocks["light"]))
    return {**light, **dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6})", blocks[scheme]))}


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_every_colour_of_text_stands_out_enough(scheme: str) -> None:
    colours = _colours(scheme)
    texts = ["ink", "ink-soft", "link", "accent", *(state.replace("_", "-") for state in STATES)]

    for text in texts:
        for ground in ("ground", "paper"):
            assert _contrast(colours[text], colours[ground]) >= CONTRAST_MIN, (scheme, text, ground)
    assert _contrast(colours["ink"], colours["changed"]) >= CONTRAST_MIN
    if scheme != "print":
        assert _contrast(colours["on-accent"], colours["accent"]) >= CONTRAST_MIN
        assert _contrast(colours["focus"], colours["ground"]) >= 3


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("12.50"), "12.5"),
        (Decimal("1234567"), "1,234,567"),
        (Decimal("-3.00"), "−3"),
        (Decimal("-0.0"), "0"),
        (Decimal("1E+3"), "1,000"),
        (100, "100"),
        (None, "–"),
    ],
)
def test_numbers_have_no_needless_zeros(value: Decimal | int | None, expected: str) -> None:
    assert formats.number(value) == expected


@pytest.mark.parametrize(
    ("period", "chinese", "english"),
    [
        ("2014-W09", "2014年第9周", "Week 9, 2014"),
        ("2014-03", "2014年3月", "March 2014"),
        ("2014-Q1", "2014年第一季度", "Q1 2014"),
        ("2014-H2", "2014年下半年", "Second half 2014"),
        ("2014", "2014年", "2014"),
        ("2014-03-08", "2014年3月8日", "8 March 2014"),
        ("spring", "spring", "spring"),
    ],
)
def test_periods_are_told_as_people_say_them(app: Flask, period: str, chinese: str, english: str) -> None:
    with app.test_request_context("/?lang=zh"):
        assert formats.period(period) == chinese
    with app.test_request_context("/?lang=en"):
        assert formats.period(period) == english


def test_instants_and_spans_are_told_in_the_organisations_zone(app: Flask) -> None:
    instant = datetime(2014, 3, 8, 23, 5, tzinfo=UTC)
    with app.test_request_context("/?lang=zh"):
        assert formats.instant(instant, ZoneInfo("Asia/Shanghai")) == "2014年3月9日 07:05"
        assert formats.day(date(2014, 3, 8)) == "2014年3月8日"
        assert formats.span(timedelta(days=2, hours=3, minutes=5)) == "2天3小时"
    with app.test_request_context("/?lang=en"):
        assert formats.span(timedelta(seconds=30)) == "less than a minute"
        assert formats.span(-timedelta(minutes=61)) == "1 h 1 min"
