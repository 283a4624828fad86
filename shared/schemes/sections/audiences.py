"""``classes``, and whom a quota applies to: departments by name, group or tag."""

from collections.abc import Mapping

from shared.schemes.document import Node
from shared.schemes.entries import Fields, Named, any_text
from shared.schemes.model import Audience
from shared.schemes.reading import Reading
from shared.schemes.shapes import ANY, CITE, TITLE, Entries, Key, Keys, ListOf

CLASSES_MAX = 50
NAMES_MAX = 500
PARTS_MAX = 100
"""Classes that a class consists of, those of its classes among them: they are all asked for a department."""

_NAMES = ListOf(ANY, NAMES_MAX)
_NAMING = (
    Key("departments", _NAMES, "Departments by their names."),
    Key("groups", _NAMES, "All departments of these groups."),
    Key("tags", _NAMES, "All departments that have one of these tags."),
)
_CLASSES = Key("classes", _NAMES, "All departments of these classes.")
_LEFT_OUT = "Whom it leaves out all the same."

EXCEPT = Keys("except", (*_NAMING, _CLASSES))
CLASS = Keys("a class", (TITLE, CITE, *_NAMING, _CLASSES, Key("except", EXCEPT, _LEFT_OUT)))
CLASSES = Entries(CLASS, CLASSES_MAX)
APPLIES_TO = Keys(
    "applies_to",
    (
        *_NAMING,
        _CLASSES,
        Key("roles", _NAMES, "Not the departments: their persons in these roles."),
        Key("except", EXCEPT, _LEFT_OUT),
    ),
)


def read_classes(reading: Reading, node: Node | None) -> dict[str, Audience]:
    """The classes; each may speak of those that stand above it."""
    named = Named(reading, node, "class", any_text, CLASSES)
    found: dict[str, Audience] = {}
    for key, entry in named.entries:
        fields = Fields(reading, entry, CLASS)
        fields.text("title"), fields.text("cite")
        _refuse_nobody(fields, "departments", "groups", "tags", "classes", "except")
        found[key.value] = _audience(fields, found)
        if _parts(found[key.value]) > PARTS_MAX:
            reading.mistake(key, f"a class consists of at most {PARTS_MAX} classes, those of its classes among them")
            found[key.value] = Audience()
    return found


def _parts(audience: Audience) -> int:
    exempt = audience.exempt
    return sum(1 + _parts(one) for one in audience.classes) + (_parts(exempt) if exempt else 0)


def read_audience(reading: Reading, node: Node, classes: Mapping[str, Audience]) -> Audience:
    """Whom a quota applies to."""
    fields = Fields(reading, node, APPLIES_TO)
    _refuse_nobody(fields, *APPLIES_TO.names)
    return _audience(fields, classes)


def _audience(fields: Fields, classes: Mapping[str, Audience]) -> Audience:
    """An exception has neither roles nor exceptions itself."""
    left_out = fields.get("except") if "except" in fields.names else None
    return Audience(
        departments=_texts(fields, "departments"),
        groups=_texts(fields, "groups"),
        tags=_texts(fields, "tags"),
        classes=_classes(fields, classes),
        roles=_texts(fields, "roles") if "roles" in fields.names else frozenset(),
        exempt=_exempt(fields.reading, left_out, classes) if left_out else None,
    )


def _exempt(reading: Reading, node: Node, classes: Mapping[str, Audience]) -> Audience:
    fields = Fields(reading, node, EXCEPT)
    _refuse_nobody(fields, *EXCEPT.names)
    return _audience(fields, classes)


def _texts(fields: Fields, key: str) -> frozenset[str]:
    node = fields.get(key)
    return frozenset(fields.reading.texts(node, key, NAMES_MAX)) if node else frozenset()


def _classes(fields: Fields, classes: Mapping[str, Audience]) -> tuple[Audience, ...]:
    node = fields.get("classes")
    names = fields.reading.references(node, classes, "class", NAMES_MAX) if node else ()
    return tuple(classes[name] for name in names if name in classes)


def _refuse_nobody(fields: Fields, *keys: str) -> None:
    """An audience that names nothing is everybody, which is hardly meant where something was to be named."""
    if not fields.has(*keys):
        fields.reading.mistake(fields.node, f"nobody is named here: name some by {', '.join(keys)}")
