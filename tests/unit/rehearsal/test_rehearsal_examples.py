"""Examples are read, played and compared; what is wrong with them is told all at once."""

from decimal import Decimal

import pytest

from services.scoring.application.rehearsal.folder import FolderMistakes, read_folder
from services.scoring.application.rehearsal.trying.trial import Tried, try_examples
from tests.unit.rehearsal.small import EXAMPLES, ORGANISATION, SCHEME, example, folder


def tried(body: str) -> Tried:
    return next(try_examples(folder(example(body))))


def outcome(body: str) -> list[tuple[str, object, object]]:
    """What was looked at, what was expected and what there is, of everything that fails."""
    found = tried(body)
    assert found.impossible == ()
    return [(one.what, one.expected, one.found) for one in found.failures]


def mistakes(body: str) -> list[str]:
    with pytest.raises(FolderMistakes) as found:
        folder(example(body))
    return [str(mistake) for mistake in found.value.mistakes["examples.yaml"]]


def test_what_comes_out_as_expected_passes() -> None:
    found = next(try_examples(folder()))

    assert found.passed
    assert [(one.what, one.expected) for one in found.findings] == [("line total", Decimal(1))]


def test_what_comes_out_otherwise_fails_with_both_values() -> None:
    found = next(try_examples(folder(EXAMPLES.replace("total: 1", "total: 2"))))

    assert not found.passed
    assert [(one.expected, one.found) for one in found.failures] == [(Decimal(2), Decimal(1))]
    assert found.failures[0].where.line == 7


def test_values_are_compared_exactly() -> None:
    assert not outcome("""
happenings:
  - {at: 2014-03-04T10:00, adjust: office, category: extra, value: 0.10}
  - {at: 2014-03-04T10:00, adjust: office, category: extra, value: 0.20}
expect:
  - {of: office, calendar: month, period: 2014-03, lines: {total: 0.3}}
""")
    assert outcome("""
happenings:
  - {at: 2014-03-04T10:00, adjust: office, category: extra, value: 0.333333}
expect:
  - {of: office, calendar: month, period: 2014-03, lines: {total: 0.33333}}
""")


def test_happenings_may_stand_in_any_order_and_many_are_written_as_one() -> None:
    assert not outcome("""
happenings:
  - {at: 2014-06-10T10:00, adopt: r-2, outlet: daily}
  - {at: 2014-06-09T10:00, review: r, decision: accepted}
  - {at: 2014-06-05T10:00, submit: report, by: office, as: r, times: 3}
expect:
  - {of: office, calendar: month, period: 2014-06, lines: {total: 23}}
  - {of: office, measure: reports, calendar: week, period: 2014-W23, amount: 3}
""")


def test_an_outlet_has_the_tier_of_the_day_of_publication() -> None:
    assert not outcome("""
happenings:
  - {at: 2014-05-05T10:00, submit: report, by: office, as: r}
  - {at: 2014-05-06T10:00, review: r, decision: accepted}
  - {at: 2014-06-02T10:00, adopt: r, outlet: daily, published_on: 2014-05-31}
expect:
  - {of: office, calendar: month, period: 2014-05, lines: {total: 6}}
""")


def test_a_joint_item_goes_into_each_departments_stream_with_all_that_happens_to_it() -> None:
    assert not outcome("""
happenings:
  - {at: 2014-05-05T10:00, submit: report, by: office, with: [culture], as: r,
     contributors: [{person: li}, {person: wang}]}
  - {at: 2014-05-06T10:00, review: r, decision: accepted}
  - {at: 2014-05-07T10:00, adopt: r, outlet: daily}
expect:
  - {of: office, measure: adoption, calendar: month, period: 2014-05, amount: 5}
  - {of: culture, measure: adoption, calendar: month, period: 2014-05, amount: 5}
  - {of: culture, measure: reports, calendar: month, period: 2014-05, amount: 0}
  - {person: wang, calendar: month, period: 2014-05, lines: {own: 1}}
""")


