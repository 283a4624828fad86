"""``where``: which of a fact's fields a measure may speak of, and the values that each can have."""

import re
from collections import abc
from dataclasses import dataclass

from shared.schemes.document import Mapping, Node, Scalar
from shared.schemes.facts import FIELDS, FORMS
from shared.schemes.mistakes import closest, listed, shortened
from shared.schemes.model import AttributeType, Condition, FactType, Kind, OutletsBy
from shared.schemes.reading import Reading

CONDITIONS_MAX = 10
VALUES_MAX = 100

_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,15}", re.ASCII)
_NOT_IN_WHERE: frozenset[AttributeType] = frozenset({"number", "date"})
"""They are compared, not listed, and comparisons are not supported yet."""


@dataclass(frozen=True)
class Vocabulary:
    """What the measures of a scheme may speak of."""

    kinds: abc.Mapping[str, Kind]
    outlets_by: OutletsBy | None


class Selection:
    """The facts of one measure while it is read; its ``where`` may narrow down their kinds."""

    def __init__(self, reading: Reading, fact: FactType, vocabulary: Vocabulary) -> None:
        self._reading = reading
        self._fact = fact
        self._vocabulary = vocabulary
        self._kinds = list(vocabulary.kinds.values())
        self._domains: dict[str, _Domain] = {}

    def conditions(self, node: Node) -> tuple[Condition, ...]:
        if not isinstance(node, Mapping):
            self._reading.mistake(node, "where is written as fields and the values they may have: {kind: report}")
            return ()
        if len(node.entries) > CONDITIONS_MAX:
            self._reading.mistake(node, f"there are at most {CONDITIONS_MAX} conditions in a where")
        # The kinds come first: they say which attributes there are.
        entries = sorted(node.entries.values(), key=lambda entry: entry[0].value != "kind")[:CONDITIONS_MAX]
        return tuple(condition for key, value in entries if (condition := self._condition(key, value)))

    def _condition(self, key: Scalar, node: Node) -> Condition | None:
        if not self.has_field(key, _NOT_IN_WHERE):
            return None
        if isinstance(node, Mapping):
            self._reading.mistake(node, "comparisons and ranges are not supported yet: list the values")
            return None
        values = self._reading.items(node, "values", VALUES_MAX)
        condition = Condition(key.value, frozenset(self.value(item, key.value) for item in values))
        if key.value == "kind":
            selected = [kind for kind in self._kinds if kind.name in condition.values]
            self._kinds = selected or self._kinds  # none: a mistake that was noted, and need not bring more
            self._domains.clear()
        return condition

    def has_field(self, name: Scalar, refused: frozenset[AttributeType]) -> bool:
        """Whether the facts have a field of this name whose type is not refused; notes a mistake when not."""
        if name.value in FIELDS[self._fact]:
            self._check_tier(name)
            return True
        types = self._types(name.value)
        if not types:
            known = list(
                dict.fromkeys([*FIELDS[self._fact], *(name for kind in self._kinds for name in kind.attributes)])
            )
            message = f'something {self._fact} has no field "{shortened(name.value)}"; it has {listed(known)}'
            self._reading.mistake(name, message, closest(name.value, known))
        elif types & refused:
            message = f'"{name.value}" has the type {min(types & refused)}: selecting by it here is not supported yet'
            self._reading.mistake(name, message)
        return bool(types) and not types & refused

    def _check_tier(self, name: Scalar) -> None:
        if name.value == "tier" and self._vocabulary.outlets_by != "tier":
            self._reading.mistake(name, 'to value outlets by their tier, the scheme says "outlets_by: tier"')

    def value(self, node: Node, field: str) -> str:
        """One of the values that the field can have."""
        if field not in self._domains:
            self._domains[field] = self._domain(field)
        domain = self._domains[field]
        text = self._reading.text(node, f"a value of {field}")
        if text and domain.words is not None and text not in domain.words:
            message = f'{field} is never "{shortened(text)}"; it is one of {listed(domain.words)}'
            self._reading.mistake(node, message, closest(text, domain.words))
        elif text and domain.whole and _WHOLE.fullmatch(text) is None:
            self._reading.mistake(node, f'{field} is never "{shortened(text)}"; it is a whole number such as 12')
        return text

    def _domain(self, field: str) -> "_Domain":
        if field == "kind":
            return _Domain(dict.fromkeys(kind.name for kind in self._kinds))
        if field == "form":
            return _Domain(dict.fromkeys(FORMS))
        attributes = [kind.attributes[field] for kind in self._kinds if field in kind.attributes]
        types = {attribute.type for attribute in attributes}
        if not types or types & {"text", "integer"}:
            return _Domain(None, whole=types == {"integer"})
        return _Domain(dict.fromkeys(value for attribute in attributes for value in attribute.of or ("true", "false")))

    def _types(self, field: str) -> set[AttributeType]:
        return {kind.attributes[field].type for kind in self._kinds if field in kind.attributes}


@dataclass(frozen=True)
class _Domain:
    """The values that a field can have."""

    words: dict[str, None] | None
    """All of them, in the scheme's order; None where there are too many to list."""
    whole: bool = False
    """Whether they are whole numbers."""
