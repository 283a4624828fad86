"""The life of an example's items: which events a happening makes of them, and what may not happen to them.

The submission service decides in the same way: what it would refuse is a mistake in an example.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from services.scoring.application.rehearsal.reading import happenings
from shared.contracts import department_events as events
from shared.contracts.department_events import AttributeValue, Contributor
from shared.schemes.mistakes import listed
from shared.schemes.model import Kind, Scheme

ItemState = Literal["submitted", "accepted", "returned", "rejected", "withdrawn"]


class Refused(Exception):
    """This may not happen to the item as it is; the message says why."""


class Mistaken(Exception):
    """This may not happen, and it has been noted why."""


@dataclass(slots=True)
class Said:
    """What an item says."""

    title: str
    attributes: dict[str, AttributeValue]
    contributors: tuple[Contributor, ...]
    happened_on: date | None


@dataclass(slots=True)
class OfficeItem:
    """An item as the office has it. Changed by what happens to it."""

    name: str
    departments: tuple[str, ...]
    scheme: Scheme
    """The version under which it was submitted."""
    kind: Kind
    said: Said
    stages: tuple[str, ...]
    """Of its review; none where it needs none."""
    state: ItemState
    passed: int = 0
    """How many stages have accepted it."""
    facts: set[str] = field(default_factory=set)
    """Its adoptions, instructions and measurements that hold."""


def submitted(item: OfficeItem, answers: str | None) -> events.ItemSubmitted:
    """The event with which the item begins."""
    return events.ItemSubmitted(
        item.name,
        item.scheme.name,
        item.kind.name,
        item.said.title,
        "",
        item.said.contributors,
        item.said.attributes,
        item.said.happened_on,
        item.departments if len(item.departments) > 1 else (),
        answers,
    )


def review(item: OfficeItem, happening: happenings.Review) -> Iterator[events.ItemReviewed]:
    """One review, or without a stage those of all stages that are left. Raises Refused."""
    if not item.stages:
        raise Refused(f'"{item.name}" needs no review: it is accepted when it is submitted')
    if item.state == "rejected" and happening.decision != "accepted":
        raise Refused(f'"{item.name}" is rejected; it can only be accepted after all')
    if item.state not in ("submitted", "rejected"):
        raise Refused(f'"{item.name}" is {item.state}; only what is submitted can be reviewed')
    left = item.stages[item.passed :]
    if happening.stage is not None and happening.stage != left[0]:
        raise Refused(f'"{item.name}" waits for the stage {left[0]}, not {happening.stage}')
    if happening.decision != "accepted":
        item.state = happening.decision
        yield events.ItemReviewed(item.name, left[0], happening.decision, True, happening.reason)
        return
    for stage in left if happening.stage is None else left[:1]:
        item.passed += 1
        final = item.passed == len(item.stages)
        item.state = "accepted" if final else "submitted"
        yield events.ItemReviewed(item.name, stage, "accepted", final, happening.reason)


def resubmitted(item: OfficeItem, said: Said, stages: tuple[str, ...]) -> events.ItemResubmitted:
    """A returned item, mended. Raises Refused."""
    require(item, "resubmitted", "returned")
    item.said, item.stages, item.passed = said, stages, 0
    item.state = "submitted" if stages else "accepted"
    return events.ItemResubmitted(item.name, said.title, "", said.contributors, said.attributes, said.happened_on)


def corrected(item: OfficeItem, said: Said, reason: str) -> events.ItemCorrected:
    """A mistake in what the item says, put right. Its state and its review stay. Raises Refused."""
    require(item, "corrected", "submitted", "accepted", "returned", "rejected")
    item.said = said
    return events.ItemCorrected(item.name, said.title, reason, "", said.contributors, said.attributes, said.happened_on)


def withdrawn(item: OfficeItem, reason: str) -> events.ItemWithdrawn:
    """Raises Refused when it is withdrawn already."""
    require(item, "withdrawn", "submitted", "accepted", "returned", "rejected")
    item.state = "withdrawn"
    return events.ItemWithdrawn(item.name, reason)


def require(item: OfficeItem, what: str, *allowed: ItemState) -> None:
    """Raises Refused unless the item is in one of these states."""
    if item.state not in allowed:
        raise Refused(f'"{item.name}" is {item.state}; only what is {listed(allowed)} can be {what}')