def test_the_path_of_review_follows_from_what_the_item_says() -> None:
    assert mistakes("""
happenings:
  - {at: 2014-05-05T10:00, submit: report, by: office, as: r, attributes: {topic: problem}}
  - {at: 2014-05-06T10:00, review: r, decision: accepted, stage: office}
expect: [{of: office, calendar: month, period: 2014-05, lines: {total: 1}}]
""") == ['line 5, column 9: "r" waits for the stage section, not office']
    assert not outcome("""
happenings:
  - {at: 2014-05-05T10:00, submit: report, by: office, as: r, attributes: {topic: problem}}
  - {at: 2014-05-06T10:00, review: r, decision: accepted, stage: section}
  - {at: 2014-05-06T10:00, review: r, decision: accepted, stage: office}
  - {at: 2014-05-07T10:00, adopt: r, outlet: daily}
expect: [{of: office, calendar: month, period: 2014-05, lines: {total: 6}}]
""")


def test_time_passes_up_to_until_that_instant_included() -> None:
    body = """
departments: [office]
happenings: [{{at: 2014-03-03T00:00, adjust: office, category: extra, value: 0}}]
until: {until}
expect: [{{of: office, quota: weekly, period: 2014-W10, outcome: {outcome}}}]
"""
    assert not outcome(body.format(until="2014-03-09T23:59:59.999999", outcome="open"))
    assert not outcome(body.format(until="2014-03-10T00:00", outcome="missed"))


def test_what_was_known_at_an_instant_can_be_expected() -> None:
    body = """
happenings:
  - {{at: 2014-03-04T10:00, submit: report, by: office, as: r}}
  - {{at: 2014-03-05T10:00, withdraw: r}}
until: 2014-03-10T00:00
as_of: {as_of}
expect:
  - {{of: office, calendar: month, period: 2014-03, lines: {{total: {total}}}}}
  - {{of: office, quota: weekly, period: 2014-W10, outcome: {outcome}, actual: {total}}}
"""
    assert not outcome(body.format(as_of="2014-03-04T09:59", total=0, outcome="open"))
    assert not outcome(body.format(as_of="2014-03-04T10:00", total=1, outcome="met"))
    assert not outcome(body.format(as_of="2014-03-06T10:00", total=0, outcome="open"))
    assert not outcome(body.format(as_of="2014-03-10T00:00", total=0, outcome="missed"))


def test_reminders_the_end_of_waiting_restatements_and_bulletins_can_be_expected() -> None:
    assert not outcome("""
departments: [office]
happenings:
  - {at: 2014-04-05T23:59:59, adjust: office, category: extra, value: 1, on: 2014-03-31}
  - {at: 2014-05-07T00:00, adjust: office, category: extra, value: 1, on: 2014-04-30}
expect:
  - {of: office, quota: weekly, period: 2014-W10, reminded: [2014-03-09T00:00], due_at: 2014-03-10T00:00, target: 1}
  - {of: office, calendar: month, period: 2014-03, final_at: 2014-04-06T00:00, restated: false}
  - {of: office, calendar: month, period: 2014-04, restated: true}
  - {bulletin: monthly, period: 2014-03, issued_at: 2014-04-02T00:00}
""")


def test_a_bulletin_is_issued_by_the_version_that_its_period_belongs_to() -> None:
    second = SCHEME.replace("version: 1", "version: 2").replace("after_close: P1D", "after_close: P5D")
    second = second.replace("{from: 2014-01-01}", "{from: 2014-07-01, begins: at_once}", 1)
    examples = example("""
happenings: [{at: 2014-08-08T10:00, adjust: office, category: extra, value: 1}]
expect:
  - {bulletin: monthly, period: 2014-06, issued_at: 2014-07-02T00:00}
  - {bulletin: monthly, period: 2014-07, issued_at: 2014-08-06T00:00}
""")
    texts = {"organisation.yaml": ORGANISATION, "scheme.yaml": SCHEME, "scheme-2.yaml": second}

    assert next(try_examples(read_folder({**texts, "examples.yaml": examples}))).passed


def test_what_departments_owe_the_organisation_does_not_owe() -> None:
    assert not outcome("""
happenings: [{at: 2014-03-11T10:00, adjust: office, category: extra, value: 1}]
expect: [{organisation: true, quota: weekly, period: 2014-W10, outcome: none}]
""")


