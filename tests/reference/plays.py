"""Generated histories of a department, for property tests: a list of draws becomes a stream that could have been."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from shared.contracts import department_events as happened
from tests.reference.rulebooks import everything
from tests.reference.streams import StreamWriter

Draw = tuple[str, int, int, int]
"""What happens, how many hours after the last, and two free choices."""

ACTIONS = (
    *["submit"] * 5,
    *["accept", "accept", "pass_stage", "return", "reject", "resubmit", "withdraw"],
    *["adopt"] * 4,
    *["instruct"] * 2,
    *["retract"] * 2,
    *["change", "change_back", "apply_second", "go_live", "wait"],
)

draws: st.SearchStrategy[list[Draw]] = st.lists(
    st.tuples(
        st.sampled_from(ACTIONS),
        st.sampled_from([0, 0, 1, 7, 16, 24, 60, 170]),
        st.integers(0, 11),
        st.integers(0, 11),
    ),
    max_size=45,
)
"""Shrinks towards short histories."""

beginnings = st.sampled_from([date(2013, 12, 20), date(2014, 1, 1), date(2014, 1, 15), date(2014, 2, 3)])
departments = st.sampled_from(["north", "south"])


@dataclass
class Play:
    """Acts out draws; what could not happen in a department's life is left out."""

    department: str
    joined_on: date
    apply_both: bool = False
    live: bool = True
    writer: StreamWriter = field(init=False)
    items: list[str] = field(default_factory=list)
    withdrawn: set[str] = field(default_factory=set)
    facts: list[tuple[str, str]] = field(default_factory=list)
    second_applied: bool = False

    def __post_init__(self) -> None:
        self.writer = StreamWriter("district", self.department)
        first, second = everything()
        self.second_applied = self.apply_both
        self.writer.register(
            [first, second] if self.apply_both else [first],
            self.joined_on,
            group="street",
            tags=("key",),
            live=self.live,
        )

    def act(self, draws: list[Draw]) -> StreamWriter:
        for action, hours, one, other in draws:
            at = self.writer.now + timedelta(hours=hours, minutes=hours)
            act = getattr(self, f"_{action}", None) or self._review
            event = act(action, one, other, at)
            if event is None:
                self.writer.pass_time(at)
            elif isinstance(event, happened.SchemeApplied):
                self.writer.pass_time(at)
                self.writer.apply(everything()[1])
            else:
                self.writer.tell(event, at)
        return self.writer

    def _submit(self, _action: str, one: int, other: int, at: datetime) -> object:
        item = f"item-{len(self.items)}"
        self.items.append(item)
        kind = "video" if one % 4 == 0 else "report"
        return happened.ItemSubmitted(
            item, "everything", kind, f"{item}\\\t“{one}”", **_says(one, other, at, with_attributes=kind == "report")
        )

    def _resubmit(self, _action: str, one: int, other: int, at: datetime) -> object | None:
        item = self._pick(one)
        return item and happened.ItemResubmitted(item, f"{item} again", **_says(one, other, at, with_attributes=True))

    def _review(self, action: str, one: int, _other: int, _at: datetime) -> object | None:
        item = self._pick(one)
        if item is None:
            return None
        if action == "return":
            return happened.ItemReviewed(item, "office", "returned", True)
        if action == "reject":
            return happened.ItemReviewed(item, "office", "rejected", True)
        return happened.ItemReviewed(item, "leader", "accepted", action == "accept")

    def _withdraw(self, _action: str, one: int, _other: int, _at: datetime) -> object | None:
        item = self._pick(one)
        if item is not None:
            self.withdrawn.add(item)
        return item and happened.ItemWithdrawn(item)

    def _adopt(self, _action: str, one: int, other: int, at: datetime) -> object | None:
        if not self.items:
            return None
        item = self.items[one % len(self.items)]
        adoption = f"adoption-{self.writer.stream}-{len(self.writer.values)}"
        self.facts.append((item, adoption))
        tier = ("district", "city", "national")[other % 3]
        form = "whole" if other % 2 else "edited"
        published_on = at.astimezone(UTC).date() - timedelta(days=(one * other) % 40)
        return happened.ItemAdopted(item, adoption, "daily", "Daily", tier, "paper", form, published_on)  # type: ignore[arg-type]

    def _instruct(self, _action: str, one: int, other: int, at: datetime) -> object | None:
        if not self.items:
            return None
        item = self.items[one % len(self.items)]
        instruction = f"instruction-{self.writer.stream}-{len(self.writer.values)}"
        self.facts.append((item, instruction))
        level = ("capital", "city", "district", "other")[other % 4]
        return happened.ItemInstructed(item, instruction, level, at.date() - timedelta(days=other))

    def _retract(self, _action: str, one: int, _other: int, _at: datetime) -> object | None:
        if not self.facts:
            return None
        item, fact = self.facts.pop(one % len(self.facts))
        return happened.ItemFactRetracted(item, fact, "by mistake")

    def _change(self, _action: str, one: int, other: int, at: datetime) -> object:
        group, tags = ("office", ()) if other % 2 else ("street", ())
        return happened.DepartmentChanged("Renamed", group, tags, {}, at.date() + timedelta(days=one * 3 - 12))

    def _change_back(self, _action: str, one: int, _other: int, at: datetime) -> object:
        return happened.DepartmentChanged("Again", "street", ("key",), {}, at.date() + timedelta(days=one - 3))

    def _apply_second(self, *_: object) -> object | None:
        if self.second_applied:
            return None
        self.second_applied = True
        second = everything()[1]
        return happened.SchemeApplied(second.name, second.version, second.digest, second.effective_from)

    def _go_live(self, *_: object) -> object | None:
        if self.live:
            return None
        self.live = True
        return happened.DepartmentWentLive()

    def _wait(self, *_: object) -> None:
        return None

    def _pick(self, one: int) -> str | None:
        there = [item for item in self.items if item not in self.withdrawn]
        return there[one % len(there)] if there else None


def _says(one: int, other: int, at: datetime, *, with_attributes: bool) -> dict[str, object]:
    attributes: dict[str, object] = {}
    if with_attributes:
        attributes = {"topic": "problem" if one % 2 else "progress", "urgent": other % 3 == 0}
        if other % 2:
            attributes["fields"] = [["law"], ["health", "law"], ["art"]][one % 3]
    happened_on = None if one % 3 == 0 else at.date() - timedelta(days=other)
    return {"attributes": attributes, "happened_on": happened_on}
