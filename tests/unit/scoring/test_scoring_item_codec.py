"""What is stored of items and windows comes back as it was, also what an older program has stored."""

from datetime import UTC, date, datetime
from decimal import Decimal

from services.scoring.adapters.item_codec import decode_item, decode_window, encode_body, encode_window
from services.scoring.domain.items import Credited, Fact, Item
from services.scoring.domain.windows import Window, WindowCredit

DAY = date(2014, 1, 10)
AT = datetime(2014, 1, 10, 1, 2, 3, 4, tzinfo=UTC)


def item() -> Item:
    facts = [Fact("submitted", "submitted", 4, DAY, {}, AT), Fact("m", "measured", 5, DAY, {"value": "1.5"}, AT)]
    credits = {"reports": {"submitted": (DAY, Decimal("0.50"), 1)}}
    return Item("i", "office", "report", "标题", "accepted", DAY, None, DAY, {"fields": ["law"]}, facts, credits, 2)


def returned(one: Item) -> Item:
    return decode_item(one.item, one.scheme, one.kind, one.title, one.state, encode_body(one))


def test_a_plain_item_comes_back_as_it_was() -> None:
    assert returned(item()) == item()


def test_a_joint_item_with_persons_that_answers_a_call_comes_back_as_it_was() -> None:
    one = item()
    one.departments, one.answers = ("south", "north"), "call"
    one.contributors = (Credited("wang", "author", None), Credited("li", "editor", "north"))
    one.personal = {"pay": {"wang": {"submitted": (DAY, Decimal(7), 1)}}}
    assert returned(one) == one


def test_a_call_with_its_answers_and_what_is_a_persons_own_come_back_as_they_were() -> None:
    call, own = item(), item()
    call.answered_by = {"a": True, "b": False}
    own.person = "wang"
    assert (returned(call), returned(own)) == (call, own)


def test_what_an_older_program_stored_is_read() -> None:
    body = (
        b'["2014-01-10",null,null,{"topic":"problem"},'
        b'[{"id":"submitted","type":"submitted","place":4,"on":"2014-01-10","fields":{}}],'
        b'{"reports":{"submitted":["2014-01-10","1",1]}},1]'
    )
    read = decode_item("i", "office", "report", "title", "submitted", body)
    assert read.facts == [Fact("submitted", "submitted", 4, DAY)]
    assert read.credits == {"reports": {"submitted": (DAY, Decimal(1), 1)}}
    assert (read.departments, read.contributors, read.personal) == ((), (), None)


def test_a_window_comes_back_as_it_was() -> None:
    one = WindowCredit(DAY, 4, "submitted", "i", Decimal("2.50"), 1, "best", Decimal(3), Decimal(1))
    window = Window(date(2014, 2, 1), {("i", "submitted"): one})
    assert decode_window(window.end, encode_window(window)) == window
