"""Where something stands in its file, kept for when it turns out to be wrong."""

from dataclasses import dataclass

from shared.schemes.document import Node, Scalar
from shared.schemes.mistakes import shortened


@dataclass(frozen=True, slots=True)
class Where:
    """Where something stands in its file, for those who must be told that it is wrong."""

    line: int = 0
    column: int = 0
    path: str = ""
    text: str = ""

    def scalar(self) -> Scalar:
        """The place as something that a mistake can be noted at."""
        return Scalar(self.text, self.path, self.line, self.column, None)


def where(node: Node) -> Where:
    """The place of a node, with its text."""
    return Where(node.line, node.column, node.path, shortened(node.value) if isinstance(node, Scalar) else "")
