"""How a department's stream becomes points and judgements: pure rules, no input or output, no clock.

``fold`` is the way in: it takes one event after the other into a ``DepartmentState``. ``items`` and ``tidings`` say
what items, calls and adjustments go through; ``rules`` and ``measures`` compile schemes. From a fact to the ledger the
way is ``contributions`` (what the item gives), ``shares`` (whose that is), ``windows`` (what counts of it in a period),
``ledger``. ``quotas`` says who owes what, ``obligations`` how that is judged, ``restating`` how the past is scored
again.
"""
