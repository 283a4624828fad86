"""A rulebook tried out in memory: organisation, scheme and happenings become scorecards, without any service.

``folder`` reads a rulebook's folder and ``trying`` runs its examples; both rest on ``playing``, which also replays
recorded streams under a draft.
"""
