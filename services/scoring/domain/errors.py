"""What a fold can meet that stops it."""

from datetime import date


class CannotFold(Exception):
    """The event contradicts what its stream said before, or what its scheme says: the department is to be parked.

    The event may have taken effect in part: the state and its changes are worthless afterwards.
    """


class ObligationsNotResident(Exception):
    """An entry reaches further back than the obligations that the state holds; load those since ``day`` and fold again.

    The state and its changes are worthless, as after CannotFold.
    """

    def __init__(self, day: date) -> None:
        super().__init__(f"obligations of {day} are not resident")
        self.day = day
