"""One invented item: what it says, what has become of it, and the import's lines that tell so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from services.scoring.domain.items import Credited, Fact, Item
from shared.contracts.department_events import AttributeValue
from shared.schemes.model import Kind, Scheme

Line = dict[str, Any]

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Step:
    """A command after the submission."""

    name: str
    """Tells the item's steps apart."""
    command: str
    at: datetime
    says: dict[str, Any]


@dataclass
class Draft:
    """An item as scoring would have it, which says what it counts for, and the steps that it took."""

    reference: str
    scheme: Scheme
    kind: Kind
    item: Item
    submitted_at: datetime
    says: dict[str, Any]
    steps: list[Step] = field(default_factory=list)
    busy_until: datetime = datetime.max
    """The instant of its last step so far."""

    def __post_init__(self) -> None:
        self.busy_until = self.submitted_at

    @property
    def accepted_on(self) -> date | None:
        """The day since which it can be adopted, if it can."""
        return self.item.accepted_on

    def adopted_in(self) -> set[str]:
        """The outlets that have adopted it."""
        return {str(fact.fields["outlet"]) for fact in self.item.facts if fact.type == "adopted"}

    def ends_before(self, day: date) -> bool:
        """Whether nothing has become of it, anywhere on earth, on the day or later."""
        return self.busy_until.date() + _DAY < day

    def take(self, step: Step, fact: Fact | None = None) -> None:
        """One more step, and the fact that it brings about."""
        self.steps.append(step)
        self.busy_until = max(step.at, self.busy_until)
        if fact is not None:
            self.item.facts.append(fact)

    def untake(self, facts: int, steps: int) -> None:
        """Back to so many facts and steps."""
        del self.item.facts[facts:], self.steps[steps:]
        self.busy_until = max((step.at for step in self.steps), default=self.submitted_at)

    def lines(self, department: str) -> Iterator[Line]:
        """The import's lines, the submission first."""
        yield self._line(department, "submit", "submit", self.submitted_at, {"kind": self.kind.name, **self.says})
        for step in sorted(self.steps, key=lambda step: step.at):
            yield self._line(department, step.name, step.command, step.at, step.says)

    def _line(self, department: str, name: str, command: str, at: datetime, says: dict[str, Any]) -> Line:
        return {
            "key": f"demo/{self.reference}/{name}",
            "at": at.isoformat(),
            "command": command,
            "department": department,
            "item": self.reference,
            **says,
        }


def new_item(
    reference: str,
    scheme: Scheme,
    kind: Kind,
    title: str,
    submitted_at: datetime,
    submitted_on: date,
    happened_on: date | None,
    attributes: dict[str, AttributeValue],
    credited: Sequence[Credited],
) -> Item:
    """As scoring has an item that has just been submitted."""
    fact = Fact("submitted", "submitted", 1, submitted_on, {}, submitted_at)
    return Item(
        reference,
        scheme.name,
        kind.name,
        title,
        "submitted",
        submitted_on,
        happened_on,
        None,
        attributes,
        [fact],
        {},
        contributors=tuple(credited),
    )


def accept(item: Item, at: datetime, on: date) -> None:
    """It has passed its review, or needs none."""
    item.state, item.accepted_on = "accepted", on
    item.facts.append(Fact("accepted", "accepted", 2, on, {}, at))
