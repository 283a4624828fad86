"""Rulebooks made runnable: read and check a scheme, evaluate its formulas, know its instants."""

from shared.schemes.mistakes import Mistake, SchemeMistakes
from shared.schemes.model import Scheme
from shared.schemes.reader import read_scheme

__all__ = ["Mistake", "Scheme", "SchemeMistakes", "read_scheme"]
