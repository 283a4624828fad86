"""What may stand where as a JSON Schema (2020-12), for editors that complete keys and underline mistakes as one types.

It is generated from the shapes that the reader itself takes its keys from. It knows keys, words and the forms of
values; what depends on other parts of a scheme, such as whether a measure exists, the reader alone can tell.
"""

from typing import Any

from shared.schemes.reader import SCHEME
from shared.schemes.shapes import Either, Entries, Keys, ListOf, Shape, Value

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(
    of: Keys = SCHEME, title: str = "A scheme of Tongbao", description: str = "A rulebook made runnable."
) -> dict[str, Any]:
    """The whole schema of a file, ready to be written as JSON."""
    definitions: dict[str, Any] = {}
    root = _Rendering(definitions).keys(of)
    return {
        "$schema": DIALECT,
        "title": title,
        "description": description,
        **root,
        "$defs": dict(sorted(definitions.items())),
    }


class _Rendering:
    """One run through the shapes; each mapping with fixed keys becomes a definition of its own."""

    def __init__(self, definitions: dict[str, Any]) -> None:
        self._definitions = definitions

    def shape(self, shape: Shape) -> dict[str, Any]:
        match shape:
            case Value(schema=schema):
                return dict(schema)
            case ListOf():
                return self._list(shape)
            case Either(ways=ways):
                return {"anyOf": [self.shape(way) for way in ways]}
            case Entries():
                return self._entries(shape)
            case Keys():
                name = definition_name(shape)
                if name not in self._definitions:
                    self._definitions[name] = {}  # its place, for those within it that refer to it
                    self._definitions[name] = self.keys(shape)
                return {"$ref": f"#/$defs/{name}"}

    def keys(self, shape: Keys) -> dict[str, Any]:
        found: dict[str, Any] = {
            "type": "object",
            "properties": {key.name: {**self.shape(key.of), "description": key.says} for key in shape.keys},
            "additionalProperties": False,
        }
        required = [key.name for key in shape.keys if key.required]
        return {**found, "required": required} if required else found

    def _list(self, shape: ListOf) -> dict[str, Any]:
        item = self.shape(shape.of)
        found: dict[str, Any] = {"type": "array", "items": item, "minItems": shape.least, "maxItems": shape.most}
        if not shape.repeats:
            found["uniqueItems"] = True
        return found if isinstance(shape.of, Keys) else {"anyOf": [item, found]}

    def _entries(self, shape: Entries) -> dict[str, Any]:
        found: dict[str, Any] = {
            "type": "object",
            "additionalProperties": self.shape(shape.of),
            "minProperties": shape.least,
            "maxProperties": shape.most,
        }
        return {**found, "propertyNames": {"pattern": f"^(?:{shape.names})$"}} if shape.names else found


def definition_name(shape: Keys) -> str:
    """How a mapping with fixed keys is called among the definitions: ``way_of_review`` for ``a way of review``."""
    return shape.what.removeprefix("a ").removeprefix("an ").replace(" ", "_").replace('"', "")
