"""The pages' two languages: catalogues of words, chosen by the browser, by ``?lang=``, and kept in a cookie."""

from functools import cache, partial
from importlib.resources import files
from typing import Literal

import yaml
from flask import Response, after_this_request, g, request

from shared.web.problems import ProblemType

Language = Literal["zh", "en"]

LANGUAGES: tuple[Language, ...] = ("zh", "en")
COOKIE = "tongbao_lang"
COOKIE_AGE_S = 365 * 24 * 3600

_catalogues: list[str] = ["shared.web"]


def add_catalogue(package: str) -> None:
    """Use ``translations/zh.yaml`` and ``en.yaml`` of a service's package too; called when it wires its pages."""
    if package not in _catalogues:
        _catalogues.append(package)
        words.cache_clear()


def catalogue(package: str, language: Language) -> dict[str, str]:
    """The words of one package, by key."""
    text = files(package).joinpath("translations", f"{language}.yaml").read_text("utf-8")
    return {str(key): str(word) for key, word in yaml.safe_load(text).items()}


@cache
def words(language: Language) -> dict[str, str]:
    """All words of a language. Raises ValueError when two packages use one key for different words."""
    merged: dict[str, str] = {}
    for package in _catalogues:
        for key, word in catalogue(package, language).items():
            if merged.setdefault(key, word) != word:
                raise ValueError(f"{package}: the key {key} is used by another catalogue")
    return merged


@cache
def _chinese_problems() -> dict[str, dict[str, str]]:
    text = files("shared.web").joinpath("translations", "problems.zh.yaml").read_text("utf-8")
    return dict(yaml.safe_load(text))


def told(kind: ProblemType) -> tuple[str, str]:
    """A problem type's title and help for people; in English where the Chinese has not been written."""
    chinese = _chinese_problems().get(kind.slug) if language() == "zh" else None
    return (kind.title, kind.help) if chinese is None else (chinese["title"], chinese["help"])


def translate(key: str, /, **values: object) -> str:
    """The word for ``key`` in the reader's language, with ``values`` put in. Raises KeyError for an unknown key."""
    word = words(language())[key]
    return word.format_map(values) if values else word


def language() -> Language:
    """The language of this request: ``?lang=``, or the one chosen before, or the browser's."""
    known: Language | None = g.get("language")
    if known is None:
        asked = _chosen(request.args.get("lang"))
        if asked is not None:
            after_this_request(partial(_keep, asked))
        known = g.language = asked or _chosen(request.cookies.get(COOKIE)) or _preferred()
    return known


def _keep(chosen: Language, response: Response) -> Response:
    response.set_cookie(COOKIE, chosen, COOKIE_AGE_S, samesite="Lax", httponly=True)
    return response


def _chosen(text: str | None) -> Language | None:
    return next((each for each in LANGUAGES if each == text), None)


def _preferred() -> Language:
    best = request.accept_languages.best_match(LANGUAGES, default="zh")
    return _chosen(best) or "zh"
