"""What may stand where in organisation.yaml and examples.yaml, as data: for their readers and for editors."""

from typing import get_args

from services.scoring.application.rehearsal.reading.expected import OUTCOMES
from shared.contracts.department_events import Decision, Form
from shared.schemes.sections.header import VERSION_MAX
from shared.schemes.shapes import (
    ANY,
    CITE,
    DAY,
    NAME,
    NUMBER,
    TEXT,
    TITLE,
    WORD,
    WORD_PATTERN,
    YES_NO,
    Either,
    Entries,
    Key,
    Keys,
    ListOf,
    Shape,
    Value,
    whole,
    words,
)

DEPARTMENTS_MAX = 1_000
OUTLETS_MAX = 1_000
PERSONS_MAX = 2_000
TAGS_MAX = 50
ROLES_MAX = 20
FACTS_MAX = 50
"""Of one department or person."""
EXAMPLES_MAX = 500
"""In one file."""
HAPPENINGS_MAX = 1_000
EXPECTATIONS_MAX = 500
CONTRIBUTORS_MAX = 50
VALUES_MAX = 100
"""Of one attribute: files, several choices."""
TIMES_MAX = 1_000
WORDS_MAX = 1_000_000
LINES_MAX = 400
RANK_MAX = 10_000
REMINDERS_MAX = 50

