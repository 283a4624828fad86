"""How a department's stream becomes points and judgements: pure rules, no input or output, no clock.

``fold`` is the way in: it takes one event after the other into a ``DepartmentState``. ``items`` says what an item goes
through, ``rules`` compiles schemes, ``contributions`` says what an item earns, ``obligations`` how quotas are judged.
"""