def test_who_is_not_there_has_no_card_and_owes_nothing() -> None:
    assert not outcome("""
happenings: [{at: 2014-07-01T10:00, adjust: office, category: extra, value: 1}]
expect:
  - {of: library, calendar: month, period: 2014-01, no_card: true}
  - {of: library, calendar: month, period: 2014-05, lines: {total: 0}}
  - {of: library, calendar: month, period: 2014-06, no_card: true}
  - {of: culture, quota: weekly, period: 2014-W10, outcome: none}
  - {person: li, calendar: month, period: 2014-02, no_card: true}
  - {person: li, calendar: month, period: 2014-03, lines: {own: 0}}
""")
    assert outcome("""
happenings: [{at: 2014-07-01T10:00, adjust: office, category: extra, value: 1}]
expect: [{of: library, calendar: month, period: 2014-06, lines: {total: 0}}]
""") == [("card", "a card", "no card")]


def test_only_those_who_take_part_are_ranked() -> None:
    body = """
{departments}
happenings: [{{at: 2014-03-04T10:00, submit: report, by: culture}}]
expect:
  - {{of: culture, calendar: month, period: 2014-03, rank: 1, awarded: true}}
"""
    assert not outcome(body.format(departments=""))
    assert not outcome(body.format(departments="departments: [culture]"))
    assert outcome("""
happenings: [{at: 2014-03-04T10:00, submit: report, by: culture}]
expect: [{of: office, calendar: month, period: 2014-03, rank: 1, awarded: true}]
""") == [("rank", 1, 2), ("awarded", True, False)]


def test_a_line_that_no_card_shows_stands_on_all_departments_too() -> None:
    scheme = SCHEME.replace(
        "  missed_weeks:", "  share: {formula: reports / organisation(reports), otherwise: 0}\n  missed_weeks:"
    )
    body = """
happenings:
  - {at: 2014-03-04T10:00, submit: report, by: office}
  - {at: 2014-03-04T10:00, submit: report, by: culture, times: 3}
expect:
  - {of: office, calendar: campaign, period: campaign, lines: {share: 0.25}}
"""
    found = next(try_examples(folder(example(body), scheme)))

    assert found.passed, found.failures


def test_a_calendar_that_an_operator_closes_has_an_end() -> None:
    assert not outcome("""
happenings:
  - {at: 2014-03-04T10:00, submit: report, by: office}
  - {at: 2014-03-06T10:00, close: campaign, on: 2014-03-08}
  - {at: 2014-03-10T10:00, submit: report, by: office}
expect:
  - {of: office, calendar: campaign, period: campaign, lines: {total: 1}}
""")
    assert mistakes("""
happenings: [{at: 2014-03-06T10:00, close: campaign, on: 2014-03-05}]
expect: [{of: office, calendar: campaign, period: campaign, lines: {total: 0}}]
""") == ['line 3, column 18: "campaign" has been counted as open since 2014-03-05: close it before that']


def test_what_is_said_to_be_refused_must_be_impossible() -> None:
    assert not outcome("""
happenings:
  - {at: 2014-03-04T10:00, submit: report, by: office, attributes: {pages: 10}, refused: true}
  - {at: 2014-03-04T10:00, submit: photo, by: office, refused: true}
expect: [{of: office, calendar: month, period: 2014-03, lines: {total: 0}}]
""")
    assert mistakes("""
happenings: [{at: 2014-03-04T10:00, submit: report, by: office, attributes: {pages: 9}, refused: true}]
expect: [{of: office, calendar: month, period: 2014-03, lines: {total: 0}}]
""") == ["line 3, column 18: this is said to be refused, but it is possible"]


def test_an_example_may_have_other_facts_than_the_organisation() -> None:
    scheme = SCHEME.replace("  answered:", "  by_staff: {count: adjusted, amount: staff}\n  answered:")
    body = """
facts: {office: {staff: 7}}
happenings: [{at: 2014-03-04T10:00, adjust: office, category: any, value: 1}]
expect: [{of: office, measure: by_staff, calendar: month, period: 2014-03, amount: 7}]
"""
    assert next(try_examples(folder(example(body), scheme))).passed


