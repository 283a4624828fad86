"""From the text of a rulebook to the scheme that it is, with every mistake told at once."""

from hashlib import sha256
from typing import get_args

from shared.schemes.document import compose
from shared.schemes.mistakes import SchemeMistakes
from shared.schemes.model import OutletsBy, Scheme
from shared.schemes.reading import Fields, Reading
from shared.schemes.sections.bulletins import read_bulletins
from shared.schemes.sections.calendars import read_calendars
from shared.schemes.sections.header import read_header
from shared.schemes.sections.kinds import read_kinds
from shared.schemes.sections.lines import read_lines
from shared.schemes.sections.measures import read_measures
from shared.schemes.sections.quotas import read_quotas
from shared.schemes.sections.scorecards import read_scorecards
from shared.schemes.sections.selecting import Vocabulary

_OUTLETS_BY: tuple[OutletsBy, ...] = get_args(OutletsBy)
_KEYS = (
    "scheme",
    "version",
    "title",
    "effective",
    "time_zone",
    "calendars",
    "kinds",
    "outlets_by",
    "measures",
    "quotas",
    "lines",
    "scorecards",
    "bulletins",
)
_LATER = "people persons roles contributors channels groups subjects holidays workdays payments ledger checks currency"


def read_scheme(text: str) -> Scheme:
    """Read a scheme's YAML (of which JSON is a part). Pure; hostile texts are refused quickly.

    Raises SchemeMistakes with all mistakes of the text, or with the first when it is not even YAML.
    """
    reading = Reading()
    root = compose(text, reading.mistakes)
    scheme = _scheme(reading, Fields(reading, root, "a scheme", _KEYS, later=_LATER), text)
    if reading.mistakes:
        raise SchemeMistakes(tuple(reading.mistakes))
    return scheme


def _scheme(reading: Reading, fields: Fields, text: str) -> Scheme:
    header = read_header(reading, fields)
    outlets_by = fields.get("outlets_by")
    valued = reading.one_of(outlets_by, _OUTLETS_BY, "property to value outlets by") if outlets_by else None
    calendars = read_calendars(reading, fields.require("calendars"))
    kinds = read_kinds(reading, fields.require("kinds"))
    measures = read_measures(reading, fields.require("measures"), Vocabulary(kinds, valued))
    quotas = read_quotas(reading, fields.get("quotas"), measures, calendars)
    lines, scorecards = fields.get("lines"), fields.get("scorecards")
    read = read_lines(reading, lines, measures)
    return Scheme(
        name=header.name,
        version=header.version,
        title=header.title,
        effective_from=header.effective_from,
        time_zone=header.time_zone,
        calendars=calendars,
        kinds=kinds,
        measures=measures,
        quotas=quotas,
        lines=read,
        scorecards=read_scorecards(reading, scorecards, calendars, read),
        digest=sha256(text.encode()).hexdigest(),
        outlets_by=valued,
        bulletins=read_bulletins(reading, fields.get("bulletins"), calendars),
    )
