"""Scorecards as pure computation: the lines, ranks and awards of every subject in a period, from a book of figures.

Nothing here reads or writes. Whoever has the figures (the database, a rehearsal in memory) opens them as a ``Book``.
"""
