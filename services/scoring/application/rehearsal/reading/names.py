"""The names that the happenings of one example give and use: items, their facts, calls, adjustments."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from services.scoring.application.rehearsal.reading import shapes, values
from shared.schemes.document import Mapping, Node, Scalar
from shared.schemes.mistakes import shortened
from shared.schemes.reading import Reading

NAME_CHARACTERS_MAX = 100

_GIVE_FACTS = frozenset(("adopt", "instruct", "measure", "adjust"))


@dataclass(slots=True)
class Names:
    """All names of one example, collected before any happening is read: they may stand in any order."""

    items: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What each name stands for: one item, or all that were submitted as so many times the same."""
    facts: dict[str, None] = field(default_factory=dict)
    calls: dict[str, None] = field(default_factory=dict)
    given: dict[int, str] = field(default_factory=dict)
    """By the place in the list of happenings, the name of what the happening makes."""

    def retractable(self) -> list[str]:
        return [*self.facts, *self.calls]


def verb_of(node: Node) -> str | None:
    """The first key of the happening that says what happens."""
    return next((key for key in values.keys(node) if key in shapes.VERBS), None)


def collect(reading: Reading, nodes: Sequence[Node]) -> Names:
    """The names that the happenings give. What has no name of its own gets one from its place: ``adopt-3``."""
    names = Names()
    for place, node in enumerate(nodes):
        verb = verb_of(node)
        if verb is None or not isinstance(node, Mapping):
            continue
        if verb == "submit":
            _item(reading, names, place, node)
        elif verb == "call":
            _give(reading, names.calls, names, place, node.entries["call"][1], "call")
        elif verb in _GIVE_FACTS:
            named = node.entries.get("as")
            _give(reading, names.facts, names, place, None if named is None else named[1], verb)
    return names


def _item(reading: Reading, names: Names, place: int, node: Mapping) -> None:
    named, many = node.entries.get("as"), node.entries.get("times")
    alone: dict[str, None] = dict.fromkeys(names.items)
    name = _give(reading, alone, names, place, None if named is None else named[1], "item")
    times = 1 if many is None else reading.whole(many[1], 1, shapes.TIMES_MAX)
    if many is None:
        names.items[name] = (name,)
        return
    each = tuple(f"{name}-{number}" for number in range(1, times + 1))
    _refuse_taken(reading, [one for one in each if one in names.items], many[1])
    names.items.update({one: (one,) for one in each})
    names.items[name] = each


def _give(reading: Reading, taken: dict[str, None], names: Names, place: int, node: Node | None, otherwise: str) -> str:
    name = f"{otherwise}-{place + 1}"
    scalar = None if node is None else reading.scalar(node, "a name")
    if scalar is not None:
        name = _name(reading, scalar)
        _refuse_taken(reading, [name] if name in taken else [], scalar)
    taken[name] = None
    names.given[place] = name
    return name


def _name(reading: Reading, scalar: Scalar) -> str:
    if len(scalar.value) > NAME_CHARACTERS_MAX:
        reading.mistake(scalar, f"a name has at most {NAME_CHARACTERS_MAX} characters")
    return reading.text(scalar)


def _refuse_taken(reading: Reading, names: Iterable[str], node: Node) -> None:
    for name in names:
        reading.mistake(node, f'"{shortened(name)}" is the name of something else in this example already')
