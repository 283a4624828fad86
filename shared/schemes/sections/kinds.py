"""``kinds``: what departments submit, what is said of each, and who reviews it."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import get_args

from shared.schemes.document import Node, Scalar
from shared.schemes.entries import Fields, Named, address_part, word
from shared.schemes.facts import RESERVED_FIELDS
from shared.schemes.model import Attribute, AttributeType, Bands, Kind, ReviewPath
from shared.schemes.reading import Reading
from shared.schemes.sections.bands import STEPS, read_steps
from shared.schemes.sections.conditions import CONDITIONS, read_conditions
from shared.schemes.sections.fields import FieldTable, Kinds, fields_of_kind
from shared.schemes.shapes import (
    ADDRESS_PATTERN,
    ANY,
    CITE,
    NUMBER,
    TITLE,
    WORD_PATTERN,
    YES_NO,
    Entries,
    Key,
    Keys,
    ListOf,
    words,
)

KINDS_MAX = 50
ATTRIBUTES_MAX = 30
CHOICES_MAX = 100
ROLES_MAX = 20
PATHS_MAX = 10
STAGES_MAX = 5

CHANNEL = "channel"
"""The attribute that ``channels`` is short for."""

_TYPES: tuple[AttributeType, ...] = get_args(AttributeType)
_CHOOSING = ("choice", "choices")
_NUMBERS = ("integer", "number")
_LIMITED = (*_NUMBERS, "files")

ATTRIBUTE = Keys(
    "an attribute",
    (
        TITLE,
        CITE,
        Key("type", words(_TYPES), "What it is.", required=True),
        Key("of", ListOf(ANY, CHOICES_MAX), "Of a choice: what can be chosen."),
        Key("required", YES_NO, "Whether an item must have it."),
        Key("min", NUMBER, "The least a number may be, or the fewest files."),
        Key("max", NUMBER, "The most a number may be, or the most files."),
        Key("bands", STEPS, "Names for the ranges of a number, each with its lower bound."),
    ),
)
_ATTRIBUTES = Entries(ATTRIBUTE, ATTRIBUTES_MAX, names=WORD_PATTERN)
_ROLES = ListOf(ANY, ROLES_MAX)
CONTRIBUTORS = Keys(
    "contributors",
    (
        Key("roles", _ROLES, "What contributors can be.", required=True),
        Key("required", _ROLES, "The roles that an item must name somebody for."),
    ),
)
PATH = Keys(
    "a way of review",
    (
        Key("when", CONDITIONS, "What must hold of an item to be reviewed in this way."),
        Key("stages", ListOf(ANY, STAGES_MAX), "Who accepts it, one after another.", required=True),
    ),
)
KIND = Keys(
    "a kind",
    (
        TITLE,
        CITE,
        Key("attributes", _ATTRIBUTES, "What is said of each item."),
        Key("channels", ListOf(ANY, CHOICES_MAX), "Where items can be meant to appear: a required choice, channel."),
        Key("contributors", CONTRIBUTORS, "Who takes part in an item."),
        Key("review", ListOf(PATH, PATHS_MAX), "Who accepts an item; the first way that fits is taken."),
    ),
)
KINDS = Entries(KIND, KINDS_MAX, least=1, names=ADDRESS_PATTERN)


def read_kinds(reading: Reading, node: Node | None) -> tuple[Kinds, Mapping[str, Node]]:
    """The kinds without their review, and the nodes of that by kind: it may name bands, which are of kinds' fields."""
    named = Named(reading, node, "kind", address_part, KINDS)
    kinds: dict[str, Kind] = {}
    bands: dict[tuple[str, str], Bands] = {}
    reviews: dict[str, Node] = {}
    for key, entry in named.entries:
        fields = Fields(reading, entry, KIND)
        fields.text("cite")
        kinds[key.value] = _kind(fields, key.value, bands)
        review = fields.get("review")
        if review is not None:
            reviews[key.value] = review
    return Kinds(kinds, bands), reviews


