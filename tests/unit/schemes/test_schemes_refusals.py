"""What does not hold between the parts of a scheme is told: where, what would be right, and what was meant."""

from functools import cache

import pytest

from shared.schemes import Mistake, SchemeMistakes, read_scheme
from tests.unit.schemes.refused import PARTS, Refused
from tests.unit.schemes.refused_relations import RELATIONS

REFUSED = {**PARTS, **RELATIONS}


@cache
def mistakes_of(case: Refused) -> tuple[Mistake, ...]:
    with pytest.raises(SchemeMistakes) as told:
        read_scheme(case.text)
    return told.value.mistakes


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_what_does_not_hold_together_is_told_where_it_stands(case: Refused) -> None:
    told = [mistake for mistake in mistakes_of(case) if case.says in mistake.message]

    assert told, [str(mistake) for mistake in mistakes_of(case)]
    assert told[0].text == case.at
    assert told[0].suggestion == case.suggests
    line = case.text.splitlines()[told[0].line - 1]
    assert line[told[0].column - 1 :].lstrip('"').startswith(case.at)


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_one_thing_that_does_not_hold_does_not_bring_a_flood(case: Refused) -> None:
    assert len(mistakes_of(case)) <= 4, [str(mistake) for mistake in mistakes_of(case)]
