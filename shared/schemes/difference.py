"""What one version of a scheme changes against another, in the words in which schemes are written."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from decimal import Decimal
from typing import Any, Literal

from shared.calendars import Duration, Workdays
from shared.schemes.facts import number_text
from shared.schemes.formulas import Formula
from shared.schemes.model import Condition, FixedAmount, ReviewPath, Scheme

SECTIONS = (
    "facts",
    "calendars",
    "classes",
    "kinds",
    "measures",
    "quotas",
    "lines",
    "scorecards",
    "bulletins",
)
"""Those whose entries have names."""
_HEAD = ("title", "effective_from", "time_zone", "outlets_by")
_WRITTEN = {
    "effective_from": "effective",
    "exempt": "except",
    "issue_after_close": "issue after_close",
    "none_of": "not",
    "rows": "table",
}
"""Where a scheme calls something otherwise than the model does."""
NOTHING = "nothing"


@dataclass(frozen=True)
class Change:
    section: str
    """A key of the scheme, such as ``quotas``."""
    name: str
    """Of the entry; empty where the section is a single value."""
    kind: Literal["added", "removed", "changed"]
    what: str
    """Of an entry that changed: which of its keys, empty where it is the value itself."""
    before: str
    after: str
    """In words; empty where there is none, because the entry was added or removed."""

    def __str__(self) -> str:
        place = " ".join(part for part in (self.section, self.name) if part)
        if self.kind == "added":
            return f"{place}: added" + (f", {self.after}" if self.after else "")
        if self.kind == "removed":
            return f"{place}: removed"
        return f"{place}: {self.what + ': ' if self.what else ''}{self.before} → {self.after}"


def diff(old: Scheme, new: Scheme) -> list[Change]:
    """All that differs in meaning, section by section. How a text is laid out, and its comments, make no difference."""
    found = [
        change for name in _HEAD for change in _of_value(_written(name), "", getattr(old, name), getattr(new, name))
    ]
    found.extend(_of_value("workdays", "", _table(old.workdays), _table(new.workdays)))
    for section in SECTIONS:
        found.extend(_of_section(section, getattr(old, section), getattr(new, section)))
    return found


def _of_section(section: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for name in dict.fromkeys([*old, *new]):
        if name not in new:
            yield Change(section, name, "removed", "", described(old[name]), "")
        elif name not in old:
            yield Change(section, name, "added", "", "", described(new[name]))
        else:
            yield from _of_value(section, name, old[name], new[name])


def _of_value(section: str, name: str, old: Any, new: Any) -> Iterator[Change]:
    for path, before, after in _differences(old, new, ()):
        yield Change(section, name, "changed", " ".join(path), described(before), described(after))


def _differences(old: Any, new: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """The smallest parts that differ, with the way to each."""
    if old == new:
        return
    before, after = _parts(old), _parts(new)
    if before is None or after is None or type(old) is not type(new):
        yield path, old, new
        return
    for key in dict.fromkeys([*before, *after]):
        yield from _differences(before.get(key), after.get(key), (*path, key))


def _parts(value: Any) -> dict[str, Any] | None:
    """What a value is compared by, part by part; None where it is compared, and told, as a whole."""
    if isinstance(value, Mapping):
        return {_key(key): part for key, part in value.items()}
    if isinstance(value, tuple) and all(isinstance(one, Condition | ReviewPath) for one in value):
        return {one.field if isinstance(one, Condition) else str(place): one for place, one in enumerate(value, 1)}
    if isinstance(value, Formula | Duration | FixedAmount) or not is_dataclass(value):
        return None
    return {_written(one.name): getattr(value, one.name) for one in fields(value) if one.name != "name"}


def _table(workdays: Workdays) -> Mapping[str, Collection[Any]]:
    return {"closed": workdays.closed, "worked": workdays.worked, "years": workdays.years}


def _key(key: Any) -> str:
    return ", ".join(key) if isinstance(key, tuple) else str(key)


def _written(name: str) -> str:
    return _WRITTEN.get(name, name)


def described(value: Any) -> str:
    """A value of the model in words: what it leaves to the defaults is left out."""
    match value:
        case None | "" | ():
            return NOTHING
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return number_text(value)
        case Formula():
            otherwise = "" if value.otherwise is None else f", otherwise {number_text(value.otherwise)}"
            return f"{value.text}{otherwise}"
        case Duration():
            return str(value)
        case FixedAmount():
            return number_text(value.value)
        case frozenset():
            return ", ".join(sorted(described(one) for one in value)) or NOTHING
        case tuple():
            return "; ".join(described(one) for one in value)
        case Mapping():
            return ", ".join(f"{_key(key)}: {described(one)}" for key, one in value.items()) or NOTHING
    if is_dataclass(value) and not isinstance(value, type):
        said = ((one, getattr(value, one.name)) for one in fields(value))
        return ", ".join(f"{_written(one.name)} {described(part)}" for one, part in said if _is_said(one, part))
    return str(value)


def _is_said(field: "Field[Any]", value: Any) -> bool:
    """Whether a field tells more than that it was left out."""
    if field.name in ("name", "title") or value in (None, "", (), frozenset()) or value == {}:
        return False
    default = field.default_factory() if field.default_factory is not MISSING else field.default
    return bool(default is MISSING or value != default)