def _kind(fields: Fields, name: str, bands: dict[tuple[str, str], Bands]) -> Kind:
    reading = fields.reading
    attributes: dict[str, Attribute] = {}
    for key, entry in Named(reading, fields.get("attributes"), "attribute", word, _ATTRIBUTES).entries:
        attribute = Fields(reading, entry, ATTRIBUTE)
        attributes[key.value] = _attribute(attribute, key)
        steps = attribute.get("bands")
        if steps is not None:
            bands[name, key.value] = read_steps(reading, steps)
    channels = fields.get("channels")
    if channels is not None:
        if CHANNEL in attributes:
            fields.mistake(
                "channels", f'"channels" is an attribute "{CHANNEL}", which stands among the attributes already'
            )
        of = reading.texts(channels, "channels", CHOICES_MAX)
        attributes[CHANNEL] = Attribute(CHANNEL, CHANNEL, "choice", of, required=True)
    roles, required = _contributors(reading, fields.get("contributors"))
    return Kind(name, fields.text("title", name), attributes, (), roles, required)


def _attribute(fields: Fields, key: Scalar) -> Attribute:
    name, reading = key.value, fields.reading
    if name in RESERVED_FIELDS:
        message = f'"{name}" cannot name an attribute: facts have a field of that name already; say item_{name}'
        reading.mistake(key, message)
    fields.text("cite")
    of, required = fields.get("of"), fields.get("required")
    type_node = fields.get("type")
    type_ = fields.choice("type", _TYPES, "type of an attribute", "text")
    if type_node is not None and type_ in _CHOOSING and of is None:
        reading.mistake(type_node, f'an attribute of type {type_} needs "of": the list of what can be chosen')
    for part, types in (("of", _CHOOSING), ("min", _LIMITED), ("max", _LIMITED), ("bands", _NUMBERS)):
        if type_node is not None and type_ not in types and fields.get(part) is not None:
            fields.mistake(part, f'"{part}" belongs to an attribute of type {" or ".join(types)}, not {type_}')
    least, most = _limits(fields)
    return Attribute(
        name,
        fields.text("title", name),
        type_,
        reading.texts(of, "choices", CHOICES_MAX) if of else (),
        reading.yes_no(required) if required else False,
        least,
        most,
    )


def _limits(fields: Fields) -> tuple[Decimal | None, Decimal | None]:
    low, high = fields.get("min"), fields.get("max")
    least = fields.reading.decimal(low) if low else None
    most = fields.reading.decimal(high) if high else None
    if least is not None and most is not None and most < least:
        fields.mistake("max", f"nothing is at least {least} and at most {most}")
    return least, most


def _contributors(reading: Reading, node: Node | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The roles, and those of them that an item must have."""
    if node is None:
        return (), ()
    fields = Fields(reading, node, CONTRIBUTORS)
    roles, required = fields.get("roles"), fields.get("required")
    known = reading.texts(roles, "roles", ROLES_MAX) if roles else ()
    return known, reading.references(required, known, "role of this kind", ROLES_MAX) if required else ()


def read_reviews(reading: Reading, kinds: Kinds, nodes: Mapping[str, Node], bands: Mapping[str, Bands]) -> Kinds:
    """The kinds with their review. ``bands`` are those of all kinds."""
    found = dict(kinds.kinds)
    for name, node in nodes.items():
        table = fields_of_kind(found[name], kinds, bands)
        found[name] = replace(found[name], review=_review(reading, node, table))
    return replace(kinds, kinds=found)


def _review(reading: Reading, node: Node, table: FieldTable) -> tuple[ReviewPath, ...]:
    paths: list[ReviewPath] = []
    for item in reading.items(node, "ways of review", PATHS_MAX):
        if paths and not paths[-1].when:
            reading.mistake(item, 'the way before this one has no "when": it takes every item, and none comes here')
        fields = Fields(reading, item, PATH)
        when, stages = fields.get("when"), fields.get("stages")
        conditions = read_conditions(reading, when, table, "when") if when else ()
        paths.append(ReviewPath(reading.texts(stages, "stages", STAGES_MAX) if stages else (), conditions))
    return tuple(paths)
