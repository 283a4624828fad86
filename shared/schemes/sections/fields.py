"""Which fields the facts of a measure have, or the items of a kind, and which values each can have."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from shared.schemes.document import Scalar
from shared.schemes.facts import DATES, FIELDS, INSTANTS, OF_ITEMS
from shared.schemes.mistakes import closest, listed, shortened
from shared.schemes.model import Attribute, Bands, DepartmentFact, FactType, Kind, OutletsBy
from shared.schemes.reading import Reading

SelectedType = Literal["word", "text", "choice", "choices", "boolean", "number", "date", "time", "files"]
"""As a scheme selects by it: whole numbers are numbers, and names of kinds and quotas are choices."""

ORDERED: frozenset[SelectedType] = frozenset({"number", "date", "time", "files"})
"""What can be compared; of ``files`` it is their number."""


@dataclass(frozen=True)
class SelectedField:
    name: str
    type: SelectedType
    words: Mapping[str, None] = field(default_factory=dict)
    """Of choices and booleans: all values, in the scheme's order."""
    bands: Bands | None = None
    """Of a number, where its ranges have names."""
    whole: bool = False
    """Of a number that has no decimals."""
    within: tuple[int, int] | None = None
    """Of a number that has a least and a greatest."""

    @property
    def band_names(self) -> dict[str, None]:
        return dict.fromkeys(name for name, _ in self.bands.steps) if self.bands else {}


@dataclass(frozen=True)
class Kinds:
    """The kinds of a scheme, and what their attributes' bands are, which the model keeps where they are used."""

    kinds: Mapping[str, Kind]
    bands: Mapping[tuple[str, str], Bands]
    """By kind and attribute."""


def numeric_fields(kinds: Kinds) -> list[str]:
    """All fields that are numbers, of any fact and any kind of item."""
    own = [name for fields in FIELDS.values() for name, field in fields.items() if field.type == "number"]
    attributes = [one.name for kind in kinds.kinds.values() for one in kind.attributes.values() if one.type in _NUMBERS]
    return list(dict.fromkeys([*own, *attributes]))


_NUMBERS = ("integer", "number")


@dataclass(frozen=True)
class Vocabulary:
    """What the measures of a scheme may speak of."""

    kinds: Kinds
    outlets_by: OutletsBy | None
    bands: Mapping[str, Bands]
    """By field, for all facts and kinds."""
    facts: Mapping[str, DepartmentFact]
    quotas: Sequence[str]
    _attributes: dict[tuple[str, ...], "_Attributes"] = field(default_factory=dict, compare=False)
    """Those of all kinds together are asked for by measure after measure."""

    def attributes_of(self, kinds: Sequence[Kind]) -> "_Attributes":
        """The attributes that items of any of these kinds have."""
        names = tuple(kind.name for kind in kinds)
        if names not in self._attributes:
            self._attributes[names] = _attributes_of(kinds, self.kinds, self.bands)
        return self._attributes[names]


@dataclass(frozen=True)
class FieldTable:
    """The fields of some facts or items."""

    what: str
    """Whose they are: ``something adopted``."""
    fields: Mapping[str, SelectedField]
    unlike: Mapping[str, str]
    """Fields that are not the same in all kinds, with what is wrong about them."""
    instants: tuple[str, ...] = ()
    has_functions: bool = False
    """Whether functions of the dates can be asked for."""
    valued_by_tier: bool = False

    @property
    def numeric(self) -> list[str]:
        return [name for name, field in self.fields.items() if field.type == "number"]

    @property
    def dates(self) -> list[str]:
        return [name for name, field in self.fields.items() if field.type == "date"]

    def find(self, reading: Reading, name: Scalar) -> SelectedField | None:
        """The field that is called so; otherwise None, and the mistake noted."""
        found = self.fields.get(name.value)
        if found is None:
            message = f'{self.what} has no field "{shortened(name.value)}"; it has {listed(self.fields)}'
            reading.mistake(name, message, closest(name.value, self.fields))
            return None
        if name.value in self.unlike:
            reading.mistake(name, self.unlike[name.value])
            return None
        if name.value == "tier" and not self.valued_by_tier:
            reading.mistake(name, 'to value outlets by their tier, the scheme says "outlets_by: tier"')
        return found


def fields_of_facts(fact: FactType, kinds: Iterable[Kind], vocabulary: Vocabulary) -> FieldTable:
    """The fields of facts of one type, about items of these kinds."""
    selected = list(kinds) if fact in OF_ITEMS else []
    own = {name: _own_field(name, fact, selected, vocabulary) for name in FIELDS[fact]}
    dates: dict[str, SelectedField] = {name: SelectedField(name, "date") for name in DATES[fact]}
    attributes = vocabulary.attributes_of(selected)
    return FieldTable(
        f"something {fact}",
        {**attributes.fields, **own, **dates},
        attributes.unlike,
        INSTANTS[fact],
        has_functions=True,
        valued_by_tier=vocabulary.outlets_by == "tier",
    )


def fields_of_kind(kind: Kind, kinds: Kinds, bands: Mapping[str, Bands]) -> FieldTable:
    """The attributes of one kind's items."""
    attributes = _attributes_of([kind], kinds, bands)
    return FieldTable(f"a {kind.name}", attributes.fields, attributes.unlike)


def _own_field(name: str, fact: FactType, kinds: Sequence[Kind], vocabulary: Vocabulary) -> SelectedField:
    own = FIELDS[fact][name]
    match own.type:
        case "kind":
            return SelectedField(name, "choice", dict.fromkeys(kind.name for kind in kinds))
        case "quota":
            return SelectedField(name, "choice", dict.fromkeys(vocabulary.quotas))
        case "boolean":
            return SelectedField(name, "boolean", _YES_NO)
        case "choice":
            return SelectedField(name, "choice", dict.fromkeys(own.of))
        case "number":
            return SelectedField(name, "number", bands=vocabulary.bands.get(name))
        case "word":
            return SelectedField(name, "word")


_YES_NO = dict.fromkeys(("true", "false"))


@dataclass(frozen=True)
class _Attributes:
    """The attributes of some kinds by name, and what is wrong with those that are not the same in all of them."""

    fields: Mapping[str, SelectedField]
    unlike: Mapping[str, str]


def _attributes_of(kinds: Sequence[Kind], declared: Kinds, bands: Mapping[str, Bands]) -> _Attributes:
    found: dict[str, SelectedField] = {}
    unlike: dict[str, str] = {}
    for kind in kinds:
        for name, attribute in kind.attributes.items():
            one = _selected(attribute, declared.bands.get((kind.name, name)) or bands.get(name))
            before = found.get(name)
            if before is not None and (before.type, before.bands) != (one.type, one.bands):
                unlike[name] = f'"{name}" is not the same in all kinds of item: say which kind is meant'
            found[name] = one if before is None else _joined(before, one)
    return _Attributes(found, unlike)


def _selected(attribute: Attribute, bands: Bands | None) -> SelectedField:
    name = attribute.name
    match attribute.type:
        case "integer" | "number":
            return SelectedField(name, "number", bands=bands, whole=attribute.type == "integer")
        case "boolean":
            return SelectedField(name, "boolean", _YES_NO)
        case "choice" | "choices":
            return SelectedField(name, attribute.type, dict.fromkeys(attribute.of))
        case "text" | "date" | "time" | "files":
            return SelectedField(name, attribute.type)


def _joined(one: SelectedField, other: SelectedField) -> SelectedField:
    return replace(one, words={**one.words, **other.words}, whole=one.whole and other.whole)
