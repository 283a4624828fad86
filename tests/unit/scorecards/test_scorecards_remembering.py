"""What is remembered of departments is what would be read, and only those are read again to whom something happened."""

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from services.scoring.application.reading.remembering import Memory, Told

DEPARTMENTS = [f"d{number}" for number in range(6)]
Row = tuple[str, int, int]
"""Key, place, value."""


@dataclass
class Tables:
    """Rows by department, each department at a version; and whom a reader asked for."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    asked: list[list[str] | None] = field(default_factory=list)

    def happen(self, department: str, rows: list[Row]) -> None:
        self.versions[department] = self.versions.get(department, 0) + 1
        self.rows[department] = rows

    def read(self, departments: Sequence[str] | None) -> Iterator[Told]:
        self.asked.append(None if departments is None else sorted(departments))
        for name in self.rows if departments is None else departments:
            for key, place, value in self.rows[name]:
                yield Told(name, key, (name, place), value)

    def whole(self) -> dict[str, dict[tuple[str, int], int]]:
        found: dict[str, dict[tuple[str, int], int]] = {}
        for name, rows in self.rows.items():
            for key, place, value in rows:
                found.setdefault(key, {})[name, place] = value
        return found

    def recalled(self, memory: Memory, question: str = "cards") -> dict[str, dict[tuple[str, int], int]]:
        whole = memory.recall(question, dict(self.versions), self.read)
        return {key: dict(values) for key, values in whole.items() if values}


rows = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, 3), st.integers()), max_size=4, unique_by=lambda row: row[:2]
)
happenings = st.lists(st.tuples(st.sampled_from(DEPARTMENTS), rows), max_size=4)


@given(st.lists(happenings, max_size=8), st.integers(0, 20))
def test_whatever_happens_it_answers_as_the_tables_do_and_no_answer_changes_afterwards(
    times: list[list[tuple[str, list[Row]]]], values_max: int
) -> None:
    memory, tables, given_before = Memory(values_max), Tables(), []
    for happened in times:
        for department, of_department in happened:
            tables.happen(department, of_department)
        for question in ("cards", "obligations"):
            answer = memory.recall(question, dict(tables.versions), tables.read)
            given_before.append((answer, copy.deepcopy(answer)))
        assert tables.recalled(memory) == tables.recalled(memory, "obligations") == tables.whole()
    assert all(answer == then for answer, then in given_before)


def filled() -> tuple[Memory, Tables]:
    memory, tables = Memory(), Tables()
    for name in DEPARTMENTS:
        tables.happen(name, [("a", 1, 1)])
    tables.recalled(memory)
    tables.asked.clear()
    return memory, tables


def test_only_those_are_read_again_to_whom_something_happened() -> None:
    memory, tables = filled()
    tables.recalled(memory)
    assert tables.asked == []

    tables.happen("d3", [("b", 1, 5)])
    tables.happen("d6", [("a", 1, 7)])
    assert tables.recalled(memory) == tables.whole()
    assert tables.asked == [["d3", "d6"]]


def test_when_most_have_moved_all_are_read_at_once() -> None:
    memory, tables = filled()
    for name in DEPARTMENTS[:4]:
        tables.happen(name, [])
    tables.recalled(memory)
    assert tables.asked == [None]


def test_a_reader_who_looks_at_an_earlier_snapshot_reads_what_it_sees() -> None:
    memory, tables = filled()
    before = copy.deepcopy(tables)
    tables.happen("d3", [("a", 1, 9)])
    tables.recalled(memory)

    assert before.recalled(memory) == before.whole()
    assert tables.recalled(memory) == tables.whole()


def test_a_reader_who_looks_at_a_snapshot_from_before_a_department_began_sees_nothing_of_it() -> None:
    memory, tables = filled()
    before = copy.deepcopy(tables)
    tables.happen("new", [("a", 1, 3)])
    tables.recalled(memory)

    assert before.recalled(memory) == before.whole()
    assert ("new", 1) not in before.recalled(memory, "another question")["a"]


def test_what_was_asked_longest_ago_is_forgotten_first() -> None:
    memory, tables = Memory(values_max=24), Tables()
    for name in DEPARTMENTS:
        tables.happen(name, [("a", 1, 1)])
    for question in ("one", "two", "one", "three"):
        tables.recalled(memory, question)
    tables.asked.clear()

    for question, read in (("one", 0), ("three", 0), ("two", 1)):
        tables.recalled(memory, question)
        assert len(tables.asked) == read


def test_questions_to_which_there_is_no_answer_are_forgotten_too() -> None:
    memory, tables = Memory(values_max=12), Tables()
    for name in DEPARTMENTS:
        tables.happen(name, [])
    for question in ("one", "two", "three", "one"):
        tables.recalled(memory, question)

    assert len(tables.asked) == 4
