"""``kinds``: what departments submit, what is said of each, and who reviews it."""

from typing import get_args

from shared.schemes.document import Node, Scalar
from shared.schemes.facts import RESERVED_FIELDS
from shared.schemes.model import Attribute, AttributeType, Kind, ReviewPath
from shared.schemes.reading import Fields, Named, Reading, address_part, word

KINDS_MAX = 50
ATTRIBUTES_MAX = 30
CHOICES_MAX = 100
STAGES_MAX = 5

_TYPES: tuple[AttributeType, ...] = get_args(AttributeType)
_CHOOSING = ("choice", "choices")


def read_kinds(reading: Reading, node: Node | None) -> dict[str, Kind]:
    named = Named(reading, node, "kind", address_part, least=1, most=KINDS_MAX)
    return {key.value: _kind(reading, key.value, entry) for key, entry in named.entries}


def _kind(reading: Reading, name: str, node: Node) -> Kind:
    fields = Fields(reading, node, "a kind", ("title", "attributes", "review"), later="contributors channels calls")
    title = fields.get("title")
    attributes = Named(reading, fields.get("attributes"), "attribute", word, most=ATTRIBUTES_MAX)
    review = fields.get("review")
    return Kind(
        name,
        reading.text(title) if title else name,
        {key.value: _attribute(reading, key, entry) for key, entry in attributes.entries},
        _review(reading, review) if review else (),
    )


def _attribute(reading: Reading, key: Scalar, node: Node) -> Attribute:
    name = key.value
    fields = Fields(reading, node, "an attribute", ("title", "type", "of", "required"), later="default min max unit")
    if name in RESERVED_FIELDS:
        reading.mistake(key, f'"{name}" cannot name an attribute: facts have a field of that name already')
    title, type_node, of, required = (fields.get(part) for part in ("title", "type", "of", "required"))
    if type_node is None:
        fields.require("type")
        return Attribute(name, name, "text")
    type_ = reading.one_of(type_node, _TYPES, "type of an attribute")
    if type_ in _CHOOSING and of is None:
        reading.mistake(type_node, f'an attribute of type {type_} needs "of": the list of what can be chosen')
    if type_ not in _CHOOSING and of is not None:
        reading.mistake(of, f'"of" belongs to an attribute of type choice or choices, not {type_}')
    return Attribute(
        name,
        reading.text(title) if title else name,
        type_,
        reading.texts(of, "choices", CHOICES_MAX) if of else (),
        reading.one_of(required, ("true", "false"), "yes or no") == "true" if required else False,
    )


def _review(reading: Reading, node: Node) -> tuple[ReviewPath, ...]:
    paths = reading.items(node, "ways of review", most=1)
    return tuple(_path(reading, path) for path in paths)


def _path(reading: Reading, node: Node) -> ReviewPath:
    fields = Fields(reading, node, "a way of review", ("stages",), later="when within roles quorum")
    stages = fields.require("stages")
    return ReviewPath(reading.texts(stages, "stages", STAGES_MAX) if stages else ())
