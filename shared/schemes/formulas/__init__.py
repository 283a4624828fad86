"""The formulas of a scheme's lines: ``2 * reports + adoption``, like the cells of a spreadsheet."""

from shared.schemes.formulas.formula import VALUE_MAX, Formula
from shared.schemes.formulas.functions import FUNCTIONS, LATER
from shared.schemes.formulas.mistake import FormulaMistake
from shared.schemes.formulas.tokens import WORDS

RESERVED = frozenset({*FUNCTIONS, *LATER, *WORDS})
"""Words of the formulas, which cannot be names."""

__all__ = ["RESERVED", "VALUE_MAX", "Formula", "FormulaMistake"]
