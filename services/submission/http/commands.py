"""From checked bodies to commands."""

from collections.abc import Mapping
from typing import Any

from services.submission.domain.commands import (
    Adopt,
    Content,
    Correct,
    Instruct,
    Measure,
    Resubmit,
    RetractFact,
    Review,
    Submit,
    Withdraw,
)
from services.submission.domain.departments import Change, Leave
from services.submission.domain.record_commands import Adjust, DescribePerson, IssueCall, Waive
from shared.contracts.department_events import Contributor

Body = Mapping[str, Any]


def content(body: Body) -> Content:
    contributors = tuple(
        Contributor(each["name"], each["role"], each["person"], each["department"]) for each in body["contributors"]
    )
    return Content(body["title"], body["summary"], contributors, body["attributes"], body["happened_on"])


def submit(body: Body, item: str, answers: str | None) -> Submit:
    further = tuple(body["departments"])
    return Submit(item, body["department"], body["kind"], content(body), body["scheme"], further, answers)


def resubmit(body: Body) -> Resubmit:
    return Resubmit(content(body))


def correct(body: Body) -> Correct:
    return Correct(content(body), body["reason"])


def review(body: Body) -> Review:
    return Review(body["decision"], body["stage"], body["reason"])


def adopt(body: Body, adoption: str) -> Adopt:
    """The outlet's standings are looked up by the use case."""
    return Adopt(adoption, body["outlet"], (), body["form"], body["published_on"], body["placement"], body["words"])


def instruct(body: Body, instruction: str) -> Instruct:
    return Instruct(instruction, body["level"], body["instructed_on"], body["text"])


def measure(body: Body, measurement: str) -> Measure:
    return Measure(measurement, body["metric"], body["value"], body["measured_on"])


def retract(body: Body, fact: str) -> RetractFact:
    return RetractFact(fact, body["reason"])


def withdraw(body: Body) -> Withdraw:
    return Withdraw(body["reason"])


def change(body: Body) -> Change:
    """The tags once each, in one order: the same description is the same whatever order it was written in."""
    tags = tuple(sorted(set(body["tags"])))
    return Change(body["title"], body["group"], tags, body["facts"], body["from_"])


def leave(body: Body) -> Leave:
    return Leave(body["last_on"], tuple(body["into"]), body["reason"])


def describe_person(body: Body, person: str) -> DescribePerson:
    roles = tuple(dict.fromkeys(body["roles"]))
    return DescribePerson(person, body["title"], roles, body["facts"], body["from_"], body["until"])


def issue_call(body: Body, call: str) -> IssueCall:
    return IssueCall(call, body["title"], body["due_at"], tuple(body["departments"]), body["text"], body["scheme"])


def adjust(body: Body, adjustment: str) -> Adjust:
    return Adjust(
        adjustment,
        body["category"],
        body["value"],
        body["adjusted_on"],
        body["reason"],
        body["scheme"],
        body["person"],
    )


def waive(body: Body, period: str) -> Waive:
    return Waive(body["quota"], period, body["reason"], body["scheme"], body["person"])
