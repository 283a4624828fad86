"""The life of an item, decided without a database."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.submission.domain.commands import (
    Adopt,
    Correct,
    Instruct,
    ItemCommand,
    Measure,
    Resubmit,
    RetractFact,
    Review,
    Submit,
    Withdraw,
)
from services.submission.domain.items import submit
from services.submission.domain.refusals import (
    DateInFuture,
    OwnSubmission,
    ReasonMissing,
    Refused,
    TooManyFacts,
    UnknownOutlet,
    WrongStage,
    WrongState,
)
from tests.unit.submission.building import STANDINGS, SUBMITTER, TODAY, carry_out, content, item, kind, scheme

ACCEPT, REJECT = Review("accepted"), Review("rejected")
RETURN = Review("returned", reason="缺照片")
ADOPT = Adopt("a1", "daily", STANDINGS, "whole", TODAY)
INSTRUCT = Instruct("n1", "city", TODAY)
MEASURE = Measure("m1", "clicks", Decimal(900), TODAY)
CORRECT = Correct(content(title="改"), "错字")
TOMORROW = TODAY + dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("commands", "state", "awaits"),
    [
        ((), "submitted", "section"),
        ((ACCEPT,), "submitted", "office"),
        ((ACCEPT, ACCEPT), "accepted", None),
        ((ACCEPT, RETURN), "returned", None),
        ((ACCEPT, RETURN, Resubmit(content())), "submitted", "section"),
        ((ACCEPT, REJECT), "rejected", None),
        ((ACCEPT, REJECT, ACCEPT), "accepted", None),
        ((REJECT, ACCEPT), "submitted", "office"),
        ((REJECT, ACCEPT, ACCEPT), "accepted", None),
        ((ACCEPT, ACCEPT, ADOPT, INSTRUCT), "accepted", None),
        ((ACCEPT, ACCEPT, MEASURE, CORRECT), "accepted", None),
        ((CORRECT,), "submitted", "section"),
        ((REJECT, CORRECT), "rejected", None),
        ((ACCEPT, ACCEPT, Withdraw("有误")), "withdrawn", None),
        ((REJECT, Withdraw()), "withdrawn", None),
    ],
)
def test_an_item_goes_through_its_states(commands: tuple[ItemCommand, ...], state: str, awaits: str | None) -> None:
    reached = item(*commands)

    assert (reached.state, reached.awaits) == (state, awaits)


@pytest.mark.parametrize(
    ("commands", "refused"),
    [
        ((Resubmit(content()),), WrongState),
        ((ADOPT,), WrongState),
        ((MEASURE,), WrongState),
        ((Withdraw(), CORRECT), WrongState),
        ((ACCEPT, ACCEPT, Measure("m1", "clicks", Decimal(1), TOMORROW)), DateInFuture),
        ((Correct(content(happened_on=TOMORROW), "错"),), DateInFuture),
        ((ACCEPT, INSTRUCT), WrongState),
        ((ACCEPT, ACCEPT, ACCEPT), WrongState),
        ((ACCEPT, ACCEPT, REJECT), WrongState),
        ((RETURN, ACCEPT), WrongState),
        ((REJECT, REJECT), WrongState),
        ((REJECT, RETURN), WrongState),
        ((Withdraw(), Withdraw()), WrongState),
        ((Withdraw(), ACCEPT), WrongState),
        ((ACCEPT, ACCEPT, Withdraw(), ADOPT), WrongState),
        ((Review("returned"),), ReasonMissing),
        ((Review("accepted", stage="office"),), WrongStage),
        ((ACCEPT, ACCEPT, Instruct("n1", "city", TOMORROW)), DateInFuture),
        ((ACCEPT, ACCEPT, Adopt("a1", "daily", STANDINGS, "whole", TOMORROW)), DateInFuture),
        ((ACCEPT, ACCEPT, Adopt("a1", "weekly", (), "whole", TODAY)), UnknownOutlet),
        ((RETURN, Resubmit(content(happened_on=TOMORROW))), DateInFuture),
    ],
)
def test_what_the_state_does_not_allow_is_refused(commands: tuple[ItemCommand, ...], refused: type[Refused]) -> None:
    state = item(*commands[:-1])

    with pytest.raises(refused):
        carry_out(state, commands[-1])


def test_a_kind_without_review_is_accepted_at_once() -> None:
    notice = item(of="notice")

    assert notice.state == "accepted"
    with pytest.raises(WrongState, match="needs no review"):
        carry_out(notice, ACCEPT)


def test_nobody_reviews_what_they_submitted() -> None:
    with pytest.raises(OwnSubmission):
        carry_out(item(), ACCEPT, actor=SUBMITTER)


def test_a_future_day_is_refused_and_today_is_not() -> None:
    submit(Submit("i1", "press", "report", content(happened_on=TODAY)), scheme(), kind(), TODAY)
    with pytest.raises(DateInFuture):
        submit(Submit("i1", "press", "report", content(happened_on=TOMORROW)), scheme(), kind(), TODAY)


@pytest.mark.parametrize(("day", "tier"), [("2014-01-01", "city"), ("2014-02-28", "city"), ("2014-03-01", "national")])
def test_an_adoption_carries_the_outlets_standing_of_its_day(day: str, tier: str) -> None:
    adopted = item(ACCEPT, ACCEPT, Adopt("a1", "daily", STANDINGS, "whole", dt.date.fromisoformat(day)))

    assert [adoption.tier for adoption in adopted.adoptions] == [tier]


def test_an_outlet_is_unknown_before_its_first_day() -> None:
    with pytest.raises(UnknownOutlet) as refused:
        item(ACCEPT, ACCEPT, Adopt("a1", "daily", STANDINGS, "whole", dt.date(2013, 12, 31)))
    assert [mistake.field for mistake in refused.value.mistakes] == ["published_on"]


def test_a_retracted_fact_is_gone_and_retracting_it_again_changes_nothing() -> None:
    state = item(ACCEPT, ACCEPT, ADOPT, INSTRUCT, RetractFact("a1", "登记有误"))

    assert state.adoptions == ()
    assert [instruction.instruction for instruction in state.instructions] == ["n1"]
    assert carry_out(state, RetractFact("a1", "登记有误")) is state


def test_a_measurement_is_retracted_like_an_adoption() -> None:
    state = item(ACCEPT, ACCEPT, MEASURE, Measure("m2", "clicks", Decimal(950), TODAY), RetractFact("m1", "读错"))

    assert [measurement.measurement for measurement in state.measurements] == ["m2"]
    assert carry_out(state, RetractFact("m1", "读错")) is state


def test_an_item_has_room_for_a_limited_number_of_facts() -> None:
    state = item(ACCEPT, ACCEPT)
    for number in range(100):
        state = carry_out(state, Instruct(f"n{number}", "city", TODAY))

    with pytest.raises(TooManyFacts):
        carry_out(state, Instruct("one more", "city", TODAY))


@given(
    st.lists(
        st.sampled_from([ACCEPT, REJECT, RETURN, Resubmit(content()), ADOPT, INSTRUCT, MEASURE, CORRECT, Withdraw()]),
        max_size=12,
    )
)
def test_no_sequence_of_commands_leads_astray(commands: list[ItemCommand]) -> None:
    state = item()
    for command in commands:
        before = state
        try:
            state = carry_out(state, command)
        except Refused:
            assert state is before
        assert (state.awaits is not None) == (state.state == "submitted")
        assert not (before.state == "withdrawn" and state.state != "withdrawn")
        if isinstance(command, Adopt | Instruct | Measure) and state is not before:
            assert state.state == "accepted"
