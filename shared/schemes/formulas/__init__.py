"""The formulas of a scheme's lines: ``2 * reports + adoption``, like the cells of a spreadsheet."""

from shared.schemes.formulas.formula import VALUE_MAX, Formula
from shared.schemes.formulas.mistake import FormulaMistake

__all__ = ["VALUE_MAX", "Formula", "FormulaMistake"]
