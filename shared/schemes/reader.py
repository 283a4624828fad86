"""From the text of a rulebook to the scheme that it is, with every mistake told at once."""

from collections.abc import Mapping
from hashlib import sha256
from typing import get_args

from shared.calendars import Calendar, UnknownYear, Workdays
from shared.schemes.document import compose
from shared.schemes.entries import Fields
from shared.schemes.mistakes import SchemeMistakes
from shared.schemes.model import OutletsBy, Scheme
from shared.schemes.reading import Reading
from shared.schemes.sections.audiences import CLASSES, read_classes
from shared.schemes.sections.bands import BANDS, read_bands
from shared.schemes.sections.bulletins import BULLETINS, read_bulletins
from shared.schemes.sections.calendars import CALENDARS, begin_of_version, read_calendars
from shared.schemes.sections.department_facts import FACTS, read_department_facts
from shared.schemes.sections.fields import Vocabulary, numeric_fields
from shared.schemes.sections.header import HEAD, Header, read_header
from shared.schemes.sections.kinds import KINDS, read_kinds, read_reviews
from shared.schemes.sections.lines import LINES, read_lines
from shared.schemes.sections.measures import MEASURES, read_measures
from shared.schemes.sections.ordering import checked_lines
from shared.schemes.sections.quotas import QUOTAS, Surroundings, named_quotas, read_quotas
from shared.schemes.sections.relations import Declared
from shared.schemes.sections.reminders import InForce
from shared.schemes.sections.scorecards import SCORECARDS, carded_calendars, read_scorecards
from shared.schemes.sections.settling import settled_measures
from shared.schemes.sections.workdays import WORKDAYS, read_workdays
from shared.schemes.shapes import Key, Keys, words

OUTLETS_BY: tuple[OutletsBy, ...] = get_args(OutletsBy)

SCHEME = Keys(
    "a scheme",
    (
        *HEAD,
        Key("workdays", WORKDAYS, "The organisation's own closed and worked days, above the public holidays."),
        Key("facts", FACTS, "Numbers that are known of each department, for formulas to name."),
        Key("calendars", CALENDARS, "How time is cut into periods.", required=True),
        Key("classes", CLASSES, "Names for sets of departments."),
        Key("bands", BANDS, "Names for the ranges of numeric fields, each with its lower bound."),
        Key("kinds", KINDS, "What is submitted.", required=True),
        Key("outlets_by", words(OUTLETS_BY), "Which property of an outlet the scheme values."),
        Key("measures", MEASURES, "Which facts count, and what each is worth.", required=True),
        Key("quotas", QUOTAS, "What is owed, by whom, and when."),
        Key("lines", LINES, "Formulas over the measures."),
        Key("scorecards", SCORECARDS, "Which lines a card shows, and how its subjects are ranked."),
        Key("bulletins", BULLETINS, "For which periods a circular is issued."),
    ),
)
"""Everything that a scheme can say."""


def read_scheme(text: str) -> Scheme:
    """Read a scheme's YAML (of which JSON is a part). Pure; hostile texts are refused quickly.

    Raises SchemeMistakes with all mistakes of the text, or with the first when it is not even YAML.
    """
    reading = Reading()
    root = compose(text, reading.mistakes)
    scheme = _scheme(reading, Fields(reading, root, SCHEME), text)
    _check_workdays(reading, scheme)
    if reading.mistakes:
        raise SchemeMistakes(tuple(reading.mistakes))
    return scheme


def _scheme(reading: Reading, fields: Fields, text: str) -> Scheme:
    header = read_header(reading, fields)
    workdays = read_workdays(reading, fields.get("workdays"))
    calendars = read_calendars(reading, fields.get("calendars"))
    classes = read_classes(reading, fields.get("classes"))
    vocabulary = _vocabulary(reading, fields)
    written = read_measures(reading, fields.get("measures"), vocabulary, calendars)
    force = _in_force(reading, fields, header, calendars, workdays)
    surroundings = Surroundings(written, calendars, classes, vocabulary.facts, force)
    quotas, once = read_quotas(reading, fields.get("quotas"), surroundings)
    lines = read_lines(reading, fields.get("lines"), written, vocabulary.facts)
    scorecards = read_scorecards(reading, fields.get("scorecards"), calendars, lines, classes)
    declared = Declared(written, vocabulary.facts, quotas, {**calendars, **once}, lines, scorecards.values())
    return Scheme(
        name=header.name,
        version=header.version,
        title=header.title,
        effective_from=force.begins,
        time_zone=header.time_zone,
        calendars=declared.calendars,
        kinds=vocabulary.kinds.kinds,
        measures=settled_measures(reading, written, quotas),
        quotas=quotas,
        lines=checked_lines(reading, declared, fields.get("scorecards")),
        scorecards=scorecards,
        digest=sha256(text.encode()).hexdigest(),
        outlets_by=vocabulary.outlets_by,
        bulletins=read_bulletins(reading, fields.get("bulletins"), calendars),
        workdays=workdays,
        classes=classes,
        facts=vocabulary.facts,
    )


def _vocabulary(reading: Reading, fields: Fields) -> Vocabulary:
    kinds, reviews = read_kinds(reading, fields.get("kinds"))
    numeric = numeric_fields(kinds)
    bands = read_bands(reading, fields.get("bands"), numeric)
    outlets_by = fields.get("outlets_by")
    return Vocabulary(
        kinds=read_reviews(reading, kinds, reviews, bands),
        outlets_by=reading.one_of(outlets_by, OUTLETS_BY, "property to value outlets by") if outlets_by else None,
        bands=bands,
        facts=read_department_facts(reading, fields.get("facts"), numeric),
        quotas=named_quotas(fields.get("quotas")),
    )


def _in_force(
    reading: Reading, fields: Fields, header: Header, calendars: Mapping[str, Calendar], workdays: Workdays
) -> InForce:
    """When the version begins; what depends on workdays needs those of that year to be known."""
    carded = carded_calendars(fields.get("scorecards"))
    begins = begin_of_version(reading, header.begins, calendars, carded, header.effective_from, header.version)
    return InForce(begins, header.time_zone, workdays)


def _check_workdays(reading: Reading, scheme: Scheme) -> None:
    """Told once, at the first place that asks: what is to be done about it is the same for all."""
    try:
        scheme.workdays.is_workday(scheme.effective_from)
    except UnknownYear as unknown:
        for node in reading.needs_workdays[:1]:
            reading.mistake(node, str(unknown))
