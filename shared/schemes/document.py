"""A YAML text as a tree of nodes that know where they stand.

Only what a rulebook needs: mappings, lists and plain values. Anchors, aliases, tags, merge keys and a second
document are refused, so that what one reads is what is there. Values stay text: whoever expects a number or a date
reads it as one, and ``no`` or ``2014-01-01`` never turn into something else by themselves.
"""

import re
from dataclasses import dataclass

import yaml

from shared.schemes.mistakes import LINE_END, MISTAKES_MAX, Mistake, SchemeMistakes, shortened

TEXT_BYTES_MAX = 256 * 1024
DEPTH_MAX = 16
NODES_MAX = 20_000
SCALAR_CHARACTERS_MAX = 10_000

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_TAB_INDENT = re.compile(r" *\t")


@dataclass(frozen=True, slots=True)
class Scalar:
    value: str
    path: str
    line: int
    column: int
    column_within: int | None
    """Where the value's first character stands, when all of them stand in the text just as they are."""


@dataclass(frozen=True, slots=True)
class Sequence:
    items: "list[Node]"
    path: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Mapping:
    entries: "dict[str, tuple[Scalar, Node]]"
    path: str
    line: int
    column: int


Node = Scalar | Sequence | Mapping


@dataclass(slots=True)
class _Open:
    """A collection whose end has not come yet."""

    node: Sequence | Mapping
    key: Scalar | None = None
    repeated: bool = False


def compose(text: str, mistakes: list[Mistake]) -> Node:
    """The root of the text's tree; what may stay in a tree but not in a scheme is added to ``mistakes``.

    Raises SchemeMistakes when there is no tree: too long, too deep, or not YAML.
    """
    _refuse_unreadable(text)
    builder = _Builder(mistakes)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        raise SchemeMistakes((*mistakes, _syntax_mistake(text, error))) from error
    if builder.root is None:
        raise SchemeMistakes((Mistake(1, 1, "", "", "the text is empty; a scheme begins with scheme: name"),))
    return builder.root


def _refuse_unreadable(text: str) -> None:
    if len(text) > TEXT_BYTES_MAX or len(text.encode(errors="surrogatepass")) > TEXT_BYTES_MAX:
        message = f"the text is longer than {TEXT_BYTES_MAX // 1024} KiB"
        raise SchemeMistakes((Mistake(1, 1, "", "", message),))
    found = _FORBIDDEN.search(text)
    if found is not None:
        before = LINE_END.split(text[: found.start()])
        message = f"{_named(found)} may not stand in a scheme"
        mistake = Mistake(len(before), len(before[-1]) + 1, "", repr(found.group()), message)
        raise SchemeMistakes((mistake,))


def _named(found: re.Match[str]) -> str:
    return f"the character U+{ord(found.group()):04X}"


def _syntax_mistake(text: str, error: yaml.MarkedYAMLError) -> Mistake:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    lines = LINE_END.split(text)
    if line >= len(lines):  # what the parser missed at the end, it missed behind the last line
        line, column = len(lines) - 1, len(lines[-1])
    found = lines[line]
    problem = error.problem or "not YAML"
    if _TAB_INDENT.match(found):
        message = "a tab cannot indent; use spaces"
        column = found.index("\t")
    else:
        begun = error.context_mark.line + 1 if error.context_mark else line + 1
        message = f"not YAML: {problem}" + (f" ({error.context}, from line {begun})" if error.context else "")
        if problem.startswith("mapping values") and "(" in found[:column]:
            message = 'a formula with a colon needs quotes: "band(a, 0.9: 3)"'
    return Mistake(line + 1, column + 1, "", shortened(found[column:]), message)


