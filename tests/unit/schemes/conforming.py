"""As much of JSON Schema as the language's own uses, checked plainly; and a text as an editor sees it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}
KEYWORDS = frozenset(
    {
        "$ref",
        "$schema",
        "$defs",
        "title",
        "description",
        "examples",
        "type",
        "enum",
        "pattern",
        "minimum",
        "maximum",
        "anyOf",
        "items",
        "minItems",
        "maxItems",
        "uniqueItems",
        "properties",
        "required",
        "additionalProperties",
        "propertyNames",
        "minProperties",
        "maxProperties",
    }
)


class _AsEditors(yaml.SafeLoader):
    """YAML 1.2's plain values: numbers, true and false. A date stays text, as do yes and no."""


_AsEditors.yaml_implicit_resolvers = {}
for _tag, _form, _first in (
    ("bool", r"true|false", "tf"),
    ("int", r"-?[0-9]+", "-0123456789"),
    ("float", r"-?[0-9]+\.[0-9]+", "-0123456789"),
):
    _AsEditors.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_form})$"), list(_first))


def loaded(text: str) -> Any:
    return _with_text_keys(yaml.load(text, Loader=_AsEditors))


def _with_text_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            str(key).lower() if isinstance(key, bool) else str(key): _with_text_keys(one) for key, one in value.items()
        }
    return [_with_text_keys(one) for one in value] if isinstance(value, list) else value


def departures(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Where the value is not as the schema has it, in words. Raises AssertionError for keywords it does not know."""
    assert schema.keys() <= KEYWORDS, schema.keys() - KEYWORDS
    if "$ref" in schema:
        yield from departures(value, root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root, path)
    if "anyOf" in schema:
        ways = [list(departures(value, way, root, path)) for way in schema["anyOf"]]
        if all(ways):
            yield from min(ways, key=len)
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path}: {value!r} is none of {schema['enum']}"
    if "type" in schema:
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        if not any(_is(value, type_) for type_ in types):
            yield f"{path}: {value!r} is no {types}"
            return
    match value:
        case dict():
            yield from _of_mapping(value, schema, root, path)
        case list():
            yield from _of_list(value, schema, root, path)
        case str():
            if not re.search(schema.get("pattern", ""), value):
                yield f"{path}: {value!r} is not written like {schema['pattern']}"
        case int() | float():
            if not schema.get("minimum", value) <= value <= schema.get("maximum", value):
                yield f"{path}: {value} lies outside"


def _is(value: Any, type_: str) -> bool:
    return isinstance(value, _TYPES[type_]) and (type_ == "boolean" or not isinstance(value, bool))


def _of_mapping(value: dict[str, Any], schema: Mapping[str, Any], root: Mapping[str, Any], path: str) -> Iterator[str]:
    yield from (f"{path}: needs {key}" for key in schema.get("required", ()) if key not in value)
    if not schema.get("minProperties", 0) <= len(value) <= schema.get("maxProperties", len(value)):
        yield f"{path}: has {len(value)} entries"
    for key, one in value.items():
        yield from departures(key, schema.get("propertyNames", {}), root, f"{path}.{key}")
        known = schema.get("properties", {}).get(key, schema.get("additionalProperties", {}))
        if known is False:
            yield f"{path}: has no {key}"
        else:
            yield from departures(one, known, root, f"{path}.{key}")


def _of_list(value: list[Any], schema: Mapping[str, Any], root: Mapping[str, Any], path: str) -> Iterator[str]:
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        yield f"{path}: has {len(value)} items"
    if schema.get("uniqueItems") and any(one in value[:place] for place, one in enumerate(value)):
        yield f"{path}: names one twice"
    for place, one in enumerate(value):
        yield from departures(one, schema.get("items", {}), root, f"{path}[{place}]")
