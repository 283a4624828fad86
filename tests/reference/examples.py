"""How many examples a property test tries."""

from hypothesis import settings


def share(percent: int) -> int:
    """So much of what the profile says, so that ``make fuzz`` tries more of them in every test."""
    return settings().max_examples * percent // 100
