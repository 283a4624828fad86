"""How records reach a consumer: in batches of any size, some again, some batches interrupted."""

from collections.abc import Iterator, Sequence

from hypothesis import strategies as st

from shared.messaging import Record

sizes = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 5), st.booleans()), min_size=1, max_size=60)
"""Of each batch: its size, how many records of before come again, and whether the consumer crashes behind it."""

Batch = tuple[Sequence[Record], bool]


def batches(records: Sequence[Record], sizes: Sequence[tuple[int, int, bool]]) -> Iterator[Batch]:
    """All records in order, in batches of these sizes (over and over), each beginning some records too early."""
    place = number = 0
    while place < len(records):
        size, again, crash = sizes[number % len(sizes)]
        yield records[max(place - again, 0) : place + size], crash
        place += size
        number += 1
