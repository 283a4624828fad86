"""Reads the mappings of a scheme's text: those with fixed keys, and those whose keys the author chose."""

import re
from collections.abc import Callable

from shared.contracts.identifiers import is_name
from shared.schemes.document import Mapping, Node, Scalar
from shared.schemes.formulas import RESERVED
from shared.schemes.mistakes import closest, plural, shortened
from shared.schemes.reading import Chosen, Reading
from shared.schemes.shapes import WORD_PATTERN, Entries, Keys

_WORD = re.compile(WORD_PATTERN, re.ASCII)


class Fields:
    """A mapping whose keys are fixed: reports keys that it does not have, and keys that it lacks."""

    def __init__(self, reading: Reading, node: Node, shape: Keys) -> None:
        self.reading = reading
        self.node = node
        self._shape = shape
        self._entries = node.entries if isinstance(node, Mapping) else {}
        if not isinstance(node, Mapping):
            reading.mistake(node, f"{shape.what} is written as keys and values: {', '.join(shape.names)}")
            return
        for key, _ in self._entries.values():
            if key.value not in shape.names:
                message = f'{shape.what} has no "{shortened(key.value)}"; it has {", ".join(shape.names)}'
                reading.mistake(key, message, closest(key.value, shape.names))
        for required in shape.keys:
            if required.required and required.name not in self._entries:
                reading.mistake(node, f'{shape.what} needs "{required.name}"')

    @property
    def names(self) -> tuple[str, ...]:
        """All keys that it may have."""
        return self._shape.names

    def get(self, key: str) -> Node | None:
        """What stands under one of the shape's keys."""
        assert key in self._shape.names, f"{key} is no key of {self._shape.what}"
        entry = self._entries.get(key)
        return entry[1] if entry else None

    def has(self, *keys: str) -> list[str]:
        """Those of the keys that are there, in the order asked for."""
        return [key for key in keys if self.get(key) is not None]

    def mistake(self, key: str, message: str, suggestion: str | None = None) -> None:
        """Note a mistake at the key itself, which is there."""
        self.reading.mistake(self._entries[key][0], message, suggestion)

    def just_one(self, *keys: str) -> str | None:
        """The only one of these keys that is there; otherwise None, and the mistake noted."""
        found = self.has(*keys)
        choice = f"{', '.join(keys[:-1])} or {keys[-1]}"
        if not found and isinstance(self.node, Mapping):
            self.reading.mistake(self.node, f"{self._shape.what} needs one of {choice}")
        for surplus in found[1:]:
            self.mistake(surplus, f'{self._shape.what} has one of {choice}: "{found[0]}" stands here already')
        return found[0] if found else None

    def text(self, key: str, otherwise: str = "") -> str:
        node = self.get(key)
        return self.reading.text(node) if node else otherwise

    def choice(self, key: str, choices: tuple[Chosen, ...], what: str, otherwise: Chosen) -> Chosen:
        node = self.get(key)
        return self.reading.one_of(node, choices, what, otherwise) if node else otherwise


class Named:
    """The entries of a mapping whose keys the author chose."""

    def __init__(self, reading: Reading, node: Node | None, what: str, check: "NameRule", shape: Entries) -> None:
        self.entries: list[tuple[Scalar, Node]] = []
        if node is None:
            return
        if not isinstance(node, Mapping):
            reading.mistake(node, f"expected names of {plural(what)} here, each with what it is")
            return
        count = len(node.entries)
        if not shape.least <= count <= shape.most:
            reading.mistake(node, f"there are {shape.least} to {shape.most} {plural(what)} here, not {count}")
        self.entries = list(node.entries.values())[: shape.most]
        for key, _ in self.entries:
            check(reading, key, what)

    @property
    def names(self) -> list[str]:
        return [key.value for key, _ in self.entries]


NameRule = Callable[[Reading, Scalar, str], None]
"""Notes a mistake at a key that cannot name what it should."""


def word(reading: Reading, key: Scalar, what: str) -> None:
    """The rule for names that stand in formulas, now or later."""
    if _WORD.fullmatch(key.value) is None:
        message = f'"{shortened(key.value)}" cannot name a {what}: use lower-case letters, digits and _, a letter first'
        reading.mistake(key, message)
    elif key.value in RESERVED:
        reading.mistake(key, f'"{key.value}" cannot name a {what}: it is a word of the formulas')


def address_part(reading: Reading, key: Scalar, what: str) -> None:
    """The rule for names that stand in addresses."""
    if not is_name(key.value):
        message = f'"{shortened(key.value)}" cannot name a {what}: use at most 63 lower-case letters, digits, _ and -'
        reading.mistake(key, message)


def any_text(reading: Reading, key: Scalar, what: str) -> None:
    """The rule for what is named elsewhere, such as a department's group."""
    reading.text(key, f"the name of a {what}")
