"""Answers that were given lately."""

from services.scoring.http import answers
from services.scoring.http.answers import Answers


def test_an_answer_is_found_while_its_tag_holds() -> None:
    kept = Answers()
    kept.keep("1", "/a", b"one")

    assert [kept.find("1", "/a"), kept.find("2", "/a"), kept.find("1", "/b")] == [b"one", None, None]


def test_the_answers_not_asked_for_longest_make_room() -> None:
    kept = Answers()
    for number in range(answers.ANSWERS_KEPT_MAX):
        kept.keep("1", str(number), b"-")
    kept.find("1", "0")

    kept.keep("1", "new", b"-")

    assert [kept.find("1", "0"), kept.find("1", "1"), kept.find("1", "new")] == [b"-", None, b"-"]


def test_a_very_large_answer_is_not_kept() -> None:
    kept = Answers()

    kept.keep("1", "/a", b"-" * (answers.ANSWER_BYTES_MAX + 1))

    assert kept.find("1", "/a") is None


def test_all_together_stay_within_their_room() -> None:
    kept = Answers()
    for number in range(20):
        kept.keep("1", str(number), b"-" * answers.ANSWER_BYTES_MAX)

    found = [number for number in range(20) if kept.find("1", str(number))]

    assert len(found) == answers.KEPT_BYTES_MAX // answers.ANSWER_BYTES_MAX