def test_all_mistakes_are_told_at_once_with_their_places_and_what_was_meant() -> None:
    assert mistakes("""
departments: [ofice]
happenings:
  - {at: 2014-3-4, submit: reprot, by: office}
  - {at: 2014-03-04T10:00, adopt: r9, outlet: dayly}
  - {at: 2014-03-04T10:00, sumbit: report, by: office}
expect:
  - {of: office, calendar: month, period: 2014-13, lines: {totl: 1}}
  - {of: office, quota: weakly, period: 2014-W10, outcome: lost}
""") == [
        'line 3, column 19: there is no department "ofice" (did you mean "office"?)',
        'line 5, column 14: "2014-3-4" is no time: write it like 2014-03-03T10:00',
        'line 5, column 32: there is no kind "reprot" (did you mean "report"?)',
        'line 6, column 39: there is no item "r9"; there are item-1',
        'line 6, column 51: there is no outlet "dayly" (did you mean "daily"?)',
        "line 7, column 9: it is not said what happens: one of submit, review, adopt, instruct, measure, retract, "
        'resubmit, correct, withdraw, adjust, call, waive, close, backdate, change, leave (did you mean "submit"?)',
        'line 9, column 47: there is no period "2014-13": month must be in 1..12',
        'line 9, column 64: there is no line "totl" (did you mean "total"?)',
        'line 10, column 29: there is no quota "weakly" (did you mean "weekly"?)',
        'line 10, column 64: "lost" is no outcome of a quota: it is one of open, met, missed, met_late, waived, none',
    ]


def test_what_cannot_happen_so_is_told_for_all_examples() -> None:
    assert mistakes("""
happenings:
  - {at: 2014-03-04T10:00, submit: report, by: office, as: r, attributes: {topic: gossip, pags: 3}}
  - {at: 2014-03-04T10:00, submit: photo, by: office}
  - {at: 2014-03-04T10:00, submit: report, by: office, as: s}
  - {at: 2014-03-05T10:00, adopt: s, outlet: daily}
  - {at: 2014-03-05T10:00, review: s, decision: accepted}
  - {at: 2014-03-04T09:00, withdraw: s}
  - {at: 2014-03-04T10:00, call: c, to: [culture], due_at: 2014-03-05T10:00}
  - {at: 2014-03-04T11:00, submit: report, by: office, answers: c}
  - {at: 2014-01-04T11:00, submit: report, by: library}
expect: [{of: office, calendar: month, period: 2014-03, lines: {total: 0}}]
""") == [
        'line 4, column 87: "gossip" is no topic of this kind: it is one of progress, problem',
        'line 4, column 101: a report has no attribute "pags"; it has topic, pages (did you mean "pages"?)',
        "line 5, column 9: a photo must have file",
        'line 7, column 9: "s" is submitted; only what is accepted can be adopted',
        'line 9, column 9: "s" has not been submitted by then',
        'line 11, column 9: "office" has not been called upon by "c"',
        'line 12, column 9: "library" is there only from 2014-02-01 on',
    ]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("happenings: []\nexpect: []", 'an example without happenings needs "until"'),
        ("until: 2014-03-04T10:00", 'an example needs "expect"'),
        (
            "until: 2014-03-04T10:00\nexpect: [{of: office, calendar: month, period: 2014-03}]",
            "nothing is expected here",
        ),
        ("until: 2014-03-04T10:00\nexpect: [{calendar: month, period: 2014-03, rank: 1}]", "say of whom"),
        ("until: 2044-03-04T10:00\nexpect: []", "time passes for at most"),
        (
            "until: 2014-03-04T10:00\nhappenings: [{at: 2014-03-05T10:00, leave: office, on: 2014-03-05}]\nexpect: []",
            "ends before what happens on line 4",
        ),
    ],
)
def test_an_example_that_says_too_little_or_too_much_is_refused(body: str, told: str) -> None:
    assert told in "\n".join(mistakes(body))
