from shared.contracts.envelope import published_types
from shared.messaging import event_reference


def test_the_page_in_docs_is_current() -> None:
    current = event_reference.PAGE.read_text("utf-8")
    assert current == event_reference.render(), "run python -m shared.messaging.event_reference"


def test_the_page_lists_every_event() -> None:
    page = event_reference.render()
    assert [name for name, _ in published_types() if f"| `{name}` |" not in page] == []
