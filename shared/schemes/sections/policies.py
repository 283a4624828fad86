"""How a measure takes facts together: by item, by period, and for whom."""

from collections.abc import Collection, Sequence
from typing import Literal, cast

from shared.schemes.document import Node, Scalar
from shared.schemes.entries import Fields, Named, any_text
from shared.schemes.formulas import Formula
from shared.schemes.mistakes import closest, listed, shortened
from shared.schemes.model import Credit, Kind, PerItem, PerPeriod, PersonsCredit
from shared.schemes.reading import Reading
from shared.schemes.sections.calculating import NUMBERS, read_number
from shared.schemes.sections.fields import FieldTable
from shared.schemes.shapes import ANY, WORD, Either, Entries, Key, Keys, ListOf, whole, words

TOP_MAX = 1_000
WEIGHT_MAX = 1_000
WEIGHTS_MAX = 20
ROLES_MAX = 20

_PLAIN = ("all", "highest", "first", "latest")
_WINDOWS = ("at_most", "best", "beyond")
_CREDITS: tuple[Literal["department", "each"], ...] = ("department", "each")
_SHARES = ("equal", "first")
_PERSONS_SHARES: tuple[Literal["whole", "equal"], ...] = ("whole", "equal")

TAKEN = Keys(
    "per_item",
    (
        Key("top", whole(1, TOP_MAX), "The sum of so many of the highest."),
        Key("highest_per", ANY, "The highest for each value of this field, added up."),
    ),
)
PER_ITEM = Either((words(_PLAIN), TAKEN))
PER_PERIOD = Keys(
    "per_period",
    (
        Key("calendar", WORD, "In each of whose periods it counts.", required=True),
        Key("at_most", NUMBERS, "What counts altogether."),
        Key("best", NUMBERS, "How many of the highest count."),
        Key("beyond", NUMBERS, "How many of the first do not count."),
    ),
)
SHARES = Keys(
    "credit",
    (
        Key(
            "shares",
            Either((words(_SHARES), ListOf(whole(0, WEIGHT_MAX), WEIGHTS_MAX, repeats=True))),
            "How the contributing departments share: equally, by weights in their order, or the first alone.",
            required=True,
        ),
    ),
)
CREDIT = Either((words(_CREDITS), SHARES))
PERSONS = Keys(
    "persons",
    (
        Key("roles", ListOf(ANY, ROLES_MAX), "Which contributors; all if left out."),
        Key("share", words(_PERSONS_SHARES), "Whether each is credited with the whole, or all share it equally."),
    ),
)
PAY = Entries(whole(1, WEIGHT_MAX), ROLES_MAX, least=1)


def read_per_item(reading: Reading, node: Node, table: FieldTable) -> PerItem:
    if isinstance(node, Scalar):
        return PerItem(cast(_Plain, reading.one_of(node, _PLAIN, "way to take repeated facts of an item")))
    fields = Fields(reading, node, TAKEN)
    way = fields.just_one(*TAKEN.names)
    value = fields.get(way) if way else None
    if value is None:
        return PerItem()
    if way == "top":
        return PerItem("top", count=reading.whole(value, 1, TOP_MAX))
    name = reading.scalar(value, "the name of a field")
    field = table.find(reading, name) if name else None
    if field is not None and field.type in ("choices", "files"):
        reading.mistake(value, f'"{field.name}" can have several values at once: highest_per needs one')
    return PerItem("highest_per", field=field.name if field else "")


_Plain = Literal["all", "highest", "first", "latest"]


def read_per_period(
    reading: Reading, node: Node, calendars: Collection[str], facts: Collection[str]
) -> PerPeriod | None:
    """None when what counts is missing or wrong, and the mistake noted."""
    fields = Fields(reading, node, PER_PERIOD)
    calendar = fields.get("calendar")
    name = reading.reference(calendar, calendars, "calendar") if calendar else ""
    take = fields.just_one(*_WINDOWS)
    value = fields.get(take) if take else None
    number = read_number(reading, value, facts) if value else None
    if value is None or number is None:
        return None
    _check_number(reading, value, number, counted=take != "at_most")
    return PerPeriod(name, cast(Literal["at_most", "best", "beyond"], take), number)


def _check_number(reading: Reading, node: Node, number: Formula, *, counted: bool) -> None:
    if number.references:
        return
    plain = number.evaluate({})
    if plain <= 0:
        reading.mistake(node, f"this takes a number above 0, not {plain}")
    elif counted and plain != plain.to_integral_value():
        reading.mistake(node, f"this is how many count: a whole number, not {plain}")


def read_credit(reading: Reading, node: Node) -> Credit:
    if isinstance(node, Scalar):
        return Credit(reading.one_of(node, _CREDITS, "way to credit, or write {shares: equal}"))
    fields = Fields(reading, node, SHARES)
    shares = fields.get("shares")
    if shares is None:
        return Credit()
    if isinstance(shares, Scalar):
        return Credit("shares", (1,) if reading.one_of(shares, _SHARES, "way to share") == "equal" else (1, 0))
    weights = tuple(reading.whole(item, 0, WEIGHT_MAX) for item in reading.items(shares, "weights", WEIGHTS_MAX))
    if weights and not weights[0]:
        reading.mistake(shares, "the first contributor has a weight above 0: it takes what rounding leaves over")
    return Credit("shares", weights or (1,))


def read_persons(reading: Reading, node: Node, kinds: Sequence[Kind]) -> PersonsCredit:
    fields = Fields(reading, node, PERSONS)
    roles = fields.get("roles")
    names = reading.texts(roles, "roles", ROLES_MAX) if roles else ()
    for item in reading.items(roles, "roles", ROLES_MAX) if roles else ():
        _check_role(reading, item, kinds)
    return PersonsCredit(names, fields.choice("share", _PERSONS_SHARES, "way to share", "whole"))


def read_pay(reading: Reading, node: Node, kinds: Sequence[Kind]) -> dict[str, int]:
    named = Named(reading, node, "role", any_text, PAY)
    for key, _ in named.entries:
        _check_role(reading, key, kinds)
    return {key.value: reading.whole(entry, 1, WEIGHT_MAX) for key, entry in named.entries}


def _check_role(reading: Reading, node: Node, kinds: Sequence[Kind]) -> None:
    """A role that contributors of these kinds can have. A kind that names no roles takes any."""
    known = list(dict.fromkeys(role for kind in kinds for role in kind.roles))
    if isinstance(node, Scalar) and node.value not in known and all(kind.roles for kind in kinds):
        message = f'no contributor is "{shortened(node.value)}"; the roles here are {listed(known)}'
        reading.mistake(node, message, closest(node.value, known))
