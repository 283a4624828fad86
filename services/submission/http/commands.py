"""From checked bodies to commands."""

from collections.abc import Mapping
from typing import Any

from services.submission.domain.commands import (
    Adopt,
    Content,
    Instruct,
    Resubmit,
    RetractFact,
    Review,
    Submit,
    Withdraw,
)
from shared.contracts.department_events import Contributor

Body = Mapping[str, Any]


def content(body: Body) -> Content:
    contributors = tuple(Contributor(each["name"], each["role"], each["person"]) for each in body["contributors"])
    return Content(body["title"], body["summary"], contributors, body["attributes"], body["happened_on"])


def submit(body: Body, item: str) -> Submit:
    return Submit(item, body["department"], body["kind"], content(body), body["scheme"])


def resubmit(body: Body) -> Resubmit:
    return Resubmit(content(body))


def review(body: Body) -> Review:
    return Review(body["decision"], body["stage"], body["reason"])


def adopt(body: Body, adoption: str) -> Adopt:
    """The outlet's standings are looked up by the use case."""
    return Adopt(adoption, body["outlet"], (), body["form"], body["published_on"], body["placement"], body["words"])


def instruct(body: Body, instruction: str) -> Instruct:
    return Instruct(instruction, body["level"], body["instructed_on"], body["text"])


def retract(body: Body, fact: str) -> RetractFact:
    return RetractFact(fact, body["reason"])


def withdraw(body: Body) -> Withdraw:
    return Withdraw(body["reason"])
