"""The formulas of a scheme: ``2 * reports + over(month, adoption)``, like the cells of a spreadsheet."""

from shared.schemes.formulas.decimals import VALUE_MAX
from shared.schemes.formulas.formula import Formula
from shared.schemes.formulas.functions import FACT_FUNCTIONS, LINE_FUNCTIONS
from shared.schemes.formulas.mistake import FormulaMistake
from shared.schemes.formulas.reference import Reference
from shared.schemes.formulas.tokens import WORDS

RESERVED = frozenset({*LINE_FUNCTIONS, *WORDS})
"""Words of the formulas, which cannot be names. Functions of dates can: a fact may well have a field ``hours``."""

__all__ = ["FACT_FUNCTIONS", "LINE_FUNCTIONS", "RESERVED", "VALUE_MAX", "Formula", "FormulaMistake", "Reference"]
