import json

from shared.messaging import asyncapi


def test_the_document_in_docs_is_current() -> None:
    assert asyncapi.DOCUMENT.read_text("utf-8") == asyncapi.render(), "run python -m shared.messaging asyncapi"


def test_every_reference_leads_somewhere() -> None:
    document = asyncapi.document()

    def references(node: object) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            return own + [found for value in node.values() for found in references(value)]
        return [found for value in node for found in references(value)] if isinstance(node, list) else []

    for reference in set(references(document)):
        place = document
        for step in reference.removeprefix("#/").split("/"):
            assert step in place, reference
            place = place[step]


def test_every_type_is_a_message_with_its_example() -> None:
    messages = asyncapi.document()["components"]["messages"]
    for name, message in messages.items():
        assert message["examples"][0]["payload"] == json.loads(asyncapi.example_of(name))
