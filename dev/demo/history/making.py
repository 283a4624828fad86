"""Makes one department's items: submits them, reviews them, and lets outlets adopt them."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from dev.demo.history.contents import Contents
from dev.demo.history.drafts import Draft, Step, accept, new_item
from dev.demo.history.drawing import weighted
from dev.demo.history.owing import Owed
from dev.demo.history.span import Span
from dev.demo.history.words import Words
from services.scoring.application.rehearsal.reading.organisation import Department
from services.scoring.application.rehearsal.telling.attributes import stages_of
from services.scoring.domain.items import Fact
from shared.contracts.directory_events import OutletStanding
from shared.schemes.model import Kind, Scheme

_REVIEWS: Mapping[str, float] = {"accepted": 93, "returned": 4, "rejected": 3}
_JOINT_SHARE = 0.15
_DAY = timedelta(days=1)


@dataclass
class Making:
    """The items of one department so far."""

    department: Department
    span: Span
    contents: Contents
    words: Words
    outlets: Mapping[str, tuple[OutletStanding, ...]]
    partners: Mapping[str, date]
    """The other departments, and since when each is there."""
    drafts: list[Draft] = field(default_factory=list)

    def submit(
        self,
        rng: random.Random,
        scheme: Scheme,
        kind: Kind,
        at: datetime,
        happened_on: date | None = None,
        towards: Owed | None = None,
        **more: Any,
    ) -> Draft:
        """A new item with its review; it is one of the department's only when it is kept."""
        day = self.span.day_of(at)
        attributes = self.contents.attributes(rng, scheme, kind, day, towards)
        credited = self.contents.contributors(rng, scheme, kind, day, towards)
        told_on = happened_on or (day - timedelta(days=rng.choices((0, 1, 2, 3), (5, 3, 1, 1))[0]))
        title = self.words.title(rng, self.department.title, kind, attributes, told_on.month)
        reference = f"{self.department.name}-{kind.name}-{len(self.drafts) + 1:04}"
        item = new_item(reference, scheme, kind, title, at, day, told_on, attributes, credited)
        says = {
            "title": title,
            "contributors": self.contents.said_of(kind, credited),
            "attributes": attributes,
            "happened_on": told_on.isoformat(),
            **more,
        }
        joined = self._joined(rng, scheme, kind, day)
        if joined:
            says["departments"] = list(joined)
            item.departments = (self.department.name, *joined)
        draft = Draft(reference, scheme, kind, item, at, says)
        self._review(rng, draft, careful=towards is not None)
        return draft

    def _joined(self, rng: random.Random, scheme: Scheme, kind: Kind, day: date) -> Sequence[str]:
        """Now and then others contributed, where a measure credits them too."""
        rule = self.contents.counting.rule
        shared = [one for one in scheme.measures.values() if one.credit.to != "department"]
        there = [name for name, since in self.partners.items() if since <= day]
        if not there or not any(rule(scheme, one, kind.name) is not None for one in shared):
            return ()
        return rng.sample(there, min(len(there), rng.choice((1, 1, 2)))) if rng.random() < _JOINT_SHARE else ()

    def keep(self, draft: Draft) -> None:
        """It is one of the department's items."""
        self.drafts.append(draft)

    def _review(self, rng: random.Random, draft: Draft, careful: bool) -> None:
        """Stage by stage; a returned item comes again. What is ``careful`` is hardly ever rejected."""
        stages = stages_of(draft.scheme, draft.kind, draft.item.attributes)
        at = draft.submitted_at
        if not stages:
            accept(draft.item, at, self.span.day_of(at))
            return
        decision = "accepted" if careful and rng.random() < 0.7 else weighted(rng, _REVIEWS)
        if decision != "accepted":
            at = self.span.later(at, rng.uniform(1, 8), rng)
            says = {"decision": decision, "reason": self.words.reason(rng, decision)}
            draft.take(Step("review/0", "review", at, says))
            if decision == "rejected":
                draft.item.state = "rejected"
                return
            at = self.span.later(at, rng.uniform(2, 20), rng)
            said = {name: draft.says[name] for name in ("title", "contributors", "attributes", "happened_on")}
            draft.take(Step("resubmit", "resubmit", at, said))
        for stage in stages:
            at = self.span.later(at, rng.uniform(0.5, 10 / len(stages)), rng)
            draft.take(Step(f"review/{stage}", "review", at, {"decision": "accepted", "stage": stage}))
        accept(draft.item, at, self.span.day_of(at))

    def adopt(self, rng: random.Random, draft: Draft, on: date, outlet: str, form: str, **more: Any) -> None:
        """An outlet publishes an accepted item, which is noted the same day or soon after."""
        standing = self.standing(outlet, on)
        assert standing is not None, "the outlet was chosen among those of that day"
        noted = max(self.span.moment(on, rng), self.span.later(draft.busy_until, 0.1, rng))
        name = f"adopt/{outlet}"
        fields: dict[str, str | int] = {"outlet": outlet, "tier": standing.tier, "medium": standing.medium}
        fact = Fact(name, "adopted", len(draft.item.facts) + 1, on, {**fields, "form": form, **more}, noted)
        says = {"outlet": outlet, "form": form, "published_on": on.isoformat(), **more}
        draft.take(Step(name, "adopt", noted, says), fact)

    def standing(self, outlet: str, on: date) -> OutletStanding | None:
        """What the outlet is on a day; None before it is known."""
        known = [one for one in self.outlets[outlet] if one.from_on <= on]
        return known[-1] if known else None

    def instruct(self, rng: random.Random, draft: Draft, level: str) -> None:
        """A leader writes on the item, some days after."""
        at = self.span.later(draft.busy_until, rng.uniform(20, 200), rng)
        on = self.span.day_of(at)
        fact = Fact("instruct", "instructed", len(draft.item.facts) + 1, on, {"level": level}, at)
        says = {"level": level, "instructed_on": on.isoformat(), "text": self.words.reason(rng, "instructed")}
        draft.take(Step("instruct", "instruct", at, says), fact)

    def measure(self, rng: random.Random, draft: Draft, name: str, metric: str, value: int, after_days: int) -> None:
        """A number is read off."""
        at = self.span.moment(self.span.day_of(draft.submitted_at) + after_days * _DAY, rng)
        at = max(at, self.span.later(draft.busy_until, 0.1, rng))
        on = self.span.day_of(at)
        fields: dict[str, str | int] = {"metric": metric, "value": value}
        fact = Fact(name, "measured", len(draft.item.facts) + 1, on, fields, at)
        says = {"metric": metric, "value": value, "measured_on": on.isoformat()}
        draft.take(Step(name, "measure", at, says), fact)