INSTANT = Value({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?$"})
"""Local time of the scheme's zone."""

_FROM = Key("from", DAY, "The first day on which this holds.")
_UNTIL = Key("until", DAY, "The last day.")
FACTS = Entries(NUMBER, FACTS_MAX, names=WORD_PATTERN)
_NAMES = ListOf(NAME, DEPARTMENTS_MAX)
_TAGS = ListOf(TEXT, TAGS_MAX, least=0)
_NAME = Key("name", NAME, "What the rulebook and the examples call it.", required=True)

ORGANISATION = Keys(
    "the organisation",
    (_NAME, TITLE, Key("time_zone", TEXT, "Such as Asia/Shanghai.", required=True)),
)
OUTLET = Keys(
    "an outlet",
    (
        _NAME,
        TITLE,
        Key("tier", TEXT, "How high it stands, from the day on; written once more where it changes.", required=True),
        Key("medium", TEXT, "Newspaper, website …", required=True),
        _FROM,
    ),
)
DEPARTMENT = Keys(
    "a department",
    (
        _NAME,
        TITLE,
        Key("group", TEXT, "Among whom it is ranked."),
        Key("tags", _TAGS, "By which quotas and classes pick it."),
        Key("facts", FACTS, "Numbers that are known of it, such as its staff."),
        _FROM,
        _UNTIL,
    ),
)
PERSON = Keys(
    "a person",
    (
        _NAME,
        TITLE,
        Key("department", NAME, "To which the person belongs.", required=True),
        Key("roles", ListOf(TEXT, ROLES_MAX), "Posts, such as correspondent."),
        Key("facts", FACTS, "Numbers that are known of the person."),
        _FROM,
        _UNTIL,
    ),
)
ORGANISATION_FILE = Keys(
    "an organisation",
    (
        Key("organisation", ORGANISATION, "Who it is.", required=True),
        Key("outlets", ListOf(OUTLET, OUTLETS_MAX), "Where items may be published."),
        Key("departments", ListOf(DEPARTMENT, DEPARTMENTS_MAX), "Who is under the rulebook.", required=True),
        Key("persons", ListOf(PERSON, PERSONS_MAX), "Who belongs to the departments."),
    ),
)

_REASON = Key("reason", TEXT, "Why.")
_ON = Key("on", DAY, "The day that counts; left out, the day on which it happens.")
_AS = Key("as", TEXT, "How the example calls it.")
_PERSON = Key("person", NAME, "Whom of the department it concerns.")
_PERIOD = Key("period", ANY, "As the calendar writes it: 2014-03.", required=True)
CONTRIBUTOR = Keys(
    "a contributor",
    (
        Key("person", NAME, "Of organisation.yaml."),
        Key("name", TEXT, "Of somebody who is not in organisation.yaml."),
        Key("role", TEXT, "Left out: author."),
    ),
)
_ATTRIBUTE = Either((ANY, ListOf(ANY, VALUES_MAX, least=0)))
_CONTENT = (
    Key("title", TEXT, "Of the item."),
    Key("attributes", Entries(_ATTRIBUTE, FACTS_MAX), "What the item's kind asks for."),
    Key("contributors", ListOf(CONTRIBUTOR, CONTRIBUTORS_MAX), "Who made it."),
    Key("happened_on", DAY, "Of what the item tells."),
)


def _happening(verb: str, says: str, of: Shape, *keys: Key) -> Keys:
    at = Key("at", INSTANT, "When it happens, in the scheme's zone.", required=True)
    refused = Key("refused", YES_NO, "It must not be possible: the example fails when it is.")
    return Keys(f'a happening with "{verb}"', (at, Key(verb, of, says, required=True), *keys, refused))


VERBS: dict[str, Keys] = {
    "submit": _happening(
        "submit",
        "A kind: an item of it is submitted.",
        NAME,
        Key("by", NAME, "The department that submits it.", required=True),
        Key("with", _NAMES, "Other departments that contributed."),
        _AS,
        Key("times", whole(1, TIMES_MAX), "So many alike: r1-1, r1-2 …; r1 then stands for all of them."),
        Key("answers", TEXT, "The call that it answers."),
        *_CONTENT,
    ),
    "review": _happening(
        "review",
        "An item.",
        TEXT,
        Key("decision", words(get_args(Decision)), "What is decided.", required=True),
        Key("stage", TEXT, "Left out: the next stage; for an acceptance, all that are left."),
        _REASON,
    ),
    "adopt": _happening(
        "adopt",
        "An item.",
        TEXT,
        Key("outlet", NAME, "Where it was published.", required=True),
        Key("form", words(get_args(Form)), "Left out: whole."),
        Key("published_on", DAY, "Left out: the day on which it happens."),
        Key("placement", TEXT, "Such as front."),
        Key("words", whole(0, WORDS_MAX), "How long it was."),
        _AS,
    ),
    "instruct": _happening("instruct", "An item.", TEXT, Key("level", TEXT, "Of the leader.", required=True), _ON, _AS),
    "measure": _happening(
        "measure",
        "An item.",
        TEXT,
        Key("metric", TEXT, "Such as clicks.", required=True),
        Key("value", NUMBER, "As it was read off.", required=True),
        _ON,
        _AS,
    ),
    "retract": _happening("retract", "An adoption, instruction, measurement, adjustment or call.", TEXT, _REASON),
    "resubmit": _happening("resubmit", "A returned item; what is not said again stays.", TEXT, *_CONTENT),
    "correct": _happening("correct", "An item; what is not said again stays.", TEXT, _REASON, *_CONTENT),
    "withdraw": _happening("withdraw", "An item.", TEXT, _REASON),
    "adjust": _happening(
        "adjust",
        "A department.",
        NAME,
        Key("category", TEXT, "What the scheme asks for.", required=True),
        Key("value", NUMBER, "What is counted.", required=True),
        _ON,
        _REASON,
        _PERSON,
        _AS,
    ),
    "call": _happening(
        "call",
        "How the example calls it: departments are called upon for copy.",
        TEXT,
        Key("to", _NAMES, "The departments.", required=True),
        Key("due_at", INSTANT, "By when.", required=True),
        Key("title", TEXT, "Of the call."),
    ),
    "waive": _happening(
        "waive",
        "A quota.",
        WORD,
        Key("of", NAME, "The department that is exempted.", required=True),
        _PERIOD,
        _REASON,
        _PERSON,
    ),
    "close": _happening("close", "A calendar that is open.", WORD, Key("on", DAY, "Its last day.", required=True)),
    "backdate": _happening(
        "backdate",
        "A version of the scheme that holds already, by its number.",
        whole(1, VERSION_MAX),
        Key("from", DAY, "The earlier day from which on it is to hold.", required=True),
        _REASON,
    ),
    "change": _happening(
        "change",
        "A department; what is not said again stays.",
        NAME,
        Key("title", TEXT, "Its new title."),
        Key("group", TEXT, "Its new group."),
        Key("tags", _TAGS, "All of its tags from now on."),
        Key("facts", FACTS, "The numbers that change."),
        Key("from", DAY, "The first day on which this holds; left out, the day on which it happens."),
    ),
    "leave": _happening(
        "leave",
        "A department.",
        NAME,
        Key("on", DAY, "Its last day.", required=True),
        Key("into", _NAMES, "The departments that go on with its work."),
    ),
}
"""The key that says what happens, with the keys that belong to it; each happening has one of them."""

_SUBJECT = (
    Key("of", NAME, "A department, or that of the person."),
    Key("person", NAME, "A person."),
    Key("group", TEXT, "A group of departments."),
    Key("organisation", YES_NO, "All of it."),
)
_CALENDAR = Key("calendar", WORD, "Of the scheme.", required=True)
LINES = Entries(NUMBER, LINES_MAX)
EXPECTED_CARD = Keys(
    "an expected card",
    (
        *_SUBJECT,
        _CALENDAR,
        _PERIOD,
        Key("lines", LINES, "What the lines come to."),
        Key("rank", whole(0, RANK_MAX), "0: without a rank."),
        Key("awarded", YES_NO, "Whether it is named for an award."),
        Key("disqualified", YES_NO, "Whether it is out of the ranking."),
        Key("no_card", YES_NO, "There is no card for the period."),
        Key("final_at", INSTANT, "When its figures became final."),
        Key("restated", YES_NO, "Whether something has changed since then."),
    ),
)
EXPECTED_QUOTA = Keys(
    "an expected quota",
    (
        *_SUBJECT,
        Key("quota", WORD, "Of the scheme.", required=True),
        _PERIOD,
        Key("outcome", words(OUTCOMES), "What becomes of it; none: nothing is owed."),
        Key("target", NUMBER, "What is owed."),
        Key("actual", NUMBER, "What came."),
        Key("due_at", INSTANT, "When it falls due."),
        Key("on_time", YES_NO, "Whether it was met before it fell due."),
        Key("reminded", ListOf(INSTANT, REMINDERS_MAX, least=0), "When its subject was reminded; [] for never."),
    ),
)
EXPECTED_AMOUNT = Keys(
    "an expected amount",
    (
        *_SUBJECT,
        Key("measure", WORD, "Of the scheme.", required=True),
        _CALENDAR,
        _PERIOD,
        Key("amount", NUMBER, "What is in the ledger.", required=True),
    ),
)
EXPECTED_BULLETIN = Keys(
    "an expected bulletin",
    (
        Key("bulletin", WORD, "Of the scheme.", required=True),
        _PERIOD,
        Key("issued_at", INSTANT, "When it is issued.", required=True),
    ),
)
OTHER_FACTS = Entries(FACTS, DEPARTMENTS_MAX)
EXAMPLE = Keys(
    "an example",
    (
        Key("title", TEXT, "What it shows.", required=True),
        CITE,
        Key("departments", _NAMES, "Those that take part; left out, all."),
        Key("facts", OTHER_FACTS, "Numbers that are others than in organisation.yaml."),
        Key(
            "happenings", ListOf(Either(tuple(VERBS.values())), HAPPENINGS_MAX, least=0), "What happens, in any order."
        ),
        Key("until", INSTANT, "Up to when time passes; left out, the last happening."),
        Key("as_of", INSTANT, "Expect what was known then."),
        Key(
            "expect",
            ListOf(Either((EXPECTED_CARD, EXPECTED_QUOTA, EXPECTED_AMOUNT, EXPECTED_BULLETIN)), EXPECTATIONS_MAX),
            "What must come of it.",
            required=True,
        ),
    ),
)
EXAMPLES_FILE = Keys(
    "a file of examples",
    (Key("examples", ListOf(EXAMPLE, EXAMPLES_MAX), "Worked cases of the rulebook.", required=True),),
)
