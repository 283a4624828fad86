"""The pages of the scheme language, block by block, and the rulebooks that their examples are about.

How the pages write their examples, so that they can be run:

- A block of a scheme shows only what it is about. What it leaves out, down to single measures and calendars, is as in
  the page's frame: the blocks that are marked ``frame``.
- A block with a ``version`` is the next version of the scheme above it.
- A block of an organisation adds to that of the frame, or replaces what has the same name there.
- A block with ``expect`` is one example of the scheme above it.
- A block marked ``mistaken`` is followed by all that the check says of it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

TUTORIAL = Path("docs/SCHEMES.md")
REFERENCE = Path("docs/schemes/reference.md")
PAGES = (TUTORIAL, *sorted(Path("docs/schemes").glob("*.md")))

_BLOCK = re.compile(r"^```(\w+)(?: (\w+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ORGANISATION = ("organisation", "outlets", "departments", "persons")

Entries = dict[str, Any]


@dataclass(frozen=True)
class Block:
    page: Path
    language: str
    mark: str
    text: str
    line: int

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def content(self) -> Entries:
        """As the text says it: a number or a date stays text, as for the reader."""
        found = yaml.load(self.text, Loader=yaml.BaseLoader)
        assert isinstance(found, dict), f"{self} is no mapping"
        return found

    @property
    def file(self) -> str:
        """Which of a folder's files it is a part of."""
        keys = self.content.keys()
        if "examples" in keys or "expect" in keys:
            return "examples.yaml"
        return "organisation.yaml" if keys <= {*_ORGANISATION} else "scheme.yaml"


def blocks_of(page: Path) -> list[Block]:
    text = page.read_text()
    return [
        Block(page, found[1], found[2] or "", found[3], text[: found.start()].count("\n") + 1)
        for found in _BLOCK.finditer(text)
    ]


def joined(scheme: Entries, addition: Entries) -> Entries:
    """The scheme with the named entries of some sections added or replaced."""
    result = dict(scheme)
    for key, value in addition.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = {**result[key], **value} if both else value
    return result


def peopled(organisation: Entries, addition: Entries) -> Entries:
    """The organisation with some more in it; what has a name that is taken replaces the other."""
    result = dict(organisation)
    for key, value in addition.items():
        if isinstance(value, list):
            names = {one["name"] for one in value}
            result[key] = [*(one for one in result.get(key, []) if one["name"] not in names), *value]
        else:
            result[key] = value
    return result


@dataclass(frozen=True)
class Case:
    """One scheme of a page, in all its versions, with the examples below it."""

    block: Block
    organisation: Entries
    versions: tuple[Entries, ...]
    examples: tuple[Block, ...] = ()

    def texts(self) -> dict[str, str]:
        """The files of its folder."""
        examples = [
            entry
            for one in self.examples
            for entry in one.content.get("examples", [{"title": str(one), **one.content}])
        ]
        found = {"organisation.yaml": dumped(self.organisation), "examples.yaml": dumped({"examples": examples})}
        names = ("scheme.yaml", *(f"scheme-{number}.yaml" for number in range(2, 10)))
        return found | {name: dumped(one) for name, one in zip(names, self.versions, strict=False)}


@dataclass(frozen=True)
class Wrong:
    """A block with mistakes, and what the check is said to say of it."""

    block: Block
    case: Case
    told: list[str]

    def texts(self) -> dict[str, str]:
        """The files of its folder, with the block's lines as they stand on the page."""
        whole = {"organisation.yaml": self.case.organisation, "scheme.yaml": self.case.versions[0], "examples.yaml": {}}
        rest = {key: value for key, value in whole[self.block.file].items() if key not in self.block.content}
        text = self.block.text + (dumped(rest) if rest else "")
        return {**self.case.texts(), self.block.file: text}


@dataclass
class Page:
    cases: list[Case] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)


def dumped(value: Entries) -> str:
    return yaml.dump(value, sort_keys=False, allow_unicode=True)


def frame() -> Case:
    """What the blocks of all pages leave out."""
    blocks = [block for block in blocks_of(REFERENCE) if block.mark == "frame"]
    by_file = {block.file: block.content for block in blocks}
    return Case(blocks[0], by_file["organisation.yaml"], (by_file["scheme.yaml"],))


def read_page(page: Path) -> Page:
    """The cases of a page that is not told step by step, and its mistakes."""
    found, usual = Page(), frame()
    current, blocks = usual, blocks_of(page)
    for place, block in enumerate(blocks):
        if block.language != "yaml" or block.mark == "frame":
            continue
        if block.mark == "mistaken":
            case = usual if block.file == "scheme.yaml" else current
            found.wrong.append(Wrong(block, case, blocks[place + 1].text.splitlines()))
            continue
        following = _next(current, block, usual)
        if found.cases and following.block is found.cases[-1].block:
            found.cases.pop()
        current = following
        found.cases.append(current)
    return found


def _next(current: Case, block: Block, usual: Case) -> Case:
    """The case after one more block: another one, or the same with more to it."""
    content = block.content
    first = block if current is usual else current.block
    match block.file:
        case "examples.yaml":
            return replace(current, block=first, examples=(*current.examples, block))
        case "organisation.yaml":
            return replace(current, block=first, organisation=peopled(current.organisation, content))
    if int(content.get("version", 1)) > 1:
        return replace(current, versions=(*current.versions, joined(current.versions[-1], content)))
    return Case(block, usual.organisation, (joined(usual.versions[0], content),))


def tables_of(page: Path, header: str) -> Iterator[list[str]]:
    """The rows, as cells, of all tables that begin with this header."""
    inside = False
    for line in page.read_text().splitlines():
        if line == header:
            inside = True
        elif not line.startswith("|"):
            inside = False
        elif inside and not line.startswith("|---"):
            yield [cell.strip() for cell in line.strip("|").split("|")]