class _Builder:
    """Takes the parser's events one by one; needs no recursion, however deep the text."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.root: Node | None = None
        self._open: list[_Open] = []
        self._mistakes = mistakes
        self._nodes = 0

    def take(self, event: yaml.Event) -> None:
        match event:
            case yaml.DocumentStartEvent():
                self._document(event)
            case yaml.AliasEvent():
                self._refuse(event, f"*{event.anchor}", "aliases are not allowed: write the value out")
                self._place(Scalar("", self._path(), *_position(event), None))
            case yaml.NodeEvent():
                self._node(event)
            case yaml.CollectionEndEvent():
                self._place(self._open.pop().node)

    def _document(self, event: yaml.DocumentStartEvent) -> None:
        if self.root is not None:
            raise self._stop(event, "---", "a scheme is one document; take what follows into a file of its own")
        if event.tags:
            self._refuse(event, "%TAG", "tags are not allowed")

    def _node(self, event: yaml.NodeEvent) -> None:
        self._nodes += 1
        if self._nodes > NODES_MAX:
            raise self._stop(event, "", f"a scheme has at most {NODES_MAX} values")
        if event.anchor is not None:
            self._refuse(event, f"&{event.anchor}", "anchors are not allowed: write the value out each time")
        tag = getattr(event, "tag", None)  # the common base class of the events that may have one lacks it
        if tag is not None:
            self._refuse(event, tag, "tags are not allowed")
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        else:
            self._collection(event)

    def _collection(self, event: yaml.NodeEvent) -> None:
        if len(self._open) >= DEPTH_MAX:
            raise self._stop(event, "", f"nested more than {DEPTH_MAX} deep")
        if self._awaits_key():
            raise self._stop(event, "", "a key is a word, not a list or a mapping")
        line, column = _position(event)
        if isinstance(event, yaml.MappingStartEvent):
            self._open.append(_Open(Mapping({}, self._path(), line, column)))
        else:
            self._open.append(_Open(Sequence([], self._path(), line, column)))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        value = event.value
        if len(value) > SCALAR_CHARACTERS_MAX:
            raise self._stop(event, shortened(value), f"a value has at most {SCALAR_CHARACTERS_MAX} characters")
        forbidden = _FORBIDDEN.search(value)
        if forbidden is not None:
            raise self._stop(event, "", f"{_named(forbidden)} may not stand in a scheme")
        if self._awaits_key():
            self._key(Scalar(value, self._path(value), *_position(event), _column_within(event)))
        else:
            self._place(Scalar(value, self._path(), *_position(event), _column_within(event)))

    def _key(self, key: Scalar) -> None:
        owner = self._open[-1]
        assert isinstance(owner.node, Mapping)
        owner.key = key
        first = owner.node.entries.get(key.value)
        owner.repeated = first is not None
        if first is not None:
            self._mistake(key, f'"{shortened(key.value)}" stands here twice; the first is on line {first[0].line}')
        elif key.value == "<<":
            self._mistake(key, "merge keys are not allowed: write the values out")
            owner.repeated = True

    def _place(self, node: Node) -> None:
        """Put a complete node where it belongs."""
        if not self._open:
            self.root = node
            return
        owner = self._open[-1]
        if isinstance(owner.node, Sequence):
            owner.node.items.append(node)
            return
        if owner.key is None:
            owner.key = Scalar("", node.path, node.line, node.column, None)
            return
        if not owner.repeated:
            owner.node.entries[owner.key.value] = (owner.key, node)
        owner.key = None

    def _awaits_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].node, Mapping) and self._open[-1].key is None

    def _path(self, key: str | None = None) -> str:
        """The path of the node that comes next, or of the key that is just being read."""
        if not self._open:
            return ""
        owner = self._open[-1]
        if isinstance(owner.node, Sequence):
            return f"{owner.node.path}[{len(owner.node.items)}]"
        name = shortened(key if key is not None else owner.key.value if owner.key else "")
        return f"{owner.node.path}.{name}" if owner.node.path else name

    def _refuse(self, event: yaml.Event, text: str, message: str) -> None:
        line, column = _position(event)
        self._add(Mistake(line, column, self._path(), shortened(text), message))

    def _mistake(self, at: Scalar, message: str) -> None:
        self._add(Mistake(at.line, at.column, at.path, shortened(at.value), message))

    def _add(self, mistake: Mistake) -> None:
        self._mistakes.append(mistake)
        if len(self._mistakes) >= MISTAKES_MAX:
            raise SchemeMistakes(tuple(self._mistakes))

    def _stop(self, event: yaml.Event, text: str, message: str) -> SchemeMistakes:
        line, column = _position(event)
        return SchemeMistakes((*self._mistakes, Mistake(line, column, self._path(), text, message)))


def _position(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    assert mark is not None
    return mark.line + 1, mark.column + 1


def _column_within(event: yaml.ScalarEvent) -> int | None:
    start, end = event.start_mark, event.end_mark
    assert start is not None
    assert end is not None
    if start.line != end.line:
        return None
    quotes = 1 if event.style in ("'", '"') else 0
    whole = end.column - start.column == len(event.value) + 2 * quotes
    return start.column + 1 + quotes if whole else None
