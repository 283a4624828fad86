class FormulaMistake(ValueError):
    """What is wrong with a formula, and where: ``start`` and ``end`` count its characters from 0."""

    def __init__(self, message: str, start: int, end: int, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end
        self.suggestion = suggestion
        """What was probably meant, alone, ready to be put in place of the characters."""
